import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize } from '#src/index.js';
import { ItemSet } from '#src/metrics/forecast/item-set.js';
import { ItemSets } from '#src/metrics/forecast/item-sets.js';
import { seededRandom, shuffled } from '../support/column-batch.ts';

/** Words that a set takes when it is handed over: what it holds, and no more. */
function wordsOf(items: Iterable<number>): number {
  const set = new ItemSet();
  for (const item of items) set.add(item);
  return set.exportLength();
}

describe('sets of items', () => {
  it('hold what a Set holds, whatever the numbers and their order', () => {
    const random = seededRandom(3);
    for (let run = 0; run < 200; run++) {
      const most = 10 ** (1 + Math.floor(random() * 6));
      const dense = Array.from({ length: Math.floor(random() * 300) }, (_, index) => index * (1 + (run % 3)));
      const far = Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * most));
      const items = run % 2 === 0 ? [...dense, ...far] : shuffled([...dense, ...far, ...dense], random);
      const set = new ItemSet();
      const plain = new Set<number>();
      for (const [index, item] of items.entries()) {
        set.add(item);
        plain.add(item);
        if (index % 97 === 0) expect(set.count()).toBe(plain.size);
      }
      expect(set.count()).toBe(plain.size);
      const words = new Uint32Array(set.exportLength());
      set.export(words);
      const back: number[] = [];
      ItemSet.forEach(words, (item) => back.push(item));
      expect(back.sort((a, b) => a - b)).toEqual([...plain].sort((a, b) => a - b));
    }
  });

  it('take memory by the items in them, not by the largest of them', () => {
    expect(wordsOf([1_000_000_000])).toBe(3);
    expect(wordsOf([0, 1, 2, 3, 4_000_000])).toBeLessThanOrEqual(2 + 5);
    expect(wordsOf(Array.from({ length: 1000 }, (_, index) => index * 1_000_003))).toBeLessThanOrEqual(2 + 1000);
    expect(wordsOf(Array.from({ length: 32_000 }, (_, index) => index))).toBe(2 + 1000);
  });

  it('count what is in any window, whatever each has as bits or as a list', () => {
    const random = seededRandom(5);
    for (let run = 0; run < 100; run++) {
      const sets = new ItemSets();
      const plain = new Set<number>();
      for (let window = 0; window < 4; window++) {
        const step = 1 + Math.floor(random() ** 4 * 100);
        const first = Math.floor(random() * 3) * Math.floor(random() * 2000);
        for (let index = Math.floor(random() * 400); index >= 0; index--) {
          const item = random() < 0.5 ? first + index * step : index;
          sets.add(window, item);
          plain.add(item);
        }
      }
      expect(sets.countAll()).toBe(plain.size);
    }
  });

  it('are added to a set that has a list of its own', () => {
    const [all, dense] = [new ItemSet(), new ItemSet()];
    all.add(5000);
    for (let item = 0; item < 32_000; item++) dense.add(item);
    dense.addTo(all);
    const words = new Uint32Array(all.exportLength());
    all.export(words);
    const found = new Set<number>();
    ItemSet.forEach(words, (item) => found.add(item));
    expect([all.count(), found.size]).toEqual([32_000, 32_000]);
  });

  it('merge with their windows and items renumbered, windows without items among them', () => {
    const one = new ItemSets();
    const other = new ItemSets();
    one.add(0, 5);
    for (const item of [0, 1, 70]) other.add(2, item);
    one.merge(
      other.export(),
      Int32Array.of(7, 8, 0),
      Int32Array.from({ length: 71 }, (_, item) => item + 5),
    );
    expect([one.count(0), one.count(1), one.countAll()]).toEqual([3, 0, 3]);
  });

  it('of 20,000 windows with an item each take no memory by windows × items', async () => {
    const count = 20_000;
    const sets = new ItemSets();
    for (let window = 0; window < count; window++) sets.add(window, window);
    expect(sets.export().byteLength).toBe(count * 3 * 4);
    expect(sets.countAll()).toBe(count);
  });

  it('of very many windows end a summary, with a window and an item for each row', async () => {
    const count = 150_000; // more than a function takes as arguments
    const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';
    const lines = Array.from({ length: count }, (_, index) => {
      const time = new Date(Date.UTC(2000, 0, 1, index)).toISOString().slice(0, 19);
      return `i${index},${time}Z,5.0,${time},${time},4.5\n`;
    });
    const file = 'forecasted-values/Forecasts_j_2021-12-14T13-20-10Z_part0.csv';
    const found = await openExport(createMemoryStorage([[file, header + lines.join('')]]));
    const { summary, windows } = await summarize(found);
    expect(summary).toMatchObject({ windowCount: count, itemCount: count, count });
    expect(windows.every(({ itemCount }) => itemCount === 1)).toBe(true);
  });
});
