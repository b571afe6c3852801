import { describe, expect, it } from 'vitest';
import { PairedItems } from '#src/compare/paired-items.js';
import { ItemTable } from '#src/compare/item-table.js';
import type { MeasuredMetric, MeasurePlan } from '#src/compare/item-measures.js';
import { Jackknife } from '#src/compare/jackknife.js';
import { studentQuantile } from '#src/compare/student.js';
import { findMetric } from '#src/metrics/base/metric.js';
import { seededRandom } from '../support/random.ts';

const seed = 20_261_127;
const metric: MeasuredMetric = { metric: findMetric('WAPE')!, members: [0], needs: [0] };
const plan: MeasurePlan = {
  measures: [{ kind: 'ratio', numerator: ({ sums }) => sums[0]!, denominator: ({ sums }) => sums[1]! }],
  metrics: [metric],
};
const windows = 2;

/** Errors of both predictors and actuals of an item, by window. */
type DrawnItem = readonly (readonly [first: number, other: number, actual: number])[];

/**
 * Items of very different sizes, of which a few are predicted badly by both: errors are correlated between predictors, windows and
 * steps. Errors in a lost lottery of 30% and 27% of the actuals on average.
 */
function drawItem(random: () => number): DrawnItem {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const size = Math.exp(normal());
  const common = Math.exp(0.5 * normal() - 0.125);
  const [first, other] = [0.3, 0.27].map((part) => part * common * Math.exp(0.3 * normal() - 0.045));
  return Array.from({ length: windows }, () => {
    const shared = Math.exp(0.2 * normal() - 0.02);
    const actual = size * Math.exp(0.2 * normal());
    return [first! * shared * size, other! * shared * size, actual];
  });
}

function tableOf(items: readonly DrawnItem[], predictor: 0 | 1): { readonly table: ItemTable; readonly value: number } {
  const totals = new Map(
    Array.from({ length: windows }, (_, window) => {
      const sum = (part: 0 | 1 | 2): number => items.reduce((all, item) => all + item[window]![part], 0);
      return [`${window}`, Float64Array.of(sum(predictor), sum(2))];
    }),
  );
  const table = new ItemTable(plan, totals, items.length);
  for (const [number, item] of items.entries()) {
    for (const [window, parts] of item.entries()) {
      const record = { counts: new Uint32Array(), sums: Float64Array.of(parts[predictor], parts[2]) };
      table.add(`${number}`, `${window}`, record);
    }
  }
  const ratios = [...totals.values()].map(([errors, actuals]) => errors! / actuals!);
  return { table, value: ratios.reduce((sum, ratio) => sum + ratio, 0) / windows };
}

function pairedOf(items: readonly DrawnItem[]): ReturnType<PairedItems['finish']> {
  const [first, other] = [tableOf(items, 0), tableOf(items, 1)];
  const pair = new PairedItems(metric);
  pair.add(first.table, other.table);
  return pair.finish(other.value - first.value);
}

describe('the interval of a difference', () => {
  it('holds the true difference about 95 times in 100, for few items and many, of very different sizes', () => {
    const random = seededRandom(seed);
    // E(errors) / E(actuals) of one minus that of the other: exp(0.02) is the mean of an actual over its size
    const truth = (0.27 - 0.3) / Math.exp(0.02);
    for (const [items, rounds] of [
      [12, 1500],
      [40, 800],
      [150, 300],
    ] as const) {
      let held = 0;
      for (let round = 0; round < rounds; round++) {
        const { interval } = pairedOf(Array.from({ length: items }, () => drawItem(random)));
        if (interval!.lower <= truth && truth <= interval!.upper) held++;
      }
      expect(held / rounds, `${items} items, seed ${seed}`).toBeGreaterThan(0.915);
      expect(held / rounds, `${items} items, seed ${seed}`).toBeLessThan(0.985);
    }
  });

  it('is that of figures computed anew without each item', () => {
    const random = seededRandom(seed);
    const items = Array.from({ length: 25 }, () => drawItem(random));
    const valueOf = (some: readonly DrawnItem[]): number => tableOf(some, 1).value - tableOf(some, 0).value;
    const jackknife = new Jackknife();
    for (const left of items) jackknife.add(valueOf(items.filter((item) => item !== left)) - valueOf(items));
    const slow = jackknife.around(valueOf(items))!;
    const { interval } = pairedOf(items);
    expect(interval!.lower).toBeCloseTo(slow.lower, 12);
    expect(interval!.upper).toBeCloseTo(slow.upper, 12);
  });

  it('is null for fewer than ten items, for a window of one item, and for numbers out of range', () => {
    const random = seededRandom(seed);
    const items = Array.from({ length: 10 }, () => drawItem(random));
    expect(pairedOf(items).interval).not.toBeNull();
    expect(pairedOf(items.slice(1)).interval).toBeNull();
    const alone = items.map((item, number): DrawnItem => [item[0]!, number === 0 ? item[1]! : [0, 0, 0]]);
    expect(pairedOf(alone).interval).toBeNull();
    const none = items.map((item): DrawnItem => [item[0]!, [0, 0, 0]]);
    expect(pairedOf(none).interval).toBeNull();
    const huge = items.map((item): DrawnItem => [item[0]!, [1e308, 1, item[1]![2]]]);
    expect(pairedOf(huge).interval).toBeNull();
  });

  it('is wider where a few items make up the difference', () => {
    const even = new Jackknife();
    const uneven = new Jackknife();
    for (let item = 0; item < 100; item++) {
      even.add(0.1 * (item % 2 === 0 ? 1 : -1));
      uneven.add(item < 4 ? 0.5 * (item % 2 === 0 ? 1 : -1) : 0);
    }
    // the same variance: all 100 items count in one, about four in the other
    const half = (jackknife: Jackknife): number => jackknife.around(0)!.upper;
    expect(half(even)).toBeCloseTo(studentQuantile(99) * Math.sqrt(0.99), 12);
    expect(half(uneven)).toBeCloseTo(studentQuantile(2 / (1 / 4 - 1 / 100)) * Math.sqrt(0.99), 12);
    expect(half(uneven)).toBeGreaterThan(1.14 * half(even));
  });

  it('uses quantiles of Student as tables have them', () => {
    const table = { 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 30: 2.042, 1e9: 1.96 };
    for (const [degrees, quantile] of Object.entries(table)) {
      expect(studentQuantile(Number(degrees)) / quantile, degrees).toBeCloseTo(1, degrees === '2' ? 1.8 : 2.6);
    }
  });
});
