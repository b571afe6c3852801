import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createLocalStorage,
  createMemoryStorage,
  openExport,
  parseFrequency,
  summarize,
  toAccuracyMetrics,
  verifyExport,
  type AccuracySummary,
  type BacktestExport,
  type Row,
  type SummarizeOptions,
} from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { AccuracyDistribution } from '#src/metrics/accuracy/item-distributions.js';
import { collect } from '../support/collect.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { exactSum } from '../reference/exact-sum.ts';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const fixtures = join(import.meta.dirname, '../../fixtures');
const percents = { p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9 };

/** The distribution of cells by plain sorting. */
function sortOut(cells: readonly Row[string][]): object {
  const values = cells.filter((cell): cell is number => Number.isFinite(cell)).sort((a, b) => a - b);
  const nearest = (p: number): number | null => values[Math.max(1, Math.ceil(p * values.length)) - 1] ?? null;
  return {
    count: values.length,
    notDefined: cells.filter((cell) => cell === 'not defined').length,
    empty: cells.filter((cell) => cell === null).length,
    nonFinite: cells.filter((cell) => typeof cell === 'number' && !Number.isFinite(cell)).length,
    min: values[0] ?? null,
    max: values.at(-1) ?? null,
    mean: values.length === 0 ? null : exactSum(values) / values.length,
    quantiles: Object.fromEntries(Object.entries(percents).map(([name, p]) => [name, nearest(p)])),
    quantileError: 0,
  };
}

const canonical: Record<string, string> = { 'Average wQL': 'averageWQL', AverageWeightedQuantileLoss: 'averageWQL' };

/** What the summary must say of the table's rows, for up to 1,000 rows a window. */
async function expectedOf(found: BacktestExport): Promise<object> {
  const { schema } = found.accuracyMetrics;
  const nameOf = (role: string): string => schema.columns.find((column) => column.role === role)?.name ?? '';
  const metrics = schema.columns.filter(({ role }) => role === 'metric').map(({ name }) => name);
  const rows = await collect(found.accuracyMetrics.rows());
  const scopeOf = (some: readonly Row[]): object => ({
    rows: some.length,
    metrics: Object.fromEntries(
      metrics.map((name) => [canonical[name] ?? name, sortOut(some.map((row) => row[name] ?? null))]),
    ),
  });
  const kind = (text: string): Row[] => rows.filter((row) => row[nameOf('backtestWindow')] === text);
  const iso = (row: Row, role: string): string => (row[nameOf(role)] as Date).toISOString();
  const windows = new Map<string, Row[]>();
  for (const row of kind('Computed')) {
    const key = `${iso(row, 'windowStart')}/${iso(row, 'windowEnd')}`;
    windows.set(key, [...(windows.get(key) ?? []), row]);
  }
  return {
    summary: scopeOf(kind('Summary')),
    windows: [...windows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, some]) => ({ start: key.split('/')[0], end: key.split('/')[1], ...scopeOf(some) })),
    rows: rows.length,
    parts: found.accuracyMetrics.parts.length,
    bytes: found.accuracyMetrics.bytes,
    quantileError: 0,
  };
}

async function generated(options: GenerateOptions): Promise<BacktestExport> {
  const folder = temporaryFolder();
  await generateExport(createLocalStorage(folder), options);
  return openExport(folder);
}

async function accuracyOf(found: BacktestExport, options: SummarizeOptions = {}): Promise<AccuracySummary> {
  const { accuracyMetrics } = await summarize(found, options);
  expect(accuracyMetrics).not.toBeNull();
  return accuracyMetrics!;
}

const small: GenerateOptions = {
  items: 30,
  windows: 3,
  horizon: 5,
  parts: 4,
  dimensions: [{ name: 'store', cardinality: 2 }],
};

