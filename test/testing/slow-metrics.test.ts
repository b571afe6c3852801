import { describe, expect, it } from 'vitest';
import { averageOf, measureSlowly } from '#src/testing/slow-metrics.js';

const window = {
  actuals: Float64Array.of(10, 0, 5),
  mean: Float64Array.of(8, 1, 5),
  quantiles: [
    { quantile: '0.25', forecasts: Float64Array.of(6, 2, 5) },
    { quantile: '0.5', forecasts: Float64Array.of(8, 1, 7) },
  ],
  training: Float64Array.of(1, 4, 2, 8),
  season: 1,
};

describe('measureSlowly', () => {
  it('matches figures worked out by hand', () => {
    // errors of the mean: 2, -1, 0; of p25: 4, -2, 0; of p50: 2, -1, -2; training steps: 3, 2, 6
    expect(measureSlowly(window)).toEqual({
      wQL: [(2 * (0.25 * 4 + 0.75 * 2)) / 15, (2 * (0.5 * 2 + 0.5 * 3)) / 15],
      averageWQL: (5 / 15 + 5 / 15) / 2,
      RMSE: Math.sqrt(5 / 3),
      absoluteError: 3,
      WAPE: 3 / 15,
      MAPE: 0.2 / 3,
      MASE: 1 / (11 / 3),
    });
  });

  it('uses the season of MASE in steps', () => {
    // over two steps: |2 - 1| + |8 - 4|, divided by T - s = 2
    expect(measureSlowly({ ...window, season: 2 }).MASE).toBe(1 / 2.5);
  });

  it('gives bare numerators when all actuals are zero', () => {
    const metrics = measureSlowly({ ...window, actuals: new Float64Array(3), training: new Float64Array(4) });
    expect(metrics).toMatchObject({ WAPE: 14, absoluteError: 14, MAPE: 0, MASE: 14 / 3 });
    expect(metrics.wQL).toEqual([2 * 0.75 * 13, 16]);
  });

  it('does not lose what naive addition loses', () => {
    const metrics = measureSlowly({
      ...window,
      actuals: new Float64Array(4),
      mean: Float64Array.of(1, 1e16, 1, 1),
      quantiles: [],
    });
    expect(metrics.absoluteError).toBe(10000000000000004);
    expect(metrics.averageWQL).toBeNaN();
  });

  it('averages values', () => {
    expect(averageOf([1, 2, 6])).toBe(3);
    expect(averageOf([])).toBeNaN();
  });
});
