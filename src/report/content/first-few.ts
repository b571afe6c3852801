/**
 * The first few of any number of entries, by an order in which no two are equal: so they do not depend on the order of adding.
 * Memory: half as many again as are kept. An entry costs one comparison, one that comes first so far log₂ of their number.
 */
export class FirstFew<Entry> {
  readonly #most: number;
  readonly #compare: (a: Entry, b: Entry) => number;
  #entries: Entry[] = [];
  #bar: Entry | undefined;

  constructor(most: number, compare: (a: Entry, b: Entry) => number) {
    this.#most = most;
    this.#compare = compare;
  }

  /** Whether an entry can be among the first. */
  accepts(entry: Entry): boolean {
    return this.#bar === undefined || this.#compare(entry, this.#bar) <= 0;
  }

  add(entry: Entry): void {
    if (!this.accepts(entry)) return;
    this.#entries.push(entry);
    if (this.#entries.length >= this.#most + (this.#most >> 1) + 2) this.#trim();
  }

  /** The last entry that can still be among the first; undefined while there are few. */
  get bar(): Entry | undefined {
    return this.#bar;
  }

  /** In order. */
  list(): readonly Entry[] {
    this.#trim();
    return this.#entries;
  }

  #trim(): void {
    this.#entries.sort(this.#compare);
    if (this.#entries.length > this.#most) this.#entries.length = this.#most;
    if (this.#entries.length === this.#most) this.#bar = this.#entries[this.#most - 1];
  }
}
