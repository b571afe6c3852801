/**
 * Distinct finite numbers (timestamps), numbered from 0 in order of first appearance. What followed a number last time
 * is tried first, so that rows in time order need no hashing.
 */
export class NumberTable {
  readonly #ids = new Map<number, number>();
  readonly #values: number[] = [];
  readonly #next: number[] = [];
  #last = 0;

  get size(): number {
    return this.#values.length;
  }

  /** By number. */
  get values(): readonly number[] {
    return this.#values;
  }

  /** The number of a value; -1 for NaN. */
  intern(value: number): number {
    const guess = this.#next[this.#last] ?? 0;
    if (this.#values[guess] === value) {
      this.#last = guess;
      return guess;
    }
    if (Number.isNaN(value)) return -1;
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#values.length;
      this.#ids.set(value, id);
      this.#values.push(value);
      this.#next.push(0);
    }
    this.#next[this.#last] = id;
    this.#last = id;
    return id;
  }
}
