import { columnOf, type ColumnBatch, type Column } from '../../batch/columns/column-batch.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import { compareBytes } from '../format/bounds.ts';

/** The rows of a batch, up to `to`, that belong to the current row group, and whether it ends there. */
export interface GroupShare {
  readonly to: number;
  readonly ends: boolean;
}

/**
 * Where row groups end: at their most rows; a little earlier where an item ends there, so that its rows are in one row group;
 * and where a window begins after long runs of equal ones, so that a window has row groups of its own. All of it depends
 * only on the rows, not on how they are cut into batches. Compares a column of times with itself, and texts in the last 32nd
 * of a row group.
 */
export class GroupBorders {
  readonly #capacity: number;
  readonly #item: ColumnSchema | undefined;
  readonly #window: ColumnSchema | undefined;
  /** Of the last row. */
  #lastItem: Uint8Array | undefined;
  #lastWindow = Number.NaN;
  /** How many rows of the row group have had this window in a row. */
  #windowRows = 0;

  constructor(schema: TableSchema, capacity: number) {
    this.#capacity = capacity;
    this.#item = schema.columns.find(({ role }) => role === 'item');
    this.#window = schema.columns.find(({ role }) => role === 'windowStart');
  }

  /** Judges a batch from `from` on, where `rows` rows are in the row group already. */
  share(batch: ColumnBatch, from: number, rows: number): GroupShare {
    if (rows === 0) this.#windowRows = 0;
    const full = from + this.#capacity - rows;
    const most = Math.min(batch.rows, full);
    const windowEnd = this.#findWindow(batch, from, most);
    const itemEnd = this.#findItem(batch, from, windowEnd ?? most, rows);
    const end = itemEnd ?? windowEnd;
    if (end !== undefined) return { to: end, ends: true };
    return { to: most, ends: most === full };
  }

  /** The first row of another window, where the one before it has had a long run. */
  #findWindow(batch: ColumnBatch, from: number, to: number): number | undefined {
    if (this.#window === undefined) return undefined;
    const column = columnOf(batch, this.#window);
    if (column.kind !== 'time') return undefined;
    const found = this.#scanWindows(column.values, from, to);
    this.#lastWindow = column.values[(found ?? to) - 1] ?? Number.NaN;
    return found;
  }

  #scanWindows(values: Float64Array, from: number, to: number): number | undefined {
    const long = this.#capacity / 4;
    let last = this.#lastWindow;
    let run = this.#windowRows;
    for (let row = from; row < to; row++) {
      const window = values[row] ?? Number.NaN;
      if (window === last) {
        run++;
        continue;
      }
      if (run >= long) {
        this.#windowRows = 0;
        return row;
      }
      last = window;
      run = 1;
    }
    this.#windowRows = run;
    return undefined;
  }

  /** The first row of another item, where the row group is nearly full. */
  #findItem(batch: ColumnBatch, from: number, to: number, rows: number): number | undefined {
    if (this.#item === undefined) return undefined;
    const column = columnOf(batch, this.#item);
    if (column.kind !== 'text') return undefined;
    const nearlyFull = Math.ceil(this.#capacity - this.#capacity / 32);
    const first = from + Math.max(nearlyFull - rows, rows === 0 ? 1 : 0);
    for (let row = first; row < to; row++) {
      if (row > from && column.codes[row] === column.codes[row - 1]) continue;
      const before = row > from ? textAt(column, row - 1) : this.#lastItem;
      if (before !== undefined && compareBytes(textAt(column, row), before) !== 0) return row;
    }
    if (to > from && rows + to - from >= nearlyFull) this.#lastItem = textAt(column, to - 1).slice();
    return undefined;
  }
}

function textAt({ codes, dictionary }: Extract<Column, { kind: 'text' }>, row: number): Uint8Array {
  const { offsets, bytes } = dictionary;
  const code = codes[row] ?? 0;
  return bytes.subarray(offsets[code] ?? 0, offsets[code + 1] ?? 0);
}