describe('accuracy metrics in a summary', () => {
  const cases = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(cases.map(({ name }) => name))('are those of plain sorting: fixture %s', async (name) => {
    const found = await openExport(join(fixtures, name, 'export'), { exportedAt: 'latest' });
    const expected = await expectedOf(found);
    for (const threads of [1, 2]) expect(await accuracyOf(found, { threads })).toMatchObject(expected);
  });

  it('are the same for any threads and batch size, `not defined` counted', async () => {
    const found = await generated({ ...small, missingActuals: 0.2, zeroActuals: 0.1 });
    const expected = await expectedOf(found);
    const result = await accuracyOf(found, { threads: 1 });
    expect(result).toMatchObject(expected);
    const notDefined = result.windows.reduce((sum, { metrics }) => sum + (metrics['RMSE']?.notDefined ?? 0), 0);
    expect(notDefined).toBeGreaterThan(10);
    expect(result.notes.map(({ code }) => code)).toEqual(['WAPE_IS_SUM', 'NOT_DEFINED']);
    expect(await accuracyOf(found, { threads: 2 })).toEqual(result);
    for (const batchRows of [1, 7, 100_000]) {
      const { schema } = found.accuracyMetrics;
      const distribution = new AccuracyDistribution({ schema });
      const columns = distribution.requiredColumns;
      for await (const batch of found.accuracyMetrics.columnBatches({ batchRows, columns })) distribution.add(batch);
      const { summary, windows } = distribution.finish();
      expect({ summary, windows }).toEqual({ summary: result.summary, windows: result.windows });
    }
  });

  it('count empty and NaN cells, rows of no window and of another kind, and say so', async () => {
    const head = 'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.5],RMSE,WAPE\n';
    const day = '2020-01-01T00:00:00,2020-01-01T23:00:00';
    const text =
      `${head}a,Computed,${day},0.5,,NaN\nb,Computed,${day},not defined,not defined,not defined\n` +
      `c,Computed,${day},1.5,2,Infinity\nc,Computed,,,1,1,1\nc,Other,${day},1,1,1\n`;
    const storage = createMemoryStorage([
      ['accuracy-metrics-values/Accuracy_job_2021-12-14T13-20-10Z_part0.csv', text],
    ]);
    const result = await accuracyOf(await openExport(storage));
    const { metrics } = result.windows[0]!;
    expect(metrics['wQL[0.5]']).toMatchObject({ count: 2, notDefined: 1, mean: 1, min: 0.5, max: 1.5 });
    expect(metrics['RMSE']).toMatchObject({ count: 1, notDefined: 1, empty: 1, nonFinite: 0 });
    expect(metrics['WAPE']).toMatchObject({ count: 0, notDefined: 1, nonFinite: 2, mean: null });
    expect(result.notes.map(({ code, count }) => [code, count])).toEqual([
      ['NO_SUMMARY_ROWS', 0],
      ['NOT_DEFINED', 3],
      ['EMPTY_CELLS', 1],
      ['NON_FINITE_CELLS', 2],
      ['ROWS_WITHOUT_WINDOW', 1],
      ['ROWS_OF_OTHER_KIND', 1],
    ]);
  });

  it('state the bound of quantiles beyond 1,000 rows', async () => {
    const found = await generated({ items: 1200, horizon: 1 });
    const result = await accuracyOf(found);
    expect(result.quantileError).toBe(2 ** -10);
    expect(result.notes.map(({ code }) => code)).toContain('QUANTILES_ROUNDED');
    const rows = await collect(found.accuracyMetrics.rows());
    const sorted = rows.flatMap((row) => (row['backtest_window'] === 'Summary' ? [row['RMSE'] as number] : []));
    const { mean, quantiles } = result.summary.metrics['RMSE']!;
    expect(mean).toBe(exactSum(sorted) / 1200);
    const exact = sorted.sort((a, b) => a - b)[599]!;
    expect(Math.abs(quantiles.p50! - exact)).toBeLessThanOrEqual(exact * 2 ** -10);
  });
});

