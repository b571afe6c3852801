import { describe, expect, it } from 'vitest';
import { planGrouping } from '#src/metrics/forecast/grouping-plan.js';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import { typeCount } from '#src/metrics/forecast/record-shape.js';
import { emptyGroup, SumsState } from '#src/metrics/forecast/states/state-from-sums.js';
import { SumChunks } from '#src/metrics/forecast/states/sum-chunks.js';
import { forecastSchema } from '../support/column-batch.ts';

/** The chunks of a sum of doubles. */
function wideOf(add: (chunks: SumChunks) => void): string {
  const chunks = new SumChunks();
  add(chunks);
  const bytes = new Uint8Array(8 * map.WIDE_CHUNKS);
  chunks.writeWide(new DataView(bytes.buffer), 0);
  return Buffer.from(bytes).toString('hex');
}

describe('SumChunks', () => {
  it.each([1, -1])('loses no bit over millions of doubles whose bits are all set, of sign %s', (sign) => {
    for (const exponent of [-40, -16, 0]) {
      const full = sign * (2 ** 53 - 1) * 2 ** exponent;
      const found = wideOf((chunks) => {
        for (let count = 0; count < 3 * 2 ** 20; count++) chunks.add(full);
      });
      const expected = wideOf((chunks) => {
        chunks.add(full * 2 ** 21);
        chunks.add(full * 2 ** 20);
      });
      expect(found).toBe(expected);
    }
  });

  it('is no compact sum where it is larger than the terms of so many rows can add up to', () => {
    const place = { base: map.SUM_BASE, count: map.SUM_CHUNKS };
    const fits = (value: number, rows: number): boolean => {
      const chunks = new SumChunks();
      chunks.add(value);
      return chunks.writeCompact(new DataView(new ArrayBuffer(8 * map.SUM_CHUNKS)), 0, place, rows);
    };
    // bit j of all chunks weighs 2^(j-1091): the top chunk of a row is below 2^20
    const limit = 2 ** (32 * (map.SUM_BASE + map.SUM_CHUNKS - 1) - 1091 + 20);
    for (const rows of [1, 4, 1024]) {
      expect([fits(limit * rows, rows), fits(-limit * rows, rows)]).toEqual([true, true]);
      expect([fits(limit * rows * 1.5, rows), fits(-limit * rows * 1.5, rows)]).toEqual([false, false]);
    }
  });
});

describe('SumsState', () => {
  it('tells the types that rows lack by masks of more than 32 bits', () => {
    const types = Array.from({ length: 40 }, (_, index) => String((index + 1) / 100));
    const plan = planGrouping({ schema: forecastSchema(types, []), by: [] });
    const group = emptyGroup(plan);
    [group.start, group.end, group.excluded] = [0, 1, 2 ** 35 + 2 ** 5];
    group.counts.set([3, 2, 1], map.ROWS);
    const sums = new SumsState(plan, 1);
    sums.add(group);
    const counts = new Float64Array(sums.take().groups, map.COUNTS, plan.shape.counts);
    const excluded = types.flatMap((_, type) => (counts[typeCount(type, map.EXCLUDED)] === 2 ? [type] : []));
    expect([map.ROWS, map.ACTUALS, map.MISSING]).toEqual([0, 1, 2]);
    expect(excluded).toEqual([5, 35]);
  });
});
