import { listOfObjects } from '../../batch/columns/empty-lists.ts';
import { ItemSet } from './item-set.ts';

/** The distinct items of each window, exactly, in memory that grows with its items (see {@link ItemSet}). */
export class ItemSets {
  readonly #sets: (ItemSet | undefined)[] = listOfObjects();

  /** Adds an item to a window. */
  add(window: number, item: number): void {
    (this.#sets[window] ??= this.#make(window)).add(item);
  }

  /** Items in a window. */
  count(window: number): number {
    return this.#sets[window]?.count() ?? 0;
  }

  /** Items in any window. */
  countAll(): number {
    if (this.#sets.length === 1) return this.count(0);
    const all = new ItemSet();
    for (const set of this.#sets) set?.addTo(all);
    return all.count();
  }

  /** All sets one after another in one buffer, for {@link merge}. */
  export(): ArrayBuffer {
    const lengths = this.#sets.map((set) => set?.exportLength() ?? emptyLength);
    const words = new Uint32Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const [window, length] of lengths.entries()) {
      this.#sets[window]?.export(words.subarray(at, at + length));
      at += length;
    }
    return words.buffer;
  }

  /** Adds exported sets, their windows and items renumbered. */
  merge(sets: ArrayBuffer, windowIds: Int32Array, itemIds: Int32Array): void {
    const words = new Uint32Array(sets);
    for (let window = 0, at = 0; at < words.length; window++) {
      const length = ItemSet.lengthAt(words, at);
      const own = windowIds[window] ?? 0;
      ItemSet.forEach(words.subarray(at, at + length), (item) => this.add(own, itemIds[item] ?? 0));
      at += length;
    }
  }

  #make(window: number): ItemSet {
    // no holes: an array with holes is slow
    while (this.#sets.length < window) this.#sets.push(undefined);
    return new ItemSet();
  }
}

/** Words of a window without items. */
const emptyLength = 2;