describe('what WAPE means', () => {
  it('is the sum where it adds up to the errors of the forecasts', async () => {
    const found = await generated({ ...small, wapeMeaning: 'sum' });
    expect(await accuracyOf(found)).toMatchObject({ wapeMeaning: 'sum', wapeAddsUp: true });
  });

  it('is the ratio where it cannot be a sum', async () => {
    const found = await generated({ ...small, wapeMeaning: 'ratio' });
    const result = await accuracyOf(found);
    expect(result).toMatchObject({ wapeMeaning: 'ratio', wapeAddsUp: false });
    expect(result.notes.map(({ code }) => code)).toEqual(['WAPE_IS_RATIO']);
  });

  it('is judged without forecasts by the bounds of a sum, whether the frequency is given or not', async () => {
    for (const wapeMeaning of ['sum', 'ratio'] as const) {
      const folder = temporaryFolder();
      await generateExport(createLocalStorage(folder), { ...small, wapeMeaning });
      const found = await openExport(join(folder, 'accuracy-metrics-values'));
      expect(await accuracyOf(found)).toMatchObject({ wapeMeaning, wapeAddsUp: null });
      expect((await verifyExport(found)).wapeMeaning).toBe(wapeMeaning);
      for (const text of ['H', '1H', '60min']) {
        const given = { frequency: parseFrequency(text)! };
        expect(await accuracyOf(found, given), text).toMatchObject({ wapeMeaning, wapeAddsUp: null });
        expect((await verifyExport(found, given)).wapeMeaning, text).toBe(wapeMeaning);
      }
    }
  });
});

describe('what WAPE means by the length of one window', () => {
  const cell = async (wape: string, end: string, more = ''): Promise<unknown[]> => {
    const head = 'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.9],RMSE,WAPE\n';
    const text = `${head}a,Computed,2017-06-19T00:00:00,${end},0.5,3.5,${wape}\n${more}`;
    const file = 'accuracy-metrics-values/Accuracy_job_2021-12-14T13-20-10Z_part0.csv';
    const found = await openExport(createMemoryStorage([[file, text]]));
    const { wapeMeaning, wapeEvidence } = await accuracyOf(found);
    expect((await verifyExport(found)).wapeMeaning).toBe(wapeMeaning);
    return [wapeMeaning, wapeEvidence.frequency];
  };

  it('is derived without a frequency, from the one that fits', async () => {
    expect(await cell('52.0', '2017-06-19T23:00:00')).toEqual(['sum', 'H']);
    expect(await cell('17.0', '2017-06-19T23:00:00')).toEqual(['ratio', 'H']);
    expect(await cell('90.0', '2017-06-19T23:00:00')).toEqual(['sum', '30min']);
    expect(await cell('3.5', '2017-06-19T00:00:00')).toEqual(['sum', null]);
    expect(await cell('3.4', '2017-06-19T00:00:00')).toEqual(['ratio', null]);
    expect(await cell('20.0', '2018-05-19T00:00:00')).toEqual(['sum', 'M']);
    expect(await cell('0.3', '2017-06-19T23:00:00')).toEqual(['ratio', 'H']);
  });

  it('must be derived from one frequency for all rows', async () => {
    const daily = (wape: string): string => `b,Computed,2017-06-19T00:00:00,2017-06-22T00:00:00,0.5,3.5,${wape}\n`;
    // 4 days or 96 steps of an hour …: 10 is a sum of days only, which the other window has none of
    expect(await cell('52.0', '2017-06-19T23:00:00', daily('10.0'))).toEqual(['unknown', 'H']);
    expect(await cell('52.0', '2017-06-19T23:00:00', daily('60.0'))).toEqual(['sum', 'H']);
  });
});

