import { describe, expect, it } from 'vitest';
import {
  compareExports,
  createMemoryStorage,
  openExport,
  rankExports,
  summarize,
  type BacktestExport,
  type MetricComparison,
} from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { csvExport, type ForecastCells } from './csv-export.ts';

/** Two actuals, 10 and 30; WAPE is the error over 40. */
function predictor(
  means: readonly [string, string],
  job: string,
  more: readonly ForecastCells[] = [],
): Promise<BacktestExport> {
  const rows: ForecastCells[] = [
    ['a', 0, '10.0', means[0], '5.0', '20.0'],
    ['b', 0, '30.0', means[1], '5.0', '40.0'],
  ];
  return csvExport([[...rows, ...more]], [], job);
}

async function compareMetrics(a: BacktestExport, b: BacktestExport, tolerance = 0): Promise<MetricComparison> {
  const result = await compareExports(a, b, Object.freeze({ tolerance, metrics: ['WAPE', 'bias', 'coverage[0.9]'] }));
  if (result.on !== 'metrics') throw new Error('expected a comparison of metrics');
  return result;
}

describe('comparing metrics', () => {
  it('gives both values, ratio, skill and verdict, over all windows and for each', async () => {
    const result = await compareMetrics(
      await predictor(['12.0', '28.0'], 'one'),
      await predictor(['11.0', '28.0'], 'two'),
    );
    // errors 2 + 2 of 40 against 1 + 2; biases 0 and -0.5; both cover both actuals
    const overall = [
      { metric: 'WAPE', values: [0.1, 0.075], ratios: [1, 0.75], skills: [0, 0.25], verdicts: ['same', 'better'] },
      { metric: 'bias', values: [0, -0.5], ratios: [null, null], skills: [null, null], verdicts: ['same', 'worse'] },
      { metric: 'coverage[0.9]', values: [1, 1], ratios: [1, 1], skills: [0, 0], verdicts: ['same', 'same'] },
    ];
    expect(result).toMatchObject({
      on: 'metrics',
      equal: false,
      common: 2,
      forecastTypes: ['mean', '0.1', '0.9'],
      exports: [
        { label: 'A', jobName: 'one', rows: 2, leftOut: 0, otherActuals: 0 },
        { label: 'B', jobName: 'two', rows: 2, leftOut: 0, otherActuals: 0 },
      ],
      by: [],
      groups: [],
    });
    expect(
      result.overall.map((each) => ({ ...each, ratios: each.ratios.map(round), skills: each.skills.map(round) })),
    ).toEqual(overall);
    expect(result.windows).toEqual([
      { key: { window: '2019-01-01T00:00:00.000Z/2019-01-01T23:00:00.000Z' }, counts: [2, 2], figures: result.overall },
    ]);
  });

  it('uses the rows that both have, and says how many it left out', async () => {
    const extra: ForecastCells[] = [['c', 0, '500.0', '0.0', '0.0', '0.0']];
    const a = await predictor(['12.0', '28.0'], 'one', extra);
    const b = await predictor(['11.0', '28.0'], 'two', [['d', 1, '7.0', '0.0', '0.0', '0.0'], ['d', 2, '7.0', '0.0', '0.0', '0.0']]); // prettier-ignore
    const result = await compareMetrics(a, b);
    expect(result.exports.map(({ rows, leftOut }) => [rows, leftOut])).toEqual([
      [3, 1],
      [4, 2],
    ]);
    expect([result.common, result.overall[0]?.values]).toEqual([2, [0.1, 0.075]]);
  });

  it('counts actuals that are not the same, and is not equal where rows are left out', async () => {
    const a = await predictor(['12.0', '28.0'], 'one');
    const b = await csvExport([[['a', 0, '10.5', '12.0', '5.0', '20.0'], ['b', 0, '30.0', '28.0', '5.0', '40.0']]], [], 'two'); // prettier-ignore
    expect((await compareMetrics(a, b)).exports.map(({ otherActuals }) => otherActuals)).toEqual([0, 1]);
    const more = await predictor(['12.0', '28.0'], 'two', [['c', 0, '1.0', '1.0', '1.0', '1.0']]);
    expect((await compareMetrics(a, await predictor(['12.0', '28.0'], 'two'))).equal).toBe(true);
    expect((await compareMetrics(a, more)).equal).toBe(false);
  });

  it('takes figures within the tolerance for the same', async () => {
    const [a, b] = [await predictor(['12.0', '28.0'], 'one'), await predictor(['11.0', '29.0'], 'two')];
    // WAPE 0.1 and 0.05, the rest is the same
    expect([(await compareMetrics(a, b, 0.49)).equal, (await compareMetrics(a, b, 0.5)).equal]).toEqual([false, true]);
    expect((await compareMetrics(a, b, 0.5)).overall[0]?.verdicts).toEqual(['same', 'same']);
  });

  it('compares the forecast types that all have; their average is over these', async () => {
    const make = async (forecastTypes: string[], jobName: string): Promise<BacktestExport> => {
      const storage = createMemoryStorage();
      await generateExport(storage, { items: 5, forecastTypes, jobName });
      return openExport(storage);
    };
    const [a, b] = [await make(['0.1', '0.5', '0.9'], 'one'), await make(['mean', '0.5', '0.9'], 'two')];
    const result = await rankExports([a, b]);
    // one has no mean, so the plain errors of both are of p50
    const plain = ['WAPE', 'WAPESum', 'RMSE', 'MAPE', 'MAE', 'bias'];
    const names = ['averageWQL', 'wQL[0.5]', 'wQL[0.9]', ...plain, 'coverage[0.5]', 'coverage[0.9]'];
    expect(result.point).toBe('0.5');
    expect(result.overall.map(({ metric }) => metric)).toEqual(names);
    const [average, median, high] = result.overall.map(({ values }) => values[0] ?? Number.NaN);
    expect(average).toBeCloseTo(((median ?? 0) + (high ?? 0)) / 2, 15);
    expect(median).toBe((await summarize(a)).summary.metrics.wQL['0.5']);
    for (const [index, source] of [a, b].entries()) {
      const { WAPE } = (await summarize(source, { point: 'p50' })).summary.metrics;
      expect(result.overall[3]?.values[index]).toBe(WAPE);
    }
    const other = await rankExports([a, b], { point: 'p90', metrics: ['WAPE'] });
    const { WAPE } = (await summarize(b, { point: '0.9' })).summary.metrics;
    expect([other.point, other.overall[0]?.values[1]]).toEqual(['0.9', WAPE]);
    await expect(rankExports([a, b], { point: 'mean' })).rejects.toThrow("one of p50, p90, found 'mean'");
  });

  it('groups by item as summarize does', async () => {
    const [a, b] = [await predictor(['12.0', '28.0'], 'one'), await predictor(['11.0', '28.0'], 'two')];
    const result = await compareExports(a, b, { by: ['item'], metrics: ['MAE'] });
    expect(
      result.on === 'metrics' && result.groups.map(({ key, counts, figures }) => [key, counts, figures[0]?.values]),
    ).toEqual([
      [{ item: 'a' }, [1, 1], [2, 1]],
      [{ item: 'b' }, [1, 1], [2, 2]],
    ]);
  });
});

