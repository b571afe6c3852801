/**
 * Distinct finite numbers (timestamps), numbered from 0 in order of first appearance. What followed a number last time
 * is tried first, so that rows in time order need no hashing.
 */
export class NumberTable {
  readonly #ids = new Map<number, number>();
  /** Typed, as numbers in lists may be boxed. */
  #values = new Float64Array(64);
  #next = new Int32Array(64);
  #size = 0;
  #last = 0;

  get size(): number {
    return this.#size;
  }

  /** The value of a number; undefined for none. */
  value(id: number): number | undefined {
    return id >= 0 && id < this.#size ? this.#values[id] : undefined;
  }

  /** A copy of all values, by number. */
  copy(): Float64Array<ArrayBuffer> {
    return this.#values.slice(0, this.#size);
  }

  /** The number of `values[index]`; -1 for NaN. To hand over the value itself may cost an allocation. */
  intern(values: Float64Array, index: number): number {
    const value = values[index] ?? Number.NaN;
    const guess = this.#next[this.#last] ?? 0;
    if (this.#values[guess] === value && guess < this.#size) return (this.#last = guess);
    return Number.isNaN(value) ? -1 : this.#find(value);
  }

  #find(value: number): number {
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#add(value);
      this.#ids.set(value, id);
    }
    this.#next[this.#last] = id;
    this.#last = id;
    return id;
  }

  #add(value: number): number {
    if (this.#size === this.#values.length) {
      const [values, next] = [new Float64Array(2 * this.#size), new Int32Array(2 * this.#size)];
      values.set(this.#values);
      next.set(this.#next);
      [this.#values, this.#next] = [values, next];
    }
    this.#values[this.#size] = value;
    return this.#size++;
  }
}
