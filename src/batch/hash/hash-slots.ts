import type { Pause } from '../../pause.ts';

/**
 * Finds numbers (of texts, tuples, rows) by a hash of 32 bits, by open addressing. A hash only finds candidates; the
 * caller compares what they represent:
 *
 *     for (let id = slots.first(hash); id >= 0; id = slots.next(hash)) if (isSame(id)) return id;
 *     slots.add(hash, newId);
 *
 * Hashes of untrusted data must be seeded. Memory: 10.7 to 21.3 bytes for each number.
 */
export class HashSlots {
  /** Two integers a slot: number + 1, or 0 where it is free, and the hash. */
  #slots: Int32Array;
  #size = 0;
  /** Where the last search ended: twice its slot. */
  #at = 0;
  /** What was read in advance: used by nobody, or the reading could be left out. */
  protected touched = 0;

  /** With room for as many numbers; it grows when there are more. */
  constructor(expected: number = 96) {
    this.#slots = new Int32Array(lengthFor(expected, 256));
  }

  /** The first number of a hash; -1 where there is none. */
  first(hash: number): number {
    return this.#search((hash << 1) & (this.#slots.length - 1), hash);
  }

  /** The number of that hash after the last one found; -1 where there is none. */
  next(hash: number): number {
    return this.#search((this.#at + 2) & (this.#slots.length - 1), hash);
  }

  /** Adds a number whose hash was just searched in vain. */
  add(hash: number, number: number): void {
    this.#slots[this.#at] = number + 1;
    this.#slots[this.#at + 1] = hash;
    if (++this.#size * 8 <= this.#slots.length * 3) return;
    const slots = new Int32Array(2 * this.#slots.length);
    copySlots(this.#slots, slots, 0, this.#slots.length);
    this.#slots = slots;
  }

  /** Reads the slots of the first `count` hashes, so that they are in the cache when they are searched. */
  touchAll(hashes: Int32Array, count: number): void {
    const slots = this.#slots;
    for (let index = 0; index < count; index++) {
      this.touched |= slots[((hashes[index] ?? 0) << 1) & (slots.length - 1)] ?? 0;
    }
  }

  /** Forgets all numbers; keeps the room for them. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** Makes room for `more` numbers; yields to the event loop meanwhile. @throws the signal's reason */
  async reserve(more: number, pause: Pause): Promise<void> {
    const length = lengthFor(this.#size + more, this.#slots.length);
    if (length === this.#slots.length) return;
    const slots = new Int32Array(length);
    for (let from = 0; from < this.#slots.length; from += copiedAtOnce) {
      copySlots(this.#slots, slots, from, Math.min(from + copiedAtOnce, this.#slots.length));
      if (pause.isDue(copiedAtOnce)) await pause.take();
    }
    this.#slots = slots;
  }

  #search(from: number, hash: number): number {
    const slots = this.#slots;
    for (let at = from; ; at = (at + 2) & (slots.length - 1)) {
      const entry = slots[at] ?? 0;
      if (entry !== 0 && slots[at + 1] !== hash) continue;
      this.#at = at;
      return entry - 1;
    }
  }
}

const copiedAtOnce = 2 ** 14;

/** The length at which at most three of four slots are taken, from `least` on. */
function lengthFor(numbers: number, least: number): number {
  let length = least;
  while (numbers * 8 > length * 3) length *= 2;
  return length;
}

function copySlots(source: Int32Array, target: Int32Array, from: number, to: number): void {
  const mask = target.length - 1;
  for (let index = from; index < to; index += 2) {
    const entry = source[index] ?? 0;
    if (entry === 0) continue;
    const hash = source[index + 1] ?? 0;
    let at = (hash << 1) & mask;
    while (target[at] !== 0) at = (at + 2) & mask;
    target[at] = entry;
    target[at + 1] = hash;
  }
}
