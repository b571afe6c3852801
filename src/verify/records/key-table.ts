/** Distinct keys of a fixed number of 32-bit words, numbered from 0 in order of first appearance. */
export class KeyTable {
  readonly #width: number;
  readonly #slots: Int32Array;
  readonly #keys: Uint32Array;
  #size = 0;

  /** `most` is how many keys there can be; a key takes 4 bytes a word and 8 to 16 of slots. */
  constructor(width: number, most: number) {
    this.#width = width;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, most * 2)))).fill(-1);
    this.#keys = new Uint32Array(width * most);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of the key that stands at `words[at]`; adds it if new. */
  idOf(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1;
    // the last word: the first ones of an item decided its partition and are alike within it
    for (let slot = (words[at + this.#width - 1] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] ?? -1;
      if (id < 0) return this.#add(words, at, slot);
      if (this.#equals(id, words, at)) return id;
    }
  }

  #equals(id: number, words: Uint32Array, at: number): boolean {
    const own = id * this.#width;
    for (let word = 0; word < this.#width; word++) if (this.#keys[own + word] !== words[at + word]) return false;
    return true;
  }

  #add(words: Uint32Array, at: number, slot: number): number {
    const id = this.#size++;
    this.#slots[slot] = id;
    for (let word = 0; word < this.#width; word++) this.#keys[id * this.#width + word] = words[at + word] ?? 0;
    return id;
  }
}
