import { escapeUnsafe } from '../../quote-text.ts';
import type { Fact, Section } from './document.ts';
import { fitTable, type TableColumn } from './table.ts';
import type { Style } from './style.ts';
import { cutToWidth, padToWidth, textWidth, wrapWords } from './text-width.ts';

const margin = '  ';

/**
 * Sections for a terminal, a blank line between two: facts whose long texts continue below, a table fitted to the terminal
 * with a line that names the columns that did not fit, notes. Anything but a terminal gets every column and every text whole.
 * Characters that could control a terminal are escaped here, wherever a text comes from.
 */
export function* textSections(sections: Iterable<Section>, style: Style): Generator<string, void, undefined> {
  let separator = '';
  for (const { title, facts = [], columns = [], rows = [], notes = [] } of sections) {
    const lines = [
      ...titleLines(title, style),
      ...factLines(facts, style),
      ...(columns.length === 0 ? [] : tableLines(columns, rows, style)),
      ...notes.flatMap((note) => wrapLines(note, style)),
      '',
    ];
    yield separator + lines.join('\n');
    separator = '\n';
  }
}

function titleLines(title: string, style: Style): string[] {
  if (title === '') return [];
  return wrapWords(escapeUnsafe(title), style.width).map((line) => style.bold(cutLine(line, style.width, style)));
}

function factLines(facts: readonly Fact[], style: Style): string[] {
  const left = facts.reduce((most, [name]) => Math.max(most, textWidth(name)), 0) + 2;
  const room = Math.max(12, style.width - margin.length - left);
  return facts.flatMap(([name, text]) =>
    wrapWords(escapeUnsafe(text), room).map(
      (line, index) => `${margin}${padToWidth(index === 0 ? name : '', left, 'left')}${cutLine(line, room, style)}`,
    ),
  );
}

function tableLines(columns: readonly TableColumn[], rows: Iterable<readonly string[]>, style: Style): string[] {
  const safe = columns.map((column) => ({ ...column, header: escapeUnsafe(column.header) }));
  const cells = Array.from(rows, (row) => row.map(escapeUnsafe));
  const fitted = fitTable(safe, cells, style.terminal ? style.width - margin.length : Number.POSITIVE_INFINITY);
  const left = fitted.dropped.length === 0 ? [] : wrapLines(`(no room for: ${fitted.dropped.join(', ')})`, style);
  return [margin + fitted.header, ...fitted.rows.map((line) => margin + line), ...left];
}

function wrapLines(text: string, style: Style): string[] {
  const room = style.width - 2 * margin.length;
  return wrapWords(escapeUnsafe(text), room).map(
    (line, index) => margin + (index === 0 ? '' : margin) + cutLine(line, room, style),
  );
}

/** Only a terminal has an edge that a long word must not cross. */
function cutLine(line: string, room: number, style: Style): string {
  return style.terminal ? cutToWidth(line, room) : line;
}
