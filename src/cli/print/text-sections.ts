import { escapeUnsafe } from '../../quote-text.ts';
import type { DrawnSection, Fact } from '../../show/layout/document.ts';
import { asciiMarks, blockMarks, drawCell, extendTo, type Extent } from '../../show/layout/draw-cell.ts';
import type { Cell } from '../../show/layout/drawing.ts';
import { layOutTable, widenTo, type DrawCell, type TableColumn } from '../../show/layout/table.ts';
import type { Style } from './style.ts';
import { cutToWidth, padToWidth, textWidth, wrapWords } from '../../show/values/text-width.ts';

const margin = '  ';

/**
 * Sections for a terminal, a blank line between two: facts whose long texts continue below, a table fitted to the terminal
 * with a line that names the columns that did not fit, notes. Anything but a terminal gets every column and every text whole.
 * Characters that could control a terminal are escaped here, wherever a text comes from. For each row whose width is
 * measured a piece without text is given, so that whoever prints a long table hears of it before it is laid out.
 */
export function* textSections(sections: Iterable<DrawnSection>, style: Style): Generator<string, void, undefined> {
  let separator = '';
  for (const { title, facts = [], columns = [], rows = [], notes = [] } of sections) {
    yield separator;
    for (const line of [...titleLines(title, style), ...factLines(facts, style)]) yield `${line}\n`;
    if (columns.length > 0) yield* tableLines(columns, rows, style);
    for (const note of notes) for (const line of wrapLines(note, style)) yield `${line}\n`;
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

function* tableLines(
  columns: readonly TableColumn[],
  rows: Iterable<readonly Cell[]>,
  style: Style,
): Generator<string, void, undefined> {
  const safe = columns.map((column) => ({ ...column, header: escapeUnsafe(column.header) }));
  const cells: (readonly Cell[])[] = [];
  const widths: number[] = [];
  const extents: Extent[] = [];
  for (const row of rows) {
    const safeRow = row.map((cell) => (typeof cell === 'string' ? escapeUnsafe(cell) : cell));
    cells.push(safeRow);
    widenTo(widths, safeRow);
    extendTo(extents, safeRow);
    yield '';
  }
  const room = style.terminal ? style.width - margin.length : Number.POSITIVE_INFINITY;
  const { header, line, dropped } = layOutTable(safe, widths, room, drawWith(extents, style));
  yield `${margin}${header}\n`;
  for (const row of cells) yield `${margin}${line(row)}\n`;
  if (dropped.length === 0) return;
  for (const note of wrapLines(`(no room for: ${dropped.join(', ')})`, style)) yield `${note}\n`;
}

/** Draws cells by the values of their whole column; the spaces after a drawing are not coloured. */
function drawWith(extents: readonly Extent[], style: Style): DrawCell {
  const characters = style.marks === 'blocks' ? blockMarks : asciiMarks;
  return (drawing, width, column) => {
    const text = drawCell(drawing, width, extents[column] ?? { least: 0, most: 0 }, characters);
    const seen = text.trimEnd();
    return style.tint(seen) + text.slice(seen.length);
  };
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
