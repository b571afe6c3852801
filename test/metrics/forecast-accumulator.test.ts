import { describe, expect, it } from 'vitest';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { toAccuracyMetrics } from '#src/metrics/accuracy/service-response.js';
import type { FinishOptions, ForecastSummary } from '#src/metrics/base/summary.js';
import { makeFrequency } from '#src/schema/frequency.js';
import { forecastSchema, schemaBatch, type Row } from '../support/column-batch.ts';

const window1 = { backtestwindow_start_time: '2019-01-01T00:00Z', backtestwindow_end_time: '2019-01-01T01:00Z' };
const window2 = { backtestwindow_start_time: '2019-01-02T00:00Z', backtestwindow_end_time: '2019-01-02T01:00Z' };
const row = (item_id: string, hour: number, y: number | null, forecasts: Row, window = window1): Row => ({
  item_id,
  timestamp: Date.parse(window.backtestwindow_start_time) + hour * 3_600_000,
  target_value: y,
  ...window,
  ...forecasts,
});
const f = (mean: number | null, p10: number | null, p90: number | null): Row => ({ mean, p10, p90 });
const types = ['mean', '0.1', '0.9'];

async function summarize(
  rows: readonly Row[],
  by: readonly string[] = [],
  options: FinishOptions = {},
  forecastTypes = types,
): Promise<ForecastSummary> {
  const schema = forecastSchema(forecastTypes, ['store', '__proto__']);
  const accumulator = new ForecastAccumulator({ schema, by });
  if (rows.length > 0) accumulator.add(schemaBatch(schema, rows));
  return accumulator.finish(options);
}

const notesOf = (summary: ForecastSummary): string[] =>
  summary.notes.map((note) =>
    [note.code, note.metric, note.forecastType, note.count].filter((part) => part !== undefined).join(' '),
  );

