/** Times of a row: start and end of its window, its timestamp; then come its actual and its forecasts. */
export const timesOfRow = 3;
/** Start and end. */
const timesOfWindow = 2;
/** Doubles that all series of a report hold, times left out, and fewest series that share them. */
const mostCells = 75_000;
const fewestSeries = 4;
const firstRows = 32;

/** Rows that a series has at most where so many series are drawn, with so many forecast types: 2,500 for six with four. */
export function mostRows(series: number, types: number): number {
  return Math.max(1, Math.floor(mostCells / Math.max(series, fewestSeries) / (1 + types)));
}

/** Rows of one series as plain data. */
export interface SeriesRowsState {
  readonly rows: number;
  readonly cells: Float64Array<ArrayBuffer>;
  readonly floor: readonly [start: number, end: number];
}

/** Number columns of a batch in the order of cells: start, end, timestamp, actual, forecasts. */
export type RowColumns = readonly Float64Array[];

/**
 * The rows of one series in its windows, side by side, in bounded memory. Of more rows than allowed the latest windows are
 * kept that fit as a whole; of a latest window that does not fit, its first timestamps. Of several rows with one window and
 * timestamp the one that comes first by its numbers is kept, null last. So what is kept depends neither on the order of
 * rows nor on how they were merged. A row without a timestamp is only counted, one without a window is not.
 */
export class SeriesRows {
  readonly #width: number;
  readonly #most: number;
  #cells: Float64Array<ArrayBuffer>;
  #size = 0;
  #rows = 0;
  /** The latest window that was dropped: nothing up to it is kept. */
  #floor: readonly [start: number, end: number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

  /** For rows of so many cells, times included, of which at most `most` are kept; with room for the `expected` ones. */
  constructor(width: number, most: number, expected = 0) {
    this.#width = width;
    this.#most = most;
    this.#cells = new Float64Array(Math.min(expected, 2 * most) * width);
  }

  /** Rows in a window that were added, kept or not. */
  get rows(): number {
    return this.#rows;
  }

  /** Doubles held. */
  get held(): number {
    return this.#cells.length;
  }

