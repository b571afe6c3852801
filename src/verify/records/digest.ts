/**
 * A seeded hash of 64 bits over what stands in a part, in its order. Parts of one digest and number of rows may hold the
 * same; `find-repeats.ts` finds out.
 */
export class Digest {
  #a: number;
  #b: number;
  #empty = true;
  readonly #times = new Float64Array(2);
  readonly #words = new Uint32Array(this.#times.buffer);

  /** `seed` is the same for all parts. */
  constructor(seed: Uint32Array) {
    this.#a = seed[2] ?? 0;
    this.#b = seed[3] ?? 0;
  }

  /** Adds a run or a row: its key, two words about its values, its window. */
  add(key: Uint32Array, content0: number, content1: number, start: number, end: number): void {
    this.#empty = false;
    this.#times[0] = start;
    this.#times[1] = end;
    for (const word of key) this.#mix(word);
    for (const word of this.#words) this.#mix(word);
    this.#mix(content0);
    this.#mix(content1);
  }

  /** 16 hexadecimal digits; empty where nothing was added. */
  get text(): string {
    if (this.#empty) return '';
    return [this.#a, this.#b].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #mix(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x9e3779b1);
    this.#a ^= this.#a >>> 15;
    this.#b = Math.imul(this.#b ^ word, 0x85ebca77);
    this.#b ^= this.#b >>> 13;
  }
}