describe('a summary without one of the tables', () => {
  it('has no accuracy metrics when there are none, or when they are turned off', async () => {
    const found = await generated(small);
    const whole = await summarize(found);
    const { export: _, accuracyMetrics, ...figures } = await summarize(found, { accuracyMetrics: false });
    expect(accuracyMetrics).toBeNull();
    expect(whole).toMatchObject(figures);
    const without = await generated({ ...small, defects: ['missing-accuracy-table'] });
    expect((await summarize(without)).accuracyMetrics).toBeNull();
  });

  it('has nothing but accuracy metrics, and says why', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), small);
    const summary = await summarize(await openExport(join(folder, 'accuracy-metrics-values')));
    expect(summary).toMatchObject({
      export: { parts: 0, bytes: 0, rows: 0 },
      forecastTypes: ['0.1', '0.5', '0.9'],
      summary: { windowCount: 0, count: 0, metrics: { wQL: { '0.1': null, '0.9': null }, WAPE: null, RMSE: null } },
      windows: [],
      groups: [],
      notes: [{ code: 'NO_FORECASTED_VALUES' }],
      accuracyMetrics: { summary: { rows: 60 } },
    });
    expect(summary.accuracyMetrics?.windows).toHaveLength(3);
    expect(toAccuracyMetrics(summary)).toEqual({
      PredictorEvaluationResults: [{ TestWindows: [{ EvaluationType: 'SUMMARY', Metrics: {} }] }],
    });
  });
});

describe('a bad part of accuracy-metrics-values', () => {
  it('stops the summary, or is left out whole and listed', async () => {
    const folder = temporaryFolder();
    const { files } = await generateExport(createLocalStorage(folder), small);
    const { path } = files.filter((file) => file.path.startsWith('accuracy-metrics-values/'))[1]!;
    const text = readFileSync(join(folder, path), 'utf8');
    writeFileSync(join(folder, path), text.replace(/\d\n$/, 'x\n'));
    const found = await openExport(folder);
    for (const threads of [1, 2]) {
      await expect(summarize(found, { threads })).rejects.toMatchObject({ code: 'NUMBER_INVALID' });
      const { skippedParts, accuracyMetrics } = await summarize(found, { threads, onBadPart: 'skip' });
      expect(skippedParts).toMatchObject([{ table: 'accuracy-metrics-values', file: path, code: 'NUMBER_INVALID' }]);
      expect(accuracyMetrics).toMatchObject({ parts: 4, wapeAddsUp: null });
      const clean = createMemoryStorage();
      await generateExport(clean, small);
      await clean.remove(path);
      expect(await accuracyOf(await openExport(clean))).toMatchObject({
        summary: accuracyMetrics!.summary,
        windows: accuracyMetrics!.windows,
      });
    }
  });
});

describe('toAccuracyMetrics', () => {
  it('gives the shape of the service for a summary of an export', async () => {
    const summary = await summarize(await generated({ ...small, windows: 2 }), { by: ['step'] });
    const [results] = toAccuracyMetrics(summary).PredictorEvaluationResults;
    const [overall, first] = results!.TestWindows;
    expect(results!.TestWindows).toHaveLength(3);
    const { metrics } = summary.summary;
    expect(overall).toEqual({
      EvaluationType: 'SUMMARY',
      Metrics: {
        RMSE: metrics.RMSE,
        WeightedQuantileLosses: [0.9, 0.5, 0.1].map((Quantile) => ({ Quantile, LossValue: metrics.wQL[Quantile] })),
        ErrorMetrics: [{ ForecastType: 'mean', WAPE: metrics.WAPE, RMSE: metrics.RMSE, MAPE: metrics.MAPE }],
        AverageWeightedQuantileLoss: metrics.averageWQL,
      },
    });
    expect(first).toMatchObject({
      EvaluationType: 'COMPUTED',
      TestWindowStart: new Date('2021-11-01T00:00:00Z'),
      TestWindowEnd: new Date('2021-11-01T05:00:00Z'),
      ItemCount: 30,
    });
  });
});
