import { escapeUnsafe } from '../../quote-text.ts';
import { fitTable, type TableColumn } from './table.ts';
import type { Style } from './style.ts';
import { cutToWidth, padToWidth, textWidth, wrapWords } from './text-width.ts';

const margin = '  ';

/**
 * A titled table, fitted to the terminal, with a line that names the columns that found no room, and remarks below. What is
 * not a terminal gets every column and every text whole. Whoever made the texts: here the last characters that steer a terminal
 * are escaped.
 */
export function tableSection(
  title: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: Style,
  remarks: readonly string[] = [],
): string {
  const safe = columns.map((column) => ({ ...column, header: escapeUnsafe(column.header) }));
  const cells = rows.map((row) => row.map(escapeUnsafe));
  const fitted = fitTable(safe, cells, style.terminal ? style.width - margin.length : Number.POSITIVE_INFINITY);
  const lines = [fitted.header, ...fitted.rows].map((line) => margin + line);
  if (fitted.dropped.length > 0) {
    const left = `(no room for: ${fitted.dropped.join(', ')})`;
    for (const line of wrapLines(left, style)) lines.push(line);
  }
  for (const line of remarks.flatMap((remark) => wrapLines(remark, style))) lines.push(line);
  return [...titleLines(title, style), ...lines, ''].join('\n');
}

/** A titled list of names and texts; a long text goes on below itself. */
export function factsSection(title: string, facts: readonly (readonly [string, string])[], style: Style): string {
  const left = facts.reduce((most, [name]) => Math.max(most, textWidth(name)), 0) + 2;
  const room = Math.max(12, style.width - margin.length - left);
  const lines = facts.flatMap(([name, text]) =>
    wrapWords(escapeUnsafe(text), room).map(
      (line, index) => `${margin}${padToWidth(index === 0 ? name : '', left, 'left')}${cutLine(line, room, style)}`,
    ),
  );
  return [...titleLines(title, style), ...lines, ''].join('\n');
}

/** A titled list of sentences, each going on below itself. */
export function listSection(title: string, texts: readonly string[], style: Style): string {
  const lines = texts.flatMap((text) => wrapLines(text, style));
  return [...titleLines(title, style), ...lines, ''].join('\n');
}

/** Names with commas between, the first few of many. */
export function joinNames(names: readonly string[], most = 20): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function titleLines(title: string, style: Style): string[] {
  if (title === '') return [];
  return wrapWords(escapeUnsafe(title), style.width).map((line) => style.bold(cutLine(line, style.width, style)));
}

function wrapLines(text: string, style: Style): string[] {
  const room = style.width - 2 * margin.length;
  return wrapWords(escapeUnsafe(text), room).map(
    (line, index) => margin + (index === 0 ? '' : margin) + cutLine(line, room, style),
  );
}

/** Only a terminal has a margin that a long word must not pass. */
function cutLine(line: string, room: number, style: Style): string {
  return style.terminal ? cutToWidth(line, room) : line;
}
