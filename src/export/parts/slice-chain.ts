import type { PartNotes, PartSlice } from '../../batch/decode-options.ts';
import { joinNotes } from './join-notes.ts';

/** What to read next of a part: one more slice, by its number; or all of it at once. */
export type NextRead = { readonly number: number; readonly slice: PartSlice } | 'whole';

/** What the slices of a part add up to, once they do. */
export interface JoinedSlices<Output> {
  readonly outputs: readonly Output[];
  readonly notes: PartNotes | undefined;
}

/** What was read of a slice; `failed` where it could not be. */
type Read<Output> = { readonly output: Output; readonly notes: PartNotes } | 'failed';

/** With rounding errors of the sum. */
const allWork = 1 - 1e-9;

/**
 * The slices of one part, which are read in any order, until they are what reading the part from its start would give. The
 * first begins at the first record, and every other where the one before ended; a slice whose guess differs is read once
 * more from there. A slice that fails although it begins rightly, and slices that together cause more work than the
 * file may, make the part be read whole, so that it is refused as ever, in the same place.
 */
export class SliceChain<Output> {
  readonly slices: readonly PartSlice[];
  readonly #reads: (Read<Output> | undefined)[] = [];
  /** How many slices, from the first, are known to be right, and where the last of them ended. */
  #known = 0;
  #end: number | undefined;
  #exact = 0;
  #whole = false;

  constructor(slices: readonly PartSlice[]) {
    this.slices = slices;
  }

  /** Takes what a slice gave; returns what to read next because of it. */
  accept(number: number, output: Output, notes: PartNotes): NextRead | undefined {
    return this.#take(number, { output, notes });
  }

  /** Takes note that a slice could not be read. */
  fail(number: number): NextRead | undefined {
    return this.#take(number, 'failed');
  }

  /** All slices in order, when they are complete; only once. */
  join(): JoinedSlices<Output> | undefined {
    if (this.#whole || this.#known < this.slices.length) return undefined;
    const reads = this.#reads.filter((read) => read !== undefined && read !== 'failed');
    this.#reads.length = 0;
    this.#whole = true;
    return { outputs: reads.map(({ output }) => output), notes: joinNotes(reads.map(({ notes }) => notes)) };
  }

  #take(number: number, read: Read<Output>): NextRead | undefined {
    // what an earlier slice turned out to contain is of no use
    if (this.#whole || number < this.#known) return undefined;
    this.#reads[number] = read;
    for (; this.#known < this.slices.length; this.#known++) {
      const slice = this.slices[this.#known];
      if (slice === undefined) break;
      // a record of an earlier slice goes beyond this one
      if (this.#end !== undefined && this.#end > slice.to) {
        this.#reads[this.#known] = undefined;
        continue;
      }
      const known = this.#reads[this.#known];
      if (known === undefined) return undefined;
      const isRight = this.#end === undefined || (known !== 'failed' && known.notes.slice?.start === this.#end);
      if (!isRight && this.#exact <= this.#known) return this.#readExactly(slice);
      if (known === 'failed' || !isRight) return this.#readWhole();
      this.#end = known.notes.slice?.end;
    }
    return this.#usedWork() > allWork ? this.#readWhole() : undefined;
  }

  /** The slice after those that are known, from where they ended. */
  #readExactly({ to }: PartSlice): NextRead {
    const number = this.#known;
    this.#exact = number + 1;
    this.#reads[number] = undefined;
    return { number, slice: { from: this.#end ?? 0, to, exact: true } };
  }

  #readWhole(): NextRead {
    this.#whole = true;
    this.#reads.length = 0;
    return 'whole';
  }

  #usedWork(): number {
    return this.#reads.reduce((sum, read) => sum + (read === 'failed' ? 0 : (read?.notes.slice?.work ?? 0)), 0);
  }
}
