/** A set of row numbers, one bit each. */
export class RowBits {
  #bits = new Uint8Array(1024);
  #size = 0;

  /** How many rows are in it. */
  get size(): number {
    return this.#size;
  }

  /** Adds a row; harmless when repeated. */
  add(row: number): void {
    const at = Math.floor(row / 8);
    if (at >= this.#bits.length) this.#grow(at);
    const before = this.#bits[at] ?? 0;
    const after = before | (1 << (row % 8));
    if (after === before) return;
    this.#bits[at] = after;
    this.#size++;
  }

  has(row: number): boolean {
    return ((this.#bits[Math.floor(row / 8)] ?? 0) & (1 << (row % 8))) !== 0;
  }

  /** Adds the rows of another set that has none in common with this one. */
  merge(other: RowBits): void {
    if (other.#bits.length > this.#bits.length) this.#grow(other.#bits.length - 1);
    for (const [at, bits] of other.#bits.entries()) this.#bits[at] = (this.#bits[at] ?? 0) | bits;
    this.#size += other.#size;
  }

  #grow(at: number): void {
    const grown = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
    grown.set(this.#bits);
    this.#bits = grown;
  }
}
