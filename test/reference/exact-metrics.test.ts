import { describe, expect, it } from 'vitest';
import { averageMetrics, type ExactRow, finishExactly, measureExactly } from './exact-metrics.ts';

const row = (item: string, target: number | null, low: number | null, mean: number, high: number): ExactRow => ({
  item,
  dimensions: [],
  timestamp: 't',
  windowStart: '2021-01-01',
  windowEnd: '2021-01-02',
  target,
  forecasts: new Map([
    ['mean', mean],
    ['0.1', low],
    ['0.9', high],
  ]),
});

describe('measureExactly', () => {
  it('matches figures worked out by hand', () => {
    const rows = [row('a', 10, 8, 11, 14), row('a', 0, -1, 2, 3), row('b', 4, 5, 3, 4.5), row('b', null, 6, 5, 2)];
    const [window] = measureExactly(rows, ['mean', '0.1', '0.9']);
    expect(window).toMatchObject({ rows: 4, items: 2, series: 2, points: 3, missingActuals: 1, zeroActuals: 1 });
    expect(window).toMatchObject({ absolute: 14, crossed: 2 });
    expect(window?.types.get('mean')).toEqual({
      points: 3,
      missing: 0,
      negative: 0,
      covered: 2,
      absolute: 14,
      under: 1,
      over: 3,
      errors: 4,
      squares: 6,
      shares: 0.35,
      zeroActuals: 1,
    });
    expect(window?.types.get('0.1')).toMatchObject({ under: 3, over: 1, covered: 1, negative: 1 });
    expect(window?.intervals).toEqual([{ low: '0.1', high: '0.9', points: 4, width: 6 + 4 - 0.5 - 4, covered: 2 }]);
    const metrics = finishExactly(window!);
    expect(metrics.WAPE).toBe(4 / 14);
    expect(metrics.RMSE).toBe(Math.sqrt(2));
    expect(metrics.MAPE).toBe(0.35 / 3);
    expect(metrics.wQL['0.1']).toBe((2 * (0.1 * 3 + 0.9 * 1)) / 14);
    expect(averageMetrics([metrics, metrics])).toEqual(metrics);
  });

  it('keeps windows apart, sorts them, and counts an empty forecast', () => {
    const other = { ...row('a', 1, null, 1, 1), windowStart: '2020-01-01' };
    const windows = measureExactly([row('a', 1, 1, 1, 1), other], ['0.1']);
    expect(windows.map(({ windowStart }) => windowStart)).toEqual(['2020-01-01', '2021-01-01']);
    expect(windows[0]?.types.get('0.1')).toMatchObject({ points: 0, missing: 1, absolute: 0 });
    expect(finishExactly(windows[0]!)).toEqual({
      wQL: { '0.1': 0 },
      averageWQL: 0,
      WAPE: null,
      RMSE: null,
      MAPE: null,
    });
  });
});
