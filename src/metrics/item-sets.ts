/** The distinct items of each window, exactly: a bit per item and window. */
export class ItemSets {
  readonly #sets: Uint32Array<ArrayBuffer>[] = [];

  /** Adds an item to a window. */
  add(window: number, item: number): void {
    let set = this.#sets[window];
    const word = item >>> 5;
    if (set === undefined || word >= set.length) set = this.#grow(window, word);
    set[word] = (set[word] ?? 0) | (1 << (item & 31));
  }

  /** Items in a window. */
  count(window: number): number {
    let bits = 0;
    for (const word of this.#sets[window] ?? []) bits += countBits(word);
    return bits;
  }

  /** Items in any window. */
  countAll(): number {
    let bits = 0;
    const words = Math.max(0, ...this.#sets.map((set) => set.length));
    for (let word = 0; word < words; word++)
      bits += countBits(this.#sets.reduce((any, set) => any | (set[word] ?? 0), 0));
    return bits;
  }

  /** One buffer per window, for {@link merge}; the sets must not be used afterwards. */
  export(): ArrayBuffer[] {
    return Array.from(this.#sets, (set) => (set ?? new Uint32Array()).buffer);
  }

  /** Adds exported sets, their windows and items renumbered. */
  merge(sets: readonly ArrayBuffer[], windowIds: Int32Array, itemIds: Int32Array): void {
    for (const [window, buffer] of sets.entries()) {
      for (const [word, bits] of new Uint32Array(buffer).entries()) {
        for (let rest = bits; rest !== 0; rest &= rest - 1) {
          const item = word * 32 + (31 - Math.clz32(rest & -rest));
          this.add(windowIds[window] ?? 0, itemIds[item] ?? 0);
        }
      }
    }
  }

  #grow(window: number, word: number): Uint32Array<ArrayBuffer> {
    while (this.#sets.length <= window) this.#sets.push(new Uint32Array());
    const set = new Uint32Array(Math.max(16, Math.ceil((word + 1) * 1.5)));
    set.set(this.#sets[window] ?? []);
    this.#sets[window] = set;
    return set;
  }
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
