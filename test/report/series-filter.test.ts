import { describe, expect, it } from 'vitest';
import { mayHold, SeriesFilter } from '#src/report/content/series-filter.js';
import { seededRandom } from '../support/column-batch.ts';

describe('the filter of the series of a part', () => {
  for (const [count, most] of [
    [0, 32],
    [1, 32],
    [100, 1024],
    [60_000, 2 ** 19],
    [300_000, 2 ** 21],
  ] as const) {
    it(`passes all ${count} of them, and few others, in at most ${most} bits`, () => {
      const random = seededRandom(count);
      const hashes = Array.from({ length: count }, () => Math.floor(random() * 2 ** 32));
      const filter = new SeriesFilter();
      for (const hash of hashes) filter.add(hash);
      const words = filter.export();
      expect(32 * words.length).toBeLessThanOrEqual(most);
      expect(hashes.filter((hash) => !mayHold(words, hash))).toEqual([]);
      const others = Array.from({ length: 2000 }, () => Math.floor(random() * 2 ** 32));
      expect(others.filter((hash) => mayHold(words, hash)).length / 2000).toBeLessThan(0.09);
    });
  }
});
