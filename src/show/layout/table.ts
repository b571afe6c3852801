import type { Cell, Drawing } from './drawing.ts';
import { cutToWidth, padToWidth, textWidth } from '../values/text-width.ts';

/** A column of a table for people. */
export interface TableColumn {
  readonly header: string;
  /** Numbers are aligned right and never cut; text is aligned left and may be cut. `left` by default. */
  readonly align?: 'left' | 'right';
  /** Text that is never cut: a time, a name to copy. */
  readonly whole?: boolean;
  /** Order in which columns are left out when they do not fit: the highest first; a column without it stays longest. */
  readonly drop?: number;
  /** Left out before any text is cut below twenty columns. */
  readonly extra?: boolean;
  /** Never left out, however narrow the terminal. */
  readonly keep?: boolean;
  /** Of drawings instead of texts: columns of the terminal that they need, and take where there is room. */
  readonly drawn?: { readonly least: number; readonly most: number };
}

/** How a column behaves where the table does not fit. */
type Fitting = Pick<TableColumn, 'drop' | 'extra' | 'keep'>;

/** A column of text, which may be cut. */
export function left(header: string, fitting: Fitting = {}): TableColumn {
  return { header, ...fitting };
}

/** A column of text that is never cut. */
export function whole(header: string, fitting: Fitting = {}): TableColumn {
  return { header, whole: true, ...fitting };
}

/** A column of numbers. */
export function right(header: string, fitting: Fitting = {}): TableColumn {
  return { header, align: 'right', ...fitting };
}

/** A column of drawings, without a header, which vanishes before any other column is cut. */
export function drawn(least: number, most: number): TableColumn {
  return { header: '', drawn: { least, most } };
}

/** Draws a cell in so many columns of the terminal. */
export type DrawCell = (drawing: Drawing, width: number, column: number) => string;

/** How a table is laid out. */
export interface TableLayout {
  readonly header: string;
  /** The line of a row. */
  readonly line: (cells: readonly Cell[]) => string;
  /** Headers of the columns that do not fit. */
  readonly dropped: readonly string[];
}

const gap = 2;
const shortestText = 8;
const comfortableText = 20;

/** Widens `widths` to those of the texts in a row. */
export function widenTo(widths: number[], cells: readonly Cell[]): void {
  for (const [index, cell] of cells.entries()) {
    widths[index] = Math.max(widths[index] ?? 0, typeof cell === 'string' ? textWidth(cell) : 0);
  }
}

/**
 * Lays out rows of text in `width` columns of the terminal; `natural` are the widths of their widest texts. First long text
 * is cut with `…`, down to twenty columns; then `extra` columns are left out; then text is cut further, down to eight; then
 * any column is left out, by its `drop` and from the right; the first and those to `keep` always stay. A number is shown
 * whole or not at all. Columns of drawings only take room that all others leave, so that they vanish before anything is cut.
 */
export function layOutTable(
  columns: readonly TableColumn[],
  natural: readonly number[],
  width: number,
  draw: DrawCell = () => '',
): TableLayout {
  const texts = columns.map(({ header, drawn: room }, index) =>
    room === undefined ? Math.max(natural[index] ?? 0, textWidth(header)) : undefined,
  );
  const drawings = roomForDrawings(columns, texts, width);
  const full = texts.map((each, index) => each ?? drawings.get(index) ?? 0);
  const fitting = columns.flatMap(({ drawn: room }, index) =>
    room === undefined || drawings.has(index) ? [index] : [],
  );
  const kept = keepColumns(columns, full, fitting, width);
  const widths = shareWidth(columns, full, kept, width);
  const line = (cells: readonly Cell[]): string =>
    kept
      .map((index, place) => {
        const [cell = '', room] = [cells[index], widths[place] ?? 0];
        // a drawing fills its room, and may hold escapes, which have no width
        if (typeof cell !== 'string') return draw(cell, room, index);
        return padToWidth(cutToWidth(cell, room), room, columns[index]?.align ?? 'left');
      })
      .join(' '.repeat(gap))
      .trimEnd();
  return {
    header: line(columns.map((column) => column.header)),
    line,
    dropped: fitting.flatMap((index) => (kept.includes(index) ? [] : [columns[index]?.header ?? ''])),
  };
}

/** The widths of the drawings, by index, that fit beside all texts; the first ones where not all fit. */
function roomForDrawings(
  columns: readonly TableColumn[],
  texts: readonly (number | undefined)[],
  width: number,
): Map<number, number> {
  let rest = width - totalWidth(texts.filter((each) => each !== undefined));
  const fitting = columns.flatMap(({ drawn: room }, index) => {
    if (room === undefined || rest < room.least + gap) return [];
    rest -= room.least + gap;
    return [{ index, ...room }];
  });
  return new Map(
    fitting.map(({ index, least, most }, place) => {
      const more = Math.min(most - least, Math.floor(rest / (fitting.length - place)));
      rest -= more;
      return [index, least + more];
    }),
  );
}

/** The narrowest that a column may get, where text keeps `shortest` columns. */
function leastWidth(column: TableColumn | undefined, natural: number, shortest: number): number {
  const isWhole = column?.align === 'right' || column?.whole === true || column?.drawn !== undefined;
  return isWhole ? natural : Math.min(natural, shortest);
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
}

/** Indexes of the columns that fit, in order. */
function keepColumns(
  columns: readonly TableColumn[],
  natural: readonly number[],
  fitting: readonly number[],
  width: number,
): number[] {
  const leaving = columns
    .map(({ drop = 0, extra = false, keep = false }, index) => ({ index, drop, extra, keep }))
    .filter(({ index, keep }) => index > 0 && !keep)
    .sort((a, b) => b.drop - a.drop || b.index - a.index);
  let kept = [...fitting];
  const shrink = (candidates: readonly { readonly index: number }[], shortest: number): void => {
    for (const { index } of candidates) {
      if (totalWidth(kept.map((each) => leastWidth(columns[each], natural[each] ?? 0, shortest))) <= width) return;
      kept = kept.filter((each) => each !== index);
    }
  };
  shrink(
    leaving.filter(({ extra }) => extra),
    comfortableText,
  );
  shrink(
    leaving.filter(({ index }) => kept.includes(index)),
    shortestText,
  );
  return kept;
}

/** Shortens the widest text until the table fits. */
function shareWidth(
  columns: readonly TableColumn[],
  natural: readonly number[],
  kept: readonly number[],
  width: number,
): number[] {
  const widths = kept.map((index) => natural[index] ?? 0);
  const least = kept.map((index) =>
    kept.length === 1 ? 1 : leastWidth(columns[index], natural[index] ?? 0, shortestText),
  );
  for (let excess = totalWidth(widths) - width; excess > 0; excess--) {
    const slack = widths.map((each, place) => (each > (least[place] ?? 0) ? each : -1));
    const widest = slack.indexOf(Math.max(...slack));
    if ((slack[widest] ?? -1) < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
