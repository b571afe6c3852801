import { firstIndex } from './first-index.ts';
import type { FindingCode } from './rules.ts';

/** A row by its part, numbered in the order of tables and parts, and its record; record 0 is the part as a whole. */
export interface RowRef {
  readonly file: number;
  readonly record: number;
}

/** A place before its text is known. */
export interface RawPlace extends RowRef {
  /** Of a duplicate: the earlier row. */
  readonly of?: RowRef;
  readonly column?: string;
  /** The instant concerned, where it is not the row's own. */
  readonly time?: number;
  /** The line, where it is known already. */
  readonly line?: number;
  /** Of a header inside the data: which one of its part, from 0. */
  readonly header?: number;
  readonly expected?: number | null;
  readonly found?: number | null;
  /** Distinguishes and orders places of one record. */
  readonly order?: number;
  readonly detail?: string;
}

/** What a rule has found so far. */
export interface RawFinding {
  readonly count: number;
  /** In order; at most the requested number. */
  readonly places: readonly RawPlace[];
}

/** Counts what rules find and keeps the first places of each, regardless of the order of adding. */
export class FindingBook {
  readonly #most: number;
  readonly #found = new Map<FindingCode, { count: number; places: RawPlace[] }>();

  /** `most` is how many places to keep for each code. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a finding at a place. Cheap where the place comes after those that are kept. */
  add(code: FindingCode, place: RawPlace, count = 1): void {
    const entry = this.#entry(code);
    entry.count += count;
    this.#keep(entry.places, place);
  }

  /** Counts more of a code, without places. */
  addCount(code: FindingCode, count: number): void {
    if (count > 0) this.#entry(code).count += count;
  }

  /** Whether one more place, after all those that are kept, would be kept. */
  hasRoom(code: FindingCode): boolean {
    return (this.#found.get(code)?.places.length ?? 0) < this.#most;
  }

  get(code: FindingCode): RawFinding | undefined {
    return this.#found.get(code);
  }

  /** Everything, as plain data. */
  export(): [FindingCode, RawFinding][] {
    return [...this.#found];
  }

  merge(found: readonly (readonly [FindingCode, RawFinding])[]): void {
    for (const [code, { count, places }] of found) {
      const entry = this.#entry(code);
      entry.count += count;
      for (const place of places) this.#keep(entry.places, place);
    }
  }

  #entry(code: FindingCode): { count: number; places: RawPlace[] } {
    let entry = this.#found.get(code);
    if (entry === undefined) this.#found.set(code, (entry = { count: 0, places: [] }));
    return entry;
  }

  #keep(places: RawPlace[], place: RawPlace): void {
    const last = places.at(-1);
    if (places.length >= this.#most && (last === undefined || comparePlaces(place, last) >= 0)) return;
    // after those of the same place
    const at = firstIndex(places.length, (index) => comparePlaces(place, places[index] ?? place) < 0);
    places.splice(at, 0, place);
    if (places.length > this.#most) places.pop();
  }
}

/** By part, record, and within a record by `order`. */
export function comparePlaces(a: RawPlace, b: RawPlace): number {
  return a.file - b.file || a.record - b.record || (a.order ?? 0) - (b.order ?? 0);
}