  /** Copies the rows `from` to `to` of a batch. About 1 ns a cell. */
  add(columns: RowColumns, from: number, to: number): void {
    const [starts, ends, times] = columns;
    if (starts === undefined || ends === undefined || times === undefined) return;
    for (let row = from; row < to;) {
      const [start = Number.NaN, end = Number.NaN] = [starts[row], ends[row]];
      const next = endOfTimes(times, endOfWindow(starts, ends, row, to), row);
      if (next > row && !this.#isDropped(start, end)) this.#copy(columns, row, next);
      const counted = next > row ? next : row + 1;
      if (!Number.isNaN(start) && !Number.isNaN(end)) this.#rows += counted - row;
      row = counted;
    }
  }

  /** Rows with a window and a timestamp, column by column: the inner loop is short. */
  #copy(columns: RowColumns, from: number, to: number): void {
    for (let row = from; row < to;) {
      const until = Math.min(to, row + this.#makeRoom(to - row));
      for (let index = 0; index < columns.length; index++) {
        const values = columns[index];
        if (values !== undefined)
          copyColumn(values, row, until, this.#cells, this.#size * this.#width + index, this.#width);
      }
      this.#size += until - row;
      row = until;
    }
  }

  merge({ rows, cells, floor }: SeriesRowsState): void {
    this.#rows += rows;
    const [start, end] = floor;
    if (!this.#isDropped(start, end)) {
      this.#floor = floor;
      this.#prune(this.#most);
    }
    for (let from = 0; from < cells.length; from += this.#width) {
      if (this.#isDropped(cells[from] ?? Number.NaN, cells[from + 1] ?? Number.NaN)) continue;
      this.#makeRoom(1);
      const at = this.#size++ * this.#width;
      for (let index = 0; index < this.#width; index++) this.#cells[at + index] = cells[from + index] ?? Number.NaN;
    }
  }

  export(): SeriesRowsState {
    return { rows: this.#rows, cells: this.#cells.slice(0, this.#size * this.#width), floor: this.#floor };
  }

  /** The rows that are kept where only so many may be, by window and timestamp: a view. */
  sorted(most: number): Float64Array {
    this.#prune(Math.min(most, this.#most));
    return this.#cells.subarray(0, this.#size * this.#width);
  }

  #isDropped(start: number, end: number): boolean {
    const [floorStart, floorEnd] = this.#floor;
    return start < floorStart || (start === floorStart && end <= floorEnd);
  }

  /** For how many of so many rows there is room: at least one. Pruned where there are twice as many rows as allowed. */
  #makeRoom(wanted: number): number {
    if (this.#size >= 2 * this.#most) this.#prune(this.#most);
    const needed = this.#size + wanted;
    if (needed * this.#width > this.#cells.length) {
      const rows = Math.min(2 * this.#most, Math.max(firstRows, needed, 2 * this.#size));
      if (rows * this.#width > this.#cells.length) {
        const cells = new Float64Array(rows * this.#width);
        cells.set(this.#cells.subarray(0, this.#size * this.#width));
        this.#cells = cells;
      }
    }
    return this.#cells.length / this.#width - this.#size;
  }

  #prune(most: number): void {
    const order = this.#order();
    let from = order.length;
    let to = order.length;
    while (from > 0) {
      const first = this.#firstOfWindow(order, from - 1);
      if (order.length - first > most) break;
      from = first;
    }
    if (from === order.length && from > 0) {
      from = this.#firstOfWindow(order, from - 1);
      to = from + most;
    }
    const dropped = order[from - 1];
    if (dropped !== undefined) {
      const at = dropped * this.#width;
      this.#floor = [this.#cells[at] ?? 0, this.#cells[at + 1] ?? 0];
    }
    const cells = new Float64Array(this.#cells.length);
    for (let place = from; place < to; place++) {
      const at = (order[place] ?? 0) * this.#width;
      cells.set(this.#cells.subarray(at, at + this.#width), (place - from) * this.#width);
    }
    this.#cells = cells;
    this.#size = to - from;
  }

  /** The place in the order where the window of the row at `place` begins. */
  #firstOfWindow(order: readonly number[], place: number): number {
    let first = place;
    while (first > 0 && this.#compare(order[first - 1] ?? 0, order[place] ?? 0, timesOfWindow) === 0) first--;
    return first;
  }

  /** Rows by window and timestamp, of each the one whose numbers come first, without those that were dropped. */
  #order(): number[] {
    const cells = this.#cells;
    const width = this.#width;
    const all = Array.from({ length: this.#size }, (_, row) => row)
      .filter((row) => !this.#isDropped(cells[row * width] ?? 0, cells[row * width + 1] ?? 0))
      .sort((a, b) => this.#compare(a, b, width));
    return all.filter((row, index) => index === 0 || this.#compare(all[index - 1] ?? 0, row, timesOfRow) !== 0);
  }

  #compare(a: number, b: number, cells: number): number {
    for (let index = 0; index < cells; index++) {
      const one = this.#cells[a * this.#width + index] ?? Number.NaN;
      const other = this.#cells[b * this.#width + index] ?? Number.NaN;
      if (one < other) return -1;
      if (one > other) return 1;
      if (Number.isNaN(one) !== Number.isNaN(other)) return Number.isNaN(one) ? 1 : -1;
    }
    return 0;
  }
}

/** The end of the rows with the window of the row `from`; `from` itself where that has none. */
function endOfWindow(starts: Float64Array, ends: Float64Array, from: number, to: number): number {
  const start = starts[from];
  const end = ends[from];
  let row = from;
  while (row < to && starts[row] === start && ends[row] === end) row++;
  return row;
}

/** The end of the rows with a timestamp. */
function endOfTimes(times: Float64Array, to: number, from: number): number {
  let row = from;
  while (row < to && !Number.isNaN(times[row])) row++;
  return row;
}

function copyColumn(
  values: Float64Array,
  from: number,
  to: number,
  cells: Float64Array,
  first: number,
  width: number,
): void {
  for (let row = from, at = first; row < to; row++, at += width) {
    const value = values[row] ?? Number.NaN;
    cells[at] = value - value === 0 ? value + 0 : Number.NaN;
  }
}
