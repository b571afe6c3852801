import type { Likeness } from '../../batch/columns/cell-bits.ts';
import { FindingBook, type RowRef } from './finding-book.ts';
import { firstIndex } from './first-index.ts';
import type { FindingCode } from './rules.ts';

const codes: Readonly<Record<Likeness, FindingCode>> = {
  exact: 'DUPLICATE_EXACT',
  near: 'DUPLICATE_NEAR',
  different: 'DUPLICATE_DIFFERENT',
};

/** Header lines inside the parts: by part the number of data records before each, rising. */
export type HeaderPlaces = ReadonlyMap<number, readonly number[]>;

/**
 * The duplicate keys of one table, classified by their values and their cause: after a repeated header
 * line, in every key equally often (merged exports), or on their own.
 */
export class Duplicates {
  readonly book: FindingBook;
  /** Duplicates after a repeated header line of their part, whose originals come before it. */
  afterHeaders = 0;
  readonly #headers: HeaderPlaces;
  #keys = 0;
  #copies = 0;
  #different = 0;
  #uneven = false;

  constructor(headers: HeaderPlaces, maxPlaces: number) {
    this.#headers = headers;
    this.book = new FindingBook(maxPlaces);
  }

  /** Notes that `keys` keys appear `copies` times each. */
  addKeys(keys: number, copies: number): void {
    if (keys === 0) return;
    if (this.#keys > 0 && this.#copies !== copies) this.#uneven = true;
    this.#keys += keys;
    this.#copies = copies;
  }

  /** Notes a duplicate: the row at `place` repeats the row at `of`. */
  add(likeness: Likeness, place: RowRef, of: RowRef): void {
    if (likeness === 'different') this.#different++;
    else if (this.#isAfterHeader(place, of)) {
      this.afterHeaders++;
      return;
    }
    this.book.add(codes[likeness], { ...place, of });
  }

  /** How often every key of the table appears, where that is equal for all and with the same values; else 1. */
  get merged(): number {
    return this.#uneven || this.#different > 0 || this.#keys < 2 || this.afterHeaders > 0 ? 1 : this.#copies;
  }

  #isAfterHeader(place: RowRef, of: RowRef): boolean {
    if (place.file !== of.file) return false;
    const before = this.#headers.get(place.file) ?? [];
    const firstAfter = firstIndex(before.length, (header) => (before[header] ?? 0) >= of.record);
    return (before[firstAfter] ?? Number.POSITIVE_INFINITY) < place.record;
  }
}
