import { describe, expect, it } from 'vitest';
import { AccuracyDistribution } from '#src/metrics/accuracy/item-distributions.js';
import { QuantileSketch, relativeError } from '#src/metrics/accuracy/quantile-sketch.js';
import { WapeJudge } from '#src/metrics/accuracy/wape-meaning.js';
import { makeFrequency } from '#src/schema/frequency.js';
import { accuracySchema, schemaBatch, seededRandom, type Row } from '../support/column-batch.ts';

const schema = accuracySchema(['0.5'], ['RMSE', 'WAPE']);
const day = { backtestwindow_start_time: '2019-01-01T00:00Z', backtestwindow_end_time: '2019-01-01T23:00Z' };
const row = (backtest_window: string, values: Row, window: Row = day): Row => ({
  item_id: 'a',
  backtest_window,
  ...window,
  ...values,
});

describe('AccuracyDistribution', () => {
  it('gathers values, and what is not one, by Summary and by window', () => {
    const distribution = new AccuracyDistribution({ schema, frequency: makeFrequency('hour', 1) });
    distribution.add(
      schemaBatch(schema, [
        ...[3, 1, 2, 4].map((value) => row('Computed', { 'wQL[0.5]': value, RMSE: 1, WAPE: 10 })),
        row('Computed', { 'wQL[0.5]': 'not defined', RMSE: 'not defined', WAPE: 'not defined' }),
        row('Computed', { 'wQL[0.5]': NaN, RMSE: null, WAPE: 1 }),
        row('Summary', { 'wQL[0.5]': 7, RMSE: 1, WAPE: 10 }),
        row('Other', { 'wQL[0.5]': 7, RMSE: 1, WAPE: 10 }),
        row(
          'Computed',
          { 'wQL[0.5]': 7, RMSE: 1, WAPE: 10 },
          { backtestwindow_start_time: null, backtestwindow_end_time: null },
        ),
      ]),
    );
    const result = distribution.finish();
    expect(result.windows[0]).toMatchObject({ start: '2019-01-01T00:00:00.000Z', rows: 6 });
    expect(result.windows[0]?.metrics['wQL[0.5]']).toEqual({
      count: 4,
      notDefined: 1,
      empty: 0,
      nonFinite: 1,
      min: 1,
      max: 4,
      mean: 2.5,
      quantiles: { p10: 1, p25: 1, p50: 2, p75: 3, p90: 4 },
      quantileError: 0,
    });
    expect(result.windows[0]?.metrics['RMSE']).toMatchObject({ empty: 1, notDefined: 1 });
    expect(result.summary).toMatchObject({ rows: 1, metrics: { 'wQL[0.5]': { mean: 7 } } });
    expect(result).toMatchObject({
      rowsOfOtherKind: 1,
      rowsWithoutWindow: 1,
      wapeMeaning: 'sum',
      wapeEvidence: { rows: 4, canBeSum: 4, withSteps: 4 },
    });
    distribution.takeState();
    expect(distribution.finish().summary).toMatchObject({
      rows: 0,
      metrics: { RMSE: { mean: null, min: null, quantiles: { p50: null } } },
    });
  });
});

describe('QuantileSketch', () => {
  it('stays within its stated error beyond 1,000 values, of any sign and size', () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 20_000 }, () => (random() - 0.3) * 10 ** Math.floor(random() * 40 - 20));
    const sketch = new QuantileSketch();
    sketch.addAll(Float64Array.from(values), values.length);
    expect(sketch.exact).toBe(false);
    values.sort((a, b) => a - b);
    for (const p of [0.001, 0.1, 0.25, 0.5, 0.9, 0.999]) {
      const exact = values[Math.ceil(p * values.length) - 1]!;
      expect(Math.abs(sketch.quantiles([p])[0]! - exact), `p ${p}`).toBeLessThanOrEqual(
        Math.abs(exact) * relativeError,
      );
    }
  });
});

/** Of a window whose length no frequency tells. */
const judge = (rows: readonly [wape: number, rmse: number][], steps?: number): string => {
  const found = new WapeJudge();
  for (const [wape, rmse] of rows) found.add(wape, rmse, { start: 0, end: 1, steps });
  return found.meaning;
};

describe('WapeJudge', () => {
  it('distinguishes a sum of absolute errors from a ratio, or says that it cannot', () => {
    // Errors 3 and 4: sum 7, RMSE √12.5; equal errors reach the upper bound, a single one the lower.
    expect(
      judge(
        [
          [7, Math.sqrt(12.5)],
          [2, 1],
          [1, Math.sqrt(0.5)],
        ],
        2,
      ),
    ).toBe('sum');
    expect(
      judge(
        [
          [0.07, Math.sqrt(12.5)],
          [0.2, 1],
        ],
        2,
      ),
    ).toBe('ratio');
    expect(judge([[0.07, Math.sqrt(12.5)]])).toBe('ratio');
    expect(judge([[7, Math.sqrt(12.5)]])).toBe('unknown');
    expect(
      judge(
        [
          [NaN, 1],
          [0, 0],
        ],
        2,
      ),
    ).toBe('unknown');
    expect(
      judge(
        [
          [7, Math.sqrt(12.5)],
          [2, 1],
          [0.1, 1],
        ],
        2,
      ),
    ).toBe('unknown');
  });
});
