/**
 * A set of small whole numbers, exactly: a bit for each number below a bound, which rises only as long as the bits are no
 * longer than the numbers in them would be as a list; the numbers beyond it are such a list. So a set takes a few dozen
 * bytes at most for each number in it, however far they lie apart, and an eighth of a byte where they lie close together
 * (test/metrics/item-sets.test.ts). Adding costs a few nanoseconds, amortised.
 */
export class ItemSet {
  #bits: Uint32Array<ArrayBuffer> = noBits;
  /** Bits that are set. */
  #inBits = 0;
  /** Numbers beyond the bits, in no order; some appear twice until the list is sorted. */
  #list: number[] = [];
  /** Length of the list at which it is tidied. */
  #limit = leastLimit;
  #last = -1;

  add(item: number): void {
    if (item === this.#last) return;
    this.#last = item;
    const word = item >>> 5;
    if (word >= this.#bits.length && this.#list.length === 0) this.#makeRoom(word);
    if (word < this.#bits.length) this.#setBit(item);
    else {
      this.#list.push(item);
      if (this.#list.length >= this.#limit) this.#tidy();
    }
  }

  /** How many numbers are in it. */
  count(): number {
    this.#tidy();
    return this.#inBits + this.#list.length;
  }

  /** Adds all of this to another set. */
  addTo(other: ItemSet): void {
    if (other.#list.length === 0) other.#addBits(this.#bits);
    else eachBit(this.#bits, (item) => other.add(item));
    for (const item of this.#list) other.add(item);
  }

  /** Words that {@link export} writes. */
  exportLength(): number {
    this.#tidy();
    let used = this.#bits.length;
    while (used > 0 && this.#bits[used - 1] === 0) used--;
    this.#bits = this.#bits.subarray(0, used);
    return 2 + this.#bits.length + this.#list.length;
  }

  /** Writes the lengths of bits and list, then both. */
  export(words: Uint32Array): void {
    words[0] = this.#bits.length;
    words[1] = this.#list.length;
    words.set(this.#bits, 2);
    words.set(this.#list, 2 + this.#bits.length);
  }

  /** Words of the exported set that begins there. */
  static lengthAt(words: Uint32Array, at: number): number {
    return 2 + (words[at] ?? 0) + (words[at + 1] ?? 0);
  }

  /** Calls back for each number of an exported set. */
  static forEach(words: Uint32Array, call: (item: number) => void): void {
    const listAt = 2 + (words[0] ?? 0);
    eachBit(words.subarray(2, listAt), call);
    for (let at = listAt; at < words.length; at++) call(words[at] ?? 0);
  }

  #setBit(item: number): void {
    const word = item >>> 5;
    const before = this.#bits[word] ?? 0;
    const after = before | (1 << (item & 31));
    this.#bits[word] = after;
    // both as 32 bits: a word of an array is unsigned, what | gives is not
    if (after >>> 0 !== before) this.#inBits++;
  }

  /** Doubles the bits where the numbers in them allow it: those that are numbered by their appearance need no list. */
  #makeRoom(word: number): void {
    const words = Math.max(1, 2 * this.#bits.length);
    if (word < words && words <= this.#inBits + 1) this.#resizeBits(words);
  }

  #resizeBits(words: number): void {
    const bits = new Uint32Array(words);
    bits.set(this.#bits.subarray(0, words));
    this.#bits = bits;
  }

  /** Adds the bits of another set to one that has no list. */
  #addBits(bits: Uint32Array): void {
    if (bits.length > this.#bits.length) this.#resizeBits(bits.length);
    for (let word = 0; word < bits.length; word++) {
      const before = this.#bits[word] ?? 0;
      const added = (bits[word] ?? 0) & ~before;
      if (added === 0) continue;
      this.#bits[word] = before | added;
      for (let rest = added; rest !== 0; rest &= rest - 1) this.#inBits++;
    }
  }

  /** Sorts the list, drops duplicates, and moves numbers into the bits as far as those stay short. */
  #tidy(): void {
    if (this.#list.length === 0) return;
    const sorted = Uint32Array.from(this.#list).sort();
    let kept = 0;
    for (const item of sorted) {
      if (kept === 0 || sorted[kept - 1] !== item) sorted[kept++] = item;
    }
    let moved = kept;
    while (moved > 0 && ((sorted[moved - 1] ?? 0) >>> 5) + 1 > this.#inBits + moved) moved--;
    if (moved > 0) {
      this.#resizeBits(((sorted[moved - 1] ?? 0) >>> 5) + 1);
      for (const item of sorted.subarray(0, moved)) this.#setBit(item);
    }
    this.#list = Array.from(sorted.subarray(moved, kept));
    this.#limit = Math.max(leastLimit, 2 * this.#list.length, this.#bits.length >>> 1);
  }
}

const noBits = new Uint32Array();
const leastLimit = 8;

function eachBit(bits: Uint32Array, call: (item: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) call(word * 32 + (31 - Math.clz32(rest & -rest)));
  }
}
