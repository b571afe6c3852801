import { listOfDoubles } from '../../batch/columns/empty-lists.ts';

/** Distinct backtest windows, numbered from 0 in order of first appearance. A window is its pair of instants. */
export class WindowTable {
  /** Milliseconds since 1970, by number. */
  readonly starts: number[] = listOfDoubles();
  readonly ends: number[] = listOfDoubles();
  readonly #ids = new Map<number, Map<number, number>>();
  /** The window that came after each window last time: a series goes through the windows in turn. */
  readonly #next: number[] = [];
  #last = 0;

  get size(): number {
    return this.starts.length;
  }

  /** The number of a window; -1 where either instant is NaN (an empty cell). */
  intern(start: number, end: number): number {
    const guess = this.#next[this.#last] ?? 0;
    if (this.starts[guess] === start && this.ends[guess] === end) return (this.#last = guess);
    const id = this.#find(start, end);
    if (id < 0) return id;
    this.#next[this.#last] = id;
    this.#last = id;
    return id;
  }

  #find(start: number, end: number): number {
    if (Number.isNaN(start) || Number.isNaN(end)) return -1;
    let byEnd = this.#ids.get(start);
    if (byEnd === undefined) this.#ids.set(start, (byEnd = new Map()));
    let id = byEnd.get(end);
    if (id === undefined) {
      id = this.starts.length;
      byEnd.set(end, id);
      this.starts.push(start);
      this.ends.push(end);
    }
    return id;
  }

  /** Window numbers by start, then end. */
  sorted(): number[] {
    return Array.from(this.starts, (_, id) => id).sort((a, b) => this.compare(a, b));
  }

  /** The order of two windows, by their numbers: by start, then end. */
  compare(a: number, b: number): number {
    const { starts, ends } = this;
    return (starts[a] ?? 0) - (starts[b] ?? 0) || (ends[a] ?? 0) - (ends[b] ?? 0);
  }

  /** A window as an interval of ISO 8601. */
  name(id: number): string {
    return `${isoTime(this.starts[id])}/${isoTime(this.ends[id])}`;
  }
}

/** An instant in UTC. */
export function isoTime(time: number | undefined): string {
  return new Date(time ?? Number.NaN).toISOString();
}
