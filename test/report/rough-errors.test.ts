import { describe, expect, it } from 'vitest';
import { findMetric, listMetrics } from '#src/metrics/base/metric.js';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { emptySums } from '#src/report/content/piece-lists.js';
import { RoughErrors } from '#src/report/content/rough-errors.js';
import { columnOf, forecastSchema, schemaBatch, seededRandom, type Row } from '../support/column-batch.ts';

const types = ['mean', '0.1', '0.5', '0.9'];
const schema = forecastSchema(types);
const random = seededRandom(14);
const lengths = [60, 45];
const batch = schemaBatch(
  schema,
  lengths.flatMap((steps, item) =>
    Array.from({ length: steps }, (_, step): Row => ({
      item_id: `item ${item}`,
      timestamp: step * 3_600_000,
      target_value: random() < 0.1 ? null : 1 + random() * 20,
      backtestwindow_start_time: 0,
      backtestwindow_end_time: 59 * 3_600_000,
      ...Object.fromEntries(types.map((type) => [columnOf(type), random() * 25])),
    })),
  ),
);

/** The sums of the rows of both items, added in two pieces. */
function sumsOf(rough: RoughErrors): Float64Array[] {
  rough.open(batch);
  return lengths.map((steps, item) => {
    const from = item === 0 ? 0 : (lengths[0] ?? 0);
    const sums = emptySums();
    rough.add(sums, from, from + 25);
    rough.add(sums, from + 25, from + steps);
    return sums;
  });
}

describe('what series are ranked by while rows are read', () => {
  for (const { name } of listMetrics(types).filter(({ of }) => of !== 'history')) {
    it(`is in proportion to the error of the item: ${name}`, async () => {
      const exact = new ForecastAccumulator({ schema, by: ['item'], point: 'mean' });
      exact.add(batch);
      const { groups } = await exact.finish({});
      const metric = findMetric(name)!;
      const [one = 0, other = 0] = [...groups].map(({ pooled }) => metric.errorOf(metric.read(pooled)!));
      const rough = new RoughErrors({ schema, point: 'mean', rankBy: name, chosen: [] });
      const [first = 0, second = 0] = sumsOf(rough).map((sums) => rough.badnessOf(sums));
      expect([one, other].every((error) => error > 0)).toBe(true);
      expect(first / second / (one / other)).toBeCloseTo(1, 10);
    });
  }
});
