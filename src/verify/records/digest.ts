import { KeyedDigest } from '../../batch/hash/keyed-digest.ts';

/**
 * A keyed digest of the content of a part, in order: a {@link KeyedDigest} over a digest of each run or row. Parts with the
 * same digest and number of rows probably have the same content; `find-repeats.ts` checks that.
 */
export class Digest {
  readonly #digest: KeyedDigest;
  #empty = true;
  readonly #doubles = new Float64Array(6);
  readonly #words = new Uint32Array(this.#doubles.buffer);

  /** `seed` is the same for all parts. */
  constructor(seed: Uint32Array) {
    this.#digest = new KeyedDigest(seed);
  }

  /** Adds a run or a row: its key of at most six words, two words about its values, its window. About 75 ns. */
  add(key: Uint32Array, content0: number, content1: number, start: number, end: number): void {
    this.#empty = false;
    this.#words.set(key);
    this.#words[6] = content0;
    this.#words[7] = content1;
    this.#doubles[4] = start;
    this.#doubles[5] = end;
    this.#digest.add(this.#words);
  }

  /** Finishes it: 32 hexadecimal digits; an empty text where nothing was added. */
  finish(): string {
    return this.#empty ? '' : this.#digest.finish();
  }
}
