import { HashSlots } from '../hash/hash-slots.ts';
import { randomSeed } from '../hash/mix.ts';
import { hashRow } from '../hash/number-hash.ts';

/**
 * Distinct tuples of `width` integers of 32 bits, numbered from 0 in order of first appearance. Tuples are the same when
 * their integers are; the hash that finds candidates has a seed of its own. Memory for each: its integers, with up to
 * half again as slack from growth, and 10.7 to 21.3 bytes.
 */
export class TupleTable {
  readonly width: number;
  /** The tuples side by side, until the next one is added. */
  tuples: Int32Array<ArrayBuffer>;
  readonly #slots: HashSlots;
  readonly #seed: number = randomSeed();
  #size = 0;

  /** With room for as many tuples; it grows when there are more. */
  constructor(width: number, expected: number = 64) {
    this.width = width;
    this.tuples = new Int32Array(expected * width);
    this.#slots = new HashSlots(expected);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of the tuple that begins at `words[at]`, which is added if it is new (copied). */
  intern(words: Int32Array | Uint32Array, at: number): number {
    const hash = hashRow(this.#seed, words, at, this.width);
    for (let id = this.#slots.first(hash); id >= 0; id = this.#slots.next(hash)) if (this.is(id, words, at)) return id;
    const id = this.#size++;
    this.#slots.add(hash, id);
    const own = id * this.width;
    if (own === this.tuples.length) this.#grow();
    for (let index = 0; index < this.width; index++) this.tuples[own + index] = words[at + index] ?? 0;
    return id;
  }

  /** Forgets all tuples; keeps the room for them. */
  clear(): void {
    this.#slots.clear();
    this.#size = 0;
  }

  /** Whether the tuple of a number is the one that begins at `words[at]`. */
  is(id: number, words: Int32Array | Uint32Array, at: number): boolean {
    const own = id * this.width;
    for (let index = 0; index < this.width; index++) {
      if (this.tuples[own + index] !== ((words[at + index] ?? 0) | 0)) return false;
    }
    return true;
  }

  #grow(): void {
    const tuples = new Int32Array(this.width * Math.ceil(1.5 * this.#size));
    tuples.set(this.tuples);
    this.tuples = tuples;
  }
}
