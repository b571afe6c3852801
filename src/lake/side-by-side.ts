/** What an item of {@link sideBySide} takes while it is worked on. */
export interface Load {
  readonly bytes: number;
  readonly parts: number;
  /** No two items of one place are worked on at a time. */
  readonly place: string;
}

/** What all items that are worked on may take together; one that takes more is worked on alone. */
export interface MostLoad {
  readonly items: number;
  readonly bytes: number;
  readonly parts: number;
}

/**
 * Does work for all items, begun in their order, as many at a time as `most` allows. After a failure no more is begun; it is
 * thrown when all that was begun has ended.
 */
export async function sideBySide<Item>(
  items: readonly Item[],
  most: MostLoad,
  loadOf: (item: Item) => Load,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const running = new Map<Promise<void>, Load>();
  const failures: unknown[] = [];
  const begin = async (item: Item, index: number): Promise<void> => {
    try {
      await work(item, index);
    } catch (error) {
      failures.push(error);
    }
  };
  for (const [index, item] of items.entries()) {
    const load = loadOf(item);
    while (!fits([...running.values()], load, most)) await Promise.race(running.keys());
    if (failures.length > 0) break;
    const begun = begin(item, index).finally(() => running.delete(begun));
    running.set(begun, load);
  }
  await Promise.all(running.keys());
  if (failures.length > 0) throw failures[0];
}

function fits(running: readonly Load[], load: Load, most: MostLoad): boolean {
  if (running.length === 0) return true;
  const bytes = running.reduce((sum, each) => sum + each.bytes, load.bytes);
  const parts = running.reduce((sum, each) => sum + each.parts, load.parts);
  const isApart = running.every(({ place }) => place !== load.place);
  return isApart && running.length < most.items && bytes <= most.bytes && parts <= most.parts;
}

/** Hands on results in the order of their numbers from 0, each as soon as those before it are there. */
export class InOrder<Result> {
  readonly #take: (result: Result, index: number) => void;
  readonly #waiting = new Map<number, Result>();
  #next = 0;

  constructor(take: (result: Result, index: number) => void) {
    this.#take = take;
  }

  put(index: number, result: Result): void {
    this.#waiting.set(index, result);
    for (; this.#waiting.has(this.#next); this.#next++) {
      const ready = this.#waiting.get(this.#next) as Result;
      this.#waiting.delete(this.#next);
      this.#take(ready, this.#next);
    }
  }
}
