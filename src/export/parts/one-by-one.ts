/**
 * The items of lists that come one after another, as an async generator would give them, in a third of its time: an item
 * that is there takes one promise, not three.
 */
export class OneByOne<Item> implements AsyncGenerator<Item, void, undefined> {
  readonly #lists: AsyncGenerator<readonly Item[], void, undefined>;
  #list: readonly Item[] = [];
  #at = 0;
  /** Calls that wait for a list, in the order in which they came, and the last of them. */
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(lists: AsyncGenerator<readonly Item[], void, undefined>) {
    this.#lists = lists;
  }

  next(): Promise<IteratorResult<Item, void>> {
    if (this.#waiting > 0 || this.#at >= this.#list.length) return this.#inTurn(() => this.#advance());
    return Promise.resolve({ value: this.#list[this.#at++] as Item, done: false });
  }

  return(): Promise<IteratorResult<Item, void>> {
    return this.#inTurn(async () => {
      this.#list = [];
      await this.#lists.return();
      return { value: undefined, done: true };
    });
  }

  throw(error: unknown): Promise<IteratorResult<Item, void>> {
    return this.#inTurn(async () => {
      this.#list = [];
      await this.#lists.return();
      throw error;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #advance(): Promise<IteratorResult<Item, void>> {
    while (this.#at >= this.#list.length) {
      const { value, done } = await this.#lists.next();
      if (done === true) return { value: undefined, done };
      this.#list = value;
      this.#at = 0;
    }
    return { value: this.#list[this.#at++] as Item, done: false };
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    const result = this.#last.then(act).finally(() => this.#waiting--);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