describe('the leaderboard', () => {
  it('ranks by each metric, the same error on the same rank, a missing figure last', async () => {
    const exports = [
      await predictor(['12.0', '28.0'], 'one'),
      await predictor(['11.0', '28.0'], 'two'),
      await predictor(['10.0', '26.0'], 'three'),
      await predictor(['', ''], 'four'),
    ];
    const { leaderboard } = await rankExports(exports, { metrics: ['WAPE', 'bias'] });
    // WAPE 4/40, 3/40, 4/40 and none; bias 0, -0.5, -2 and none
    expect(leaderboard.map(({ metric, ranks }) => [metric, ranks.map((each) => [each.rank, each.export, each.value, round(each.skill)])])).toEqual([
      ['WAPE', [[1, 1, 0.075, 0.25], [2, 0, 0.1, 0], [2, 2, 0.1, 0], [null, 3, null, null]]],
      ['bias', [[1, 0, 0, null], [2, 1, -0.5, null], [3, 2, -2, null], [null, 3, null, null]]],
    ]); // prettier-ignore
  });

  it('is over the rows that all have, whichever export lacks which', async () => {
    const row = (item: string, mean: string): ForecastCells => [item, 0, '10.0', mean, '5.0', '20.0'];
    const make = (items: string, mean: string, job: string): Promise<BacktestExport> =>
      csvExport([items.split('').map((item) => row(item, item === 'x' || item === 'y' ? mean : '999.0'))], [], job);
    const exports = [
      await make('xaybc', '11.0', 'one'),
      await make('bcxya', '12.0', 'two'),
      await make('dyxc', '13.0', 'three'),
    ];
    exports.push(await make('yxba', '14.0', 'four'));
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ]) {
      // prettier-ignore
      const chosen = order.flatMap((index) => exports[index] ?? []);
      const result = await rankExports(chosen, { metrics: ['MAE'] });
      expect(result.common).toBe(2);
      expect(result.overall[0]?.values).toEqual(order.map((index) => index + 1));
      expect(result.exports.map(({ rows, leftOut }) => rows - leftOut)).toEqual([2, 2, 2, 2]);
    }
  });

  it('refuses one export, unknown metrics, and exports without a common forecast type', async () => {
    const a = await predictor(['12.0', '28.0'], 'one');
    expect(await failureOf(() => rankExports([a]))).toEqual([
      'OPTION_INVALID',
      'expected two or more exports to rank, found 1',
    ]);
    expect(await failureOf(() => rankExports([a, a], { metrics: ['MASE'] }))).toEqual([
      'OPTION_INVALID',
      'expected metrics to hold any of averageWQL, wQL[0.1], wQL[0.9], WAPE, WAPESum, RMSE, MAPE, MAE, bias, ' +
        "coverage[0.1], coverage[0.9], found 'MASE'",
    ]);
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 2, forecastTypes: ['0.5'] });
    expect(await failureOf(async () => rankExports([a, await openExport(storage)]))).toEqual([
      'SCHEMA_CONFLICT',
      'expected a forecast type that every export has, found mean, 0.1, 0.9; 0.5',
    ]);
  });
});

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(12));
}
