import { WindowTable } from '../../metrics/forecast/window-table.ts';
import { comparePlaces, type RowRef } from './finding-book.ts';

/** The first and the last instant of a backtest window, in milliseconds since 1970. */
export interface WindowSpan {
  readonly start: number;
  readonly end: number;
}

/** A backtest window of a table, and its first row. */
export interface FoundWindow extends WindowSpan {
  readonly place: RowRef;
}

/** The distinct backtest windows of a table, each with the first row that belongs to it. */
export class WindowList {
  readonly #table = new WindowTable();
  readonly #places: RowRef[] = [];

  add(start: number, end: number, file: number, record: number): void {
    const id = this.#table.intern(start, end);
    const known = this.#places[id];
    if (known !== undefined && (known.file < file || (known.file === file && known.record <= record))) return;
    this.#places[id] = { file, record };
  }

  merge(windows: readonly FoundWindow[]): void {
    for (const { start, end, place } of windows) this.add(start, end, place.file, place.record);
  }

  has(start: number, end: number): boolean {
    return this.#places[this.#table.intern(start, end)] !== undefined;
  }

  /** By start, then end. */
  list(): FoundWindow[] {
    return this.#table.sorted().flatMap((id) => {
      const place = this.#places[id];
      if (place === undefined) return [];
      return [{ start: this.#table.starts[id] ?? 0, end: this.#table.ends[id] ?? 0, place }];
    });
  }
}

/** The windows that start before an earlier one has ended, each with its first row. */
export function findOverlaps(windows: readonly FoundWindow[]): RowRef[] {
  const places: RowRef[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const { start, end, place } of windows) {
    if (start <= latest) places.push(place);
    latest = Math.max(latest, end);
  }
  return places.sort(comparePlaces);
}
