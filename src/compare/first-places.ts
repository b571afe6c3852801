/** Keeps the few entries of the lowest order out of many, whatever order they come in. */
export class FirstPlaces<Entry> {
  readonly #most: number;
  #kept: { readonly order: number; readonly entry: Entry }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether an entry of that order would be kept; ask before making one. */
  wants(order: number): boolean {
    return this.#kept.length < this.#most || order < (this.#kept.at(-1)?.order ?? Number.NEGATIVE_INFINITY);
  }

  add(order: number, entry: Entry): void {
    if (!this.wants(order)) return;
    const at = this.#kept.findIndex((kept) => kept.order > order);
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, { order, entry });
    this.#kept = this.#kept.slice(0, this.#most);
  }

  /** Takes in what another one kept. */
  merge(other: FirstPlaces<Entry>): void {
    for (const { order, entry } of other.#kept) this.add(order, entry);
  }

  /** In order. */
  list(): Entry[] {
    return this.#kept.map(({ entry }) => entry);
  }
}
