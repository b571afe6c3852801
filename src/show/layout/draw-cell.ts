import type { Box, Cell, Drawing, Gauge, Shares } from './drawing.ts';

/** The characters that drawings are made of. */
export interface DrawingMarks {
  /** From empty to full, in steps of equal size from the left. */
  readonly fill: readonly string[];
  /** From low to high. */
  readonly levels: readonly string[];
  readonly zero: string;
  readonly line: string;
  readonly thick: string;
  readonly mark: string;
  readonly won: string;
  readonly tied: string;
  readonly lost: string;
}

/** For terminals that show block elements and box drawing. */
export const blockMarks: DrawingMarks = {
  fill: ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  zero: '│',
  line: '─',
  thick: '━',
  mark: '┃',
  won: '█',
  tied: '▒',
  lost: '░',
};

/** For all others. */
export const asciiMarks: DrawingMarks = {
  fill: ['', '#'],
  levels: ['_', '.', '-', '=', '+', '*', '#', '@'],
  zero: '|',
  line: '-',
  thick: '=',
  mark: '|',
  won: '#',
  tied: '=',
  lost: '-',
};

/** The smallest and the largest value that a column draws; both are 0 at first. */
export interface Extent {
  least: number;
  most: number;
}

/** Widens `extents` to the values of a row's drawings. What is not finite is not drawn. */
export function extendTo(extents: Extent[], cells: readonly Cell[]): void {
  for (const [index, cell] of cells.entries()) {
    if (typeof cell === 'string') continue;
    const extent = (extents[index] ??= { least: 0, most: 0 });
    for (const value of valuesOf(cell)) {
      if (value === null || !Number.isFinite(value)) continue;
      extent.least = Math.min(extent.least, value);
      extent.most = Math.max(extent.most, value);
    }
  }
}

function valuesOf(drawing: Drawing): readonly (number | null)[] {
  if (drawing.kind === 'bar') return [drawing.value];
  return drawing.kind === 'spark' ? drawing.values : [];
}

/** A drawing as text of exactly `width` columns of a terminal. What cannot be drawn is empty. */
export function drawCell(drawing: Drawing, width: number, extent: Extent, marks: DrawingMarks): string {
  const text = draw(drawing, width, extent, marks);
  return text + ' '.repeat(Math.max(0, width - text.length));
}

function draw(drawing: Drawing, width: number, extent: Extent, marks: DrawingMarks): string {
  if (drawing.kind === 'bar') return drawBar(drawing.value, width, extent, marks);
  if (drawing.kind === 'gauge') return drawGauge(drawing, width, marks);
  if (drawing.kind === 'box') return drawBox(drawing, width, marks);
  if (drawing.kind === 'spark') return drawSpark(drawing.values, width, extent, marks);
  return drawShares(drawing, width, marks);
}

function drawBar(value: number | null, width: number, { least, most }: Extent, marks: DrawingMarks): string {
  if (value === null || !Number.isFinite(value)) return '';
  if (least >= 0) return most > 0 ? fillTo((value / most) * width, marks) : '';
  // both sides have one scale, so that lengths can be compared
  const half = Math.floor((width - 1) / 2);
  const length = Math.round((Math.abs(value) / Math.max(most, -least)) * half);
  const block = marks.fill.at(-1) ?? '';
  const left = value < 0 ? block.repeat(length) : '';
  return `${left.padStart(half)}${marks.zero}${value < 0 ? '' : block.repeat(length)}`;
}

/** So many columns, filled to a step. */
function fillTo(columns: number, { fill }: DrawingMarks): string {
  const steps = fill.length - 1;
  const filled = Math.round(columns * steps);
  return (fill[steps] ?? '').repeat(Math.floor(filled / steps)) + (fill[filled % steps] ?? '');
}

function drawGauge({ value, target }: Gauge, width: number, marks: DrawingMarks): string {
  if (value === null || !Number.isFinite(value)) return '';
  const filled = Math.round(within(value) * width);
  const at = Math.min(width - 1, Math.floor(within(target) * width));
  return columnsOf(width, (column) => (column === at ? marks.mark : column < filled ? marks.thick : ' '));
}

function drawBox({ least, low, middle, high, greatest }: Box, width: number, marks: DrawingMarks): string {
  if (least === null || low === null || middle === null || high === null || greatest === null) return '';
  const range = greatest - least;
  if (!(range > 0 && Number.isFinite(range))) return '';
  const place = (value: number): number => Math.min(width - 1, Math.floor(within((value - least) / range) * width));
  const [from, at, to] = [place(low), place(middle), place(high)];
  return columnsOf(width, (column) =>
    column === at ? marks.mark : column >= from && column <= to ? marks.thick : marks.line,
  );
}

function drawSpark(
  values: readonly (number | null)[],
  width: number,
  { least, most }: Extent,
  marks: DrawingMarks,
): string {
  const range = most - least;
  const top = marks.levels.length - 1;
  const shown = Math.min(width, values.length);
  return columnsOf(shown, (column) => {
    const mean = meanOf(values.slice(start(column), start(column + 1)));
    if (mean === null) return ' ';
    return marks.levels[range > 0 ? Math.round(within((mean - least) / range) * top) : 0] ?? '';
  });

  /** Where the values of a column begin: one value a column, or several where there is no room. */
  function start(column: number): number {
    return Math.floor((column * values.length) / shown);
  }
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value / known.length, 0);
}

function drawShares({ won, tied, lost }: Shares, width: number, marks: DrawingMarks): string {
  const total = won + tied + lost;
  if (!(total > 0)) return '';
  const [first, second] = [Math.round((won / total) * width), Math.round(((won + tied) / total) * width)];
  return columnsOf(width, (column) => (column < first ? marks.won : column < second ? marks.tied : marks.lost));
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function columnsOf(width: number, mark: (column: number) => string): string {
  return Array.from({ length: width }, (_, column) => mark(column)).join('');
}