describe('ForecastAccumulator', () => {
  // By hand: y 10, 0, 20; m 12, 1, 16; errors -2, -1, 4; Σ|y| 30.
  const rows = [row('a', 0, 10, f(12, 8, 14)), row('a', 1, 0, f(1, -1, 2)), row('b', 0, 20, f(16, 21, 19))];

  it('computes each metric as defined', async () => {
    const { summary, windows } = await summarize(rows);
    expect(summary.metrics).toEqual({
      wQL: { '0.1': (2 * (0.1 * 3 + 0.9 * 1)) / 30, '0.9': (2 * (0.9 * 1 + (1 - 0.9) * 6)) / 30 },
      averageWQL: ((2 * (0.1 * 3 + 0.9)) / 30 + (2 * (0.9 + (1 - 0.9) * 6)) / 30) / 2,
      WAPE: 7 / 30,
      WAPESum: 7,
      RMSE: Math.sqrt(21 / 3),
      MAPE: (0.2 + 0.2) / 3,
      MASE: null,
      MAE: 7 / 3,
      bias: -1 / 3,
      coverage: { '0.1': 1 / 3, '0.9': 2 / 3 },
      intervals: [{ lower: '0.1', upper: '0.9', nominal: 0.8, coverage: 2 / 3, meanWidth: (6 + 3 - 2) / 3 }],
    });
    expect(summary.counts).toEqual({
      rows: 3,
      actuals: 3,
      missingActuals: 0,
      nonFiniteActuals: 0,
      zeroActuals: 1,
      crossedQuantiles: 1,
      negativeForecasts: { mean: 0, '0.1': 1, '0.9': 0 },
      missingForecasts: { mean: 0, '0.1': 0, '0.9': 0 },
      nonFiniteForecasts: { mean: 0, '0.1': 0, '0.9': 0 },
    });
    expect(windows).toMatchObject([
      { start: '2019-01-01T00:00:00.000Z', end: '2019-01-01T01:00:00.000Z', itemCount: 2, count: 3 },
    ]);
  });

  it('averages over windows, pools over items', async () => {
    const result = await summarize([...rows, row('a', 0, 2, f(1, 1, 3), window2)], ['item']);
    expect(result.summary.metrics.WAPE).toBe((7 / 30 + 0.5) / 2);
    expect(result.summary).toMatchObject({ windowCount: 2, itemCount: 2, count: 4 });
    expect(result.windows.map(({ metrics }) => metrics.WAPE)).toEqual([7 / 30, 0.5]);
    const groups = result.groups.map(({ key, windowCount, pooled, averaged }) => [
      key,
      windowCount,
      pooled.WAPE,
      averaged.WAPE,
    ]);
    expect(groups).toEqual([
      [{ item: 'a' }, 2, (3 + 1) / (10 + 2), (0.3 + 0.5) / 2],
      [{ item: 'b' }, 1, 0.2, 0.2],
    ]);
  });

  it('leaves missing and non-finite values out, of one forecast type only, and says so', async () => {
    const result = await summarize([
      ...rows,
      row('a', 0, null, f(-1, 0, null)),
      row('a', 0, Infinity, f(0, 0, 0)),
      row('a', 0, 6, f(null, NaN, 6)),
      row('a', 0, 4, f(-Infinity, 4, 6)),
    ]);
    const { metrics, counts } = result.summary;
    expect(metrics.WAPE).toBe(7 / 30);
    expect(metrics.MAE).toBe(7 / 3);
    expect(metrics.wQL['0.1']).toBe((2 * (0.1 * 3 + 0.9 * 1)) / 34);
    expect(metrics.wQL['0.9']).toBe((2 * (0.9 * 1 + (1 - 0.9) * 8)) / 40);
    expect(metrics.coverage).toEqual({ '0.1': 2 / 4, '0.9': 4 / 5 });
    expect(metrics.intervals[0]).toMatchObject({ coverage: 3 / 4, meanWidth: (6 + 3 - 2 + 2) / 4 });
    expect(counts).toMatchObject({
      rows: 7,
      actuals: 5,
      missingActuals: 1,
      nonFiniteActuals: 1,
      negativeForecasts: { mean: 1, '0.1': 1, '0.9': 0 },
      missingForecasts: { mean: 1, '0.1': 0, '0.9': 1 },
      nonFiniteForecasts: { mean: 1, '0.1': 1, '0.9': 0 },
    });
    expect(notesOf(result)).toEqual([
      'MASE_NEEDS_HISTORY MASE 2',
      'MISSING_ACTUALS 1',
      'NON_FINITE_ACTUALS 1',
      'ZERO_ACTUALS 1',
      'MISSING_FORECASTS mean 1',
      'MISSING_FORECASTS 0.9 1',
      'NON_FINITE_FORECASTS mean 1',
      'NON_FINITE_FORECASTS 0.1 1',
      'NEGATIVE_FORECASTS mean 1',
      'NEGATIVE_FORECASTS 0.1 1',
      'CROSSED_QUANTILES 1',
    ]);
  });

  it('gives the numerator alone where actuals sum to zero', async () => {
    const result = await summarize([row('a', 0, 0, f(2, 0, 1))]);
    expect(result.summary.metrics).toMatchObject({
      WAPE: 2,
      WAPESum: 2,
      MAPE: null,
      wQL: { '0.1': 0, '0.9': 2 * (1 - 0.9) },
    });
    expect(notesOf(result)).toContain('ALL_ACTUALS_ZERO MAPE 2');
    expect(notesOf(result)).toContain('ACTUALS_SUM_ZERO WAPE 2');
  });

  it('says why a figure is null: no mean, no rows, no actuals, no forecasts, overflow', async () => {
    expect(notesOf(await summarize([row('a', 0, 1, f(null, 1, 1))], [], {}, ['0.1', '0.9']))).toContain(
      'NO_POINT_FORECAST RMSE 2',
    );
    const nothing = await summarize([]);
    expect(nothing.summary.metrics.WAPE).toBeNull();
    expect(notesOf(nothing)).toContain('NO_ROWS WAPE 1');
    expect(notesOf(await summarize([row('a', 0, null, f(1, 1, 1))]))).toContain('NO_ACTUALS RMSE 2');
    expect(notesOf(await summarize([row('a', 0, 1, f(null, 1, 1))]))).toContain('NO_FORECASTS bias 2');
    const huge = await summarize([row('a', 0, 1e300, f(-1e300, 1, 1))]);
    expect(huge.summary.metrics).toMatchObject({ RMSE: null, WAPE: 2, WAPESum: 2e300 });
    expect(notesOf(huge)).toContain('FIGURE_OVERFLOW RMSE 2');
    const meanOnly = await summarize([row('a', 0, 1, f(1, 1, 1))], [], {}, ['mean']);
    expect(JSON.stringify(meanOnly.summary.metrics.wQL)).toBe('{}');
    expect(notesOf(meanOnly)).toContain('NO_QUANTILES averageWQL 2');
  });

  it('gives a group no ratio where its actuals sum to zero, in one window or in all', async () => {
    const zeros = [row('a', 0, 0, f(400, 1, 1)), row('a', 0, 20, f(15, 1, 1), window2), row('n', 0, 0, f(9, 1, 1))];
    const result = await summarize([...zeros, row('b', 0, 10, f(4, 1, 1))], ['item'], {
      worst: { metric: 'WAPE', count: 9 },
    });
    const shown = result.groups.map(({ key, pooled, averaged }) => [key['item'], pooled.WAPE, averaged.WAPE]);
    expect(shown).toEqual([
      ['a', 405 / 20, 0.25],
      ['b', 0.6, 0.6],
      ['n', null, null],
    ]);
    expect(result.groups[2]?.pooled).toMatchObject({ WAPESum: 9, MAE: 9, wQL: { '0.1': null, '0.9': null } });
    const noted = result.notes.filter(({ code }) => code === 'NO_RATIO' || code === 'WINDOW_LEFT_OUT');
    expect(noted.filter(({ metric }) => metric === 'WAPE')).toMatchObject([
      { code: 'NO_RATIO', reading: 'pooled', count: 1, where: 'group item=n' },
      { code: 'WINDOW_LEFT_OUT', reading: 'averaged', count: 1, where: 'group item=a' },
    ]);
    const averaged = await summarize(zeros, ['item'], { worst: { metric: 'WAPE', count: 1 }, reading: 'averaged' });
    expect(averaged.groups[0]?.averaged.WAPE).toBe(0.25);
    // the windows and the whole are the service's: numerators where the actuals sum to zero
    expect((await summarize(zeros)).windows.map(({ metrics }) => metrics.WAPE)).toEqual([409, 0.25]);
  });

  it('says where the actuals sum to almost nothing', async () => {
    const ofError = async (error: number): Promise<string[]> =>
      notesOf(await summarize([row('a', 0, 1, f(1 + error, 1, 1))])).filter((note) => note.includes('ZERO'));
    expect(await ofError(1000)).toEqual([]);
    expect(await ofError(1001)).toEqual(['ACTUALS_SUM_NEAR_ZERO WAPE 2']);
    const tiny = await summarize([row('a', 0, 1e-9, f(1, 1, 1))]);
    expect(notesOf(tiny)).toContain('ACTUALS_SUM_NEAR_ZERO averageWQL 2');
  });

  it('measures plain errors of the mean, else of p50, else of what is chosen, and names it', async () => {
    const one = { mean: 8, p10: 4, p50: 6, p90: 12 };
    const measure = async (some: readonly string[], point?: string): Promise<unknown[]> => {
      const schema = forecastSchema(some);
      const accumulator = new ForecastAccumulator({ schema, ...(point === undefined ? {} : { point }) });
      accumulator.add(schemaBatch(schema, [row('a', 0, 10, one)]));
      const { point: named, summary } = await accumulator.finish();
      const { WAPE, WAPESum, RMSE, MAPE, MAE, bias } = summary.metrics;
      return [named, WAPE, WAPESum, RMSE, MAPE, MAE, bias];
    };
    const all = ['mean', '0.1', '0.5', '0.9'];
    expect(await measure(all)).toEqual(['mean', 0.2, 2, 2, 0.2, 2, -2]);
    expect(await measure(['0.1', '0.5', '0.9'])).toEqual(['0.5', 0.4, 4, 4, 0.4, 4, -4]);
    expect(await measure(all, 'p50')).toEqual(['0.5', 0.4, 4, 4, 0.4, 4, -4]);
    expect(await measure(all, '0.9')).toEqual(['0.9', 0.2, 2, 2, 0.2, 2, 2]);
    expect(await measure(['0.1', '0.9'])).toEqual([null, null, null, null, null, null, null]);
    expect(await measure(['0.1', '0.9'], 'p10')).toEqual(['0.1', 0.6, 6, 6, 0.6, 6, -6]);
    await expect(measure(['0.1', '0.9'], 'mean')).rejects.toThrow("expected point to be one of p10, p90, found 'mean'");
  });

  it('refuses to rank by a figure that no group has', async () => {
    const worst = (metric: string, some: readonly Row[], forecastTypes: readonly string[]): Promise<ForecastSummary> =>
      summarize(some, ['item'], { worst: { metric, count: 1 } }, [...forecastTypes]);
    await expect(worst('WAPE', rows, ['0.1', '0.9'])).rejects.toThrow(
      "expected worst.metric to be one of wQL[0.1], wQL[0.9], averageWQL, coverage[0.1], coverage[0.9], found 'WAPE': the " +
        'export has neither a mean nor a p50 column, and no other was chosen',
    );
    await expect(worst('averageWQL', rows, ['mean'])).rejects.toThrow('the export has no quantile column');
    await expect(worst('WAPE', [row('a', 0, 0, f(1, 1, 1))], types)).rejects.toThrow(
      'expected worst.metric to be a figure that a group has (WAPESum, RMSE, MAE, bias, coverage[0.1], coverage[0.9]), ' +
        "found 'WAPE', which none of 1 groups has (not computed: the actuals sum to 0, so the ratio is undefined)",
    );
  });

  it('takes a mean over the windows that have the figure, and says so', async () => {
    const result = await summarize([...rows, row('a', 0, null, f(1, 1, 1), window2)]);
    expect(result.summary.metrics.WAPE).toBe(7 / 30);
    expect(notesOf(result)).toContain('WINDOW_LEFT_OUT WAPE 1');
  });

  it('numbers steps by the inferred frequency and never guesses one', async () => {
    const odd = { ...row('a', 0, 1, f(3, 1, 1)), timestamp: '2019-01-01T00:30Z' };
    const empty = { ...row('a', 0, 1, f(3, 1, 1)), timestamp: null };
    const steps = await summarize(
      [...rows, row('a', 0, 2, f(1, 1, 3), window2), row('a', 1, 2, f(2, 1, 3), window2), odd, empty],
      ['step'],
      {
        frequency: makeFrequency('hour', 1),
      },
    );
    expect(
      steps.groups.map(({ key, count, windowCount, pooled, averaged }) => [
        key['step'],
        count,
        windowCount,
        pooled.MAE,
        averaged.MAE,
      ]),
    ).toEqual([
      [1, 3, 2, (2 + 4 + 1) / 3, (3 + 1) / 2],
      [2, 2, 2, (1 + 0) / 2, (1 + 0) / 2],
      [null, 2, 1, 2, 2],
    ]);
    expect(notesOf(steps)).toContain('TIMESTAMPS_WITHOUT_STEP 2');
    const inferred = await summarize([...rows, row('a', 1, 2, f(2, 1, 3), window2)], ['step', 'window']);
    expect(inferred.frequency).toEqual({ unit: 'hour', count: 1, text: 'H' });
    expect(inferred.groups.map(({ key }) => key)).toEqual([
      { step: 1, window: '2019-01-01T00:00:00.000Z/2019-01-01T01:00:00.000Z' },
      { step: 2, window: '2019-01-01T00:00:00.000Z/2019-01-01T01:00:00.000Z' },
      { step: 2, window: '2019-01-02T00:00:00.000Z/2019-01-02T01:00:00.000Z' },
    ]);
    const unknown = await summarize([row('a', 0, 2, f(1, 1, 3))], ['step']);
    expect([unknown.frequency, unknown.groups[0]?.key]).toEqual([null, { step: 1 }]);
    expect(notesOf(unknown).filter((note) => /FREQUENCY|STEP/.test(note))).toEqual([]);
    const other = await summarize([row('a', 0, 2, f(1, 1, 3)), row('a', 0.001, 2, f(1, 1, 3))], ['step']);
    expect(other.groups.map(({ key }) => key['step'])).toEqual([1, null]);
    expect(notesOf(other)).toContain('FREQUENCY_UNKNOWN 1');
  });

  it('groups by dimensions, whatever they are called, and sorts text by code unit', async () => {
    const named = ['b', 'B', 'é', ''].map((store, index) => ({
      ...row('a', 0, 1, f(index, 1, 1)),
      store,
      ['__proto__']: 'x',
    }));
    const result = await summarize(named, ['__proto__', 'store']);
    expect(result.groups.map(({ key }) => Object.entries(key))).toEqual(
      ['', 'B', 'b', 'é'].map((store) => [
        ['__proto__', 'x'],
        ['store', store],
      ]),
    );
  });

  it('counts rows without a window and leaves them out', async () => {
    const result = await summarize([...rows, { ...rows[0]!, item_id: 'c', backtestwindow_end_time: null }]);
    expect(result.summary).toMatchObject({ itemCount: 2, count: 3, windowCount: 1 });
    expect(notesOf(result)).toContain('ROWS_WITHOUT_WINDOW 1');
  });

  it('shows the worst groups, nulls last, ties by key', async () => {
    const many = [
      ...['c', 'a', 'b'].map((item) => row(item, 0, 10, f(item === 'b' ? 20 : 15, 1, 1))),
      row('n', 0, null, f(1, 1, 1)),
    ];
    const worst = async (metric: string, count: number): Promise<unknown> => {
      const { groups } = await summarize(many, ['item'], { worst: { metric, count } });
      return groups.map(({ key }) => key['item']);
    };
    expect(await worst('WAPE', 2)).toEqual(['b', 'a']);
    expect(await worst('bias', 9)).toEqual(['b', 'a', 'c', 'n']);
    await expect(worst('median', 1)).rejects.toThrow(/expected worst.metric to be one of wQL\[0.1\]/);
    await expect(worst('WAPE', 0)).rejects.toThrow('expected worst.count to be a whole number from 1, found 0');
  });

  it('refuses unknown and repeated keys, too many groups, and foreign states', async () => {
    await expect(summarize([], ['shop'])).rejects.toThrow(
      "expected the keys to group by (by) to be any of 'window', 'item', 'store', '__proto__', 'step', found 'shop'",
    );
    await expect(summarize([], ['item', 'item'])).rejects.toThrow("expected distinct keys in by, found 'item' twice");
    const schema = forecastSchema(types);
    const small = new ForecastAccumulator({ schema, by: ['item'], maxGroups: 1 });
    expect(() => small.add(schemaBatch(schema, rows))).toThrow(/at most 1 groups .* about 784 bytes/);
    const other = new ForecastAccumulator({ schema });
    const foreign = await new ForecastAccumulator({ schema, by: ['item'] }).takeState();
    await expect(other.mergeState(foreign)).rejects.toThrow(/same forecast types and grouping/);
    expect(() => other.add({ rows: 1, firstRecord: 1, columns: new Map() })).toThrow(
      /time column 'backtestwindow_start_time', found none/,
    );
  });

  it('gives the GetAccuracyMetrics shape', async () => {
    const result = await summarize(rows, [], { frequency: makeFrequency('hour', 1) });
    const { metrics } = result.summary;
    const Metrics = {
      RMSE: metrics.RMSE,
      WeightedQuantileLosses: [
        { Quantile: 0.9, LossValue: metrics.wQL['0.9'] },
        { Quantile: 0.1, LossValue: metrics.wQL['0.1'] },
      ],
      ErrorMetrics: [{ ForecastType: 'mean', WAPE: metrics.WAPE, RMSE: metrics.RMSE, MAPE: metrics.MAPE }],
      AverageWeightedQuantileLoss: metrics.averageWQL,
    };
    expect(toAccuracyMetrics(result)).toStrictEqual({
      PredictorEvaluationResults: [
        {
          TestWindows: [
            { EvaluationType: 'SUMMARY', Metrics },
            {
              TestWindowStart: new Date('2019-01-01T00:00Z'),
              TestWindowEnd: new Date('2019-01-01T02:00Z'),
              ItemCount: 2,
              EvaluationType: 'COMPUTED',
              Metrics,
            },
          ],
        },
      ],
    });
  });
});
