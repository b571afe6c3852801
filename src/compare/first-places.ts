/** Keeps the few entries of the lowest order, regardless of the order of adding; of equal order the first ones added. */
export class FirstPlaces<Entry> {
  readonly #most: number;
  #kept: { readonly order: number; readonly entry: Entry }[] = [];
  /** Entries of this order or more are no longer kept. */
  #limit = Number.POSITIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
    if (most === 0) this.#limit = Number.NEGATIVE_INFINITY;
  }

  /** Whether an entry of that order may be kept; ask before making one. */
  wants(order: number): boolean {
    return order < this.#limit;
  }

  /** Constant cost, except for a sort of twice the entries kept, once per that many additions. */
  add(order: number, entry: Entry): void {
    if (!this.wants(order)) return;
    this.#kept.push({ order, entry });
    if (this.#kept.length >= 2 * this.#most) this.#cut();
  }

  /** Adds the entries of another one. */
  merge(other: FirstPlaces<Entry>): void {
    for (const { order, entry } of other.#kept) this.add(order, entry);
  }

  /** In order. */
  list(): Entry[] {
    this.#cut();
    return this.#kept.map(({ entry }) => entry);
  }

  #cut(): void {
    this.#kept.sort((a, b) => a.order - b.order);
    if (this.#kept.length < this.#most) return;
    this.#kept.length = this.#most;
    this.#limit = this.#kept.at(-1)?.order ?? Number.NEGATIVE_INFINITY;
  }
}
