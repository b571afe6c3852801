import { boundsOfNumbers, boundsOfTexts, boundsOfTimes, compareBytes, type Bounds } from '../format/bounds.ts';
import type { IndexedPage } from '../format/page-index.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { GroupMemory } from './kernel/group-memory.ts';
import { pageRows } from './kernel/group-regions.ts';
import { map } from './kernel/map.generated.ts';

/** What statistics tell of a chunk. */
export interface ChunkStatistics {
  readonly nulls: number;
  /** Of a column of numbers. */
  readonly nans: number;
  /** Undefined where there is no value, one that is NaN, or none that bounds can be made of. */
  readonly bounds: Bounds | undefined;
}

/** What is known of some rows of a column; `least` and `greatest` are values, or the codes of texts. */
interface Facts {
  readonly present: number;
  readonly nulls: number;
  readonly nans: number;
  readonly least: number;
  readonly greatest: number;
}

/** Gathers what statistics and page index tell of one chunk, page by page, while its cells are in memory. */
export class ChunkFacts {
  readonly #memory: GroupMemory;
  readonly #buffer: ColumnBuffer;
  readonly #facts: Facts[] = [];
  readonly pages: IndexedPage[] = [];

  constructor(memory: GroupMemory, buffer: ColumnBuffer) {
    this.#memory = memory;
    this.#buffer = buffer;
  }

  /** Looks at the rows `from` to `to`, of which some may be null; then {@link place} tells where their page is. */
  look(from: number, to: number, mayBeNull: boolean): void {
    this.#facts.push(this.#lookAt(from, to, mayBeNull));
  }

  place(page: Pick<IndexedPage, 'offset' | 'bytes' | 'firstRow'>): void {
    const facts = this.#facts.at(-1);
    if (facts === undefined) return;
    const { present, nulls, nans } = facts;
    this.pages.push({ ...page, present, nulls, nans, bounds: this.#boundsOf(facts) });
  }

  /** Of all pages. */
  statistics(): ChunkStatistics {
    const all = this.#facts.reduce((one, other) => this.#join(one, other), noFacts);
    const { nulls, nans } = all;
    return { nulls, nans, bounds: nans > 0 ? undefined : this.#boundsOf(all) };
  }

  #lookAt(from: number, to: number, mayBeNull: boolean): Facts {
    const { functions, rows } = this.#memory;
    const { column, regions } = this.#buffer;
    if (column.kind === 'text') {
      functions.boundTexts(regions.descriptor, from, to, rows, 4 * pageRows);
      const [least, greatest] = [this.#memory.get(map.LEAST_CODE), this.#memory.get(map.GREATEST_CODE)];
      return { present: to - from, nulls: 0, nans: 0, least, greatest };
    }
    functions.boundNumbers(regions.values + 8 * from, to - from);
    const withoutNumber = this.#memory.get(map.NANS);
    const { f64 } = this.#memory;
    const [least, greatest] = [f64[map.LEAST / 8] ?? 0, f64[map.GREATEST / 8] ?? 0];
    const nulls = mayBeNull ? functions.countNulls(regions.states + from, to - from) : 0;
    return { present: to - from - nulls, nulls, nans: withoutNumber - nulls, least, greatest };
  }

  #join(one: Facts, other: Facts): Facts {
    const [nulls, nans] = [one.nulls + other.nulls, one.nans + other.nans];
    const present = one.present + other.present;
    if (one.present === 0) return { ...other, nulls, nans };
    if (other.present === 0) return { ...one, nulls, nans };
    const isText = this.#buffer.column.kind === 'text';
    const isLess = (left: number, right: number): boolean =>
      isText ? compareBytes(this.#buffer.text(left), this.#buffer.text(right)) < 0 : left < right;
    const least = isLess(other.least, one.least) ? other.least : one.least;
    const greatest = isLess(one.greatest, other.greatest) ? other.greatest : one.greatest;
    return { present, nulls, nans, least, greatest };
  }

  #boundsOf({ present, nans, least, greatest }: Facts): Bounds | undefined {
    const { kind } = this.#buffer.column;
    if (present - nans === 0) return undefined;
    if (kind === 'text') return boundsOfTexts(this.#buffer.text(least), this.#buffer.text(greatest));
    return kind === 'number' ? boundsOfNumbers(least, greatest) : boundsOfTimes(least, greatest);
  }
}

const noFacts: Facts = { present: 0, nulls: 0, nans: 0, least: 0, greatest: 0 };
