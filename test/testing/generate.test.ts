import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { createLocalStorage, createMemoryStorage } from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { storageFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TinyStorage } from './tiny-storage.ts';

async function generate(options: GenerateOptions) {
  const storage = new TinyStorage();
  const made = await generateExport(storage, Object.freeze(options));
  return { storage, made };
}

const body = async (parts: number): Promise<string> => {
  const { storage, made } = await generate({ items: 5, parts });
  const texts = made.files.filter(({ path }) => path.includes('Forecasts_')).map(({ path }) => storage.text(path));
  return texts.map((text) => text.slice(text.indexOf('\n') + 1)).join('');
};
const failToWrite = async (): Promise<void> => {
  throw new Error('disk full');
};
const rowsOf = (text: string): string[][] => parse(text);
const hashOf = ({ files }: TinyStorage): string => {
  const hash = createHash('sha256');
  for (const [path, bytes] of files) hash.update(path).update(bytes);
  return hash.digest('hex');
};
const forecasts = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv';
const accuracy = 'accuracy-metrics-values/Accuracy_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv';

describe('generateExport', () => {
  it('gives the same bytes for a seed, on every machine', async () => {
    const options = { items: 7, windows: 2, parts: 3, seed: 42, dimensions: [{ name: 'store', cardinality: 2 }] };
    const { storage } = await generate(options);
    expect(hashOf(storage)).toBe(hashOf((await generate(options)).storage));
    expect(hashOf(storage)).not.toBe(hashOf((await generate({ ...options, seed: 43 })).storage));
    expect(hashOf(storage)).toBe('f64350eb3c02717c442ad4ed0a3a47854f4dcbff4d74999dbf5367a53a739231');
  });

  it('writes both tables as in real exports', async () => {
    const { storage, made } = await generate({ items: 3, windows: 2, horizon: 4, windowOffset: 6 });
    expect(made.files.map(({ path }) => path)).toEqual(['_CHECK', forecasts, accuracy, '_SUCCESS']);
    expect(made).toMatchObject({
      series: 3,
      rows: { 'forecasted-values': 24, 'accuracy-metrics-values': 9 },
      planted: [],
    });
    expect(made.bytes).toBe(storage.text(forecasts).length + storage.text(accuracy).length);
    expect(made.windows).toEqual([
      { start: '2021-11-01T00:00:00', end: '2021-11-01T03:00:00' },
      { start: '2021-11-01T06:00:00', end: '2021-11-01T09:00:00' },
    ]);
    const rows = rowsOf(storage.text(forecasts));
    expect(rows[0]?.join()).toBe(
      'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p50,p90',
    );
    expect(rows[0]).toEqual(made.columns['forecasted-values']);
    expect(rows).toHaveLength(25);
    const [first] = rows.slice(1);
    expect(first?.slice(0, 2)).toEqual(['item_0000', '2021-11-01T00:00:00Z']);
    expect(first?.slice(3, 5)).toEqual(['2021-11-01T00:00:00', '2021-11-01T03:00:00']);
    expect(first?.[2]).toMatch(/^\d+\.0$/);
    for (const forecast of first?.slice(5) ?? []) expect(forecast).toMatch(/^\d+\.\d{10,}$/);
    const keys = rows.slice(1).map((row) => `${row[0]} ${row[1]}`);
    expect(keys).toEqual(keys.toSorted());
    const metrics = rowsOf(storage.text(accuracy));
    expect(metrics[0]?.join()).toBe(
      'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,' +
        'wQL[0.1],wQL[0.5],wQL[0.9],Average wQL,RMSE,WAPE,MAPE,MASE',
    );
    expect(metrics.slice(1).map((row) => row[1])).toEqual([1, 2, 3].flatMap(() => ['Computed', 'Computed', 'Summary']));
    expect(metrics[3]?.slice(2, 4)).toEqual(['2021-11-01T00:00:00', '2021-11-01T09:00:00']);
    expect(storage.text(forecasts).endsWith('\n')).toBe(true);
    expect(storage.text(forecasts)).not.toMatch(/["\r]/);
  });

  it('writes metrics that follow from the rows', async () => {
    const { storage } = await generate({ items: 1, windows: 2, wapeMeaning: 'ratio' });
    const rows = rowsOf(storage.text(forecasts)).slice(1, 25);
    const metrics = rowsOf(storage.text(accuracy))
      .slice(1)
      .map((row) => row.slice(4).map(Number));
    let [absolute, loss, error, squares] = [0, 0, 0, 0];
    for (const [, , y, , , mean, , , p90] of rows.map((row) => row.map(Number))) {
      absolute += Math.abs(y!);
      loss += 2 * (y! > p90! ? 0.9 * (y! - p90!) : 0.1 * (p90! - y!));
      error += Math.abs(y! - mean!);
      squares += (y! - mean!) ** 2;
    }
    expect(metrics[0]?.[2]).toBeCloseTo(loss / absolute, 12);
    expect(metrics[0]?.[3]).toBeCloseTo((metrics[0]![0]! + metrics[0]![1]! + metrics[0]![2]!) / 3, 12);
    expect(metrics[0]?.[4]).toBeCloseTo(Math.sqrt(squares / 24), 10);
    expect(metrics[0]?.[5]).toBeCloseTo(error / absolute, 12);
    for (const [index, value] of metrics[2]!.entries()) {
      expect(value).toBeCloseTo((metrics[0]![index]! + metrics[1]![index]!) / 2, 12);
    }
  });

  it('writes to a path as well as to a storage', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, { items: 2, horizon: 2 });
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 2, horizon: 2 });
    expect(await storageFiles(createLocalStorage(folder))).toEqual(await storageFiles(storage));
    expect(await failureOf(() => generateExport(undefined as never))).toEqual([
      'OPTION_INVALID',
      'generateExport: expected a destination, a path or a storage, found undefined',
    ]);
  });

  it('does not change a series when the number of parts changes', async () => {
    expect(await body(4)).toBe(await body(1));
  });

  it('follows the options for names, types, era, spelling and markers', async () => {
    const { storage, made } = await generate({
      items: 2,
      folder: 'in/here',
      itemColumn: 'metric_name',
      textStyle: 'digits',
      dimensions: [
        { name: 'a', cardinality: 2 },
        { name: 'b', cardinality: 3 },
      ],
      forecastTypes: ['0.9', '0.01', '0.65'],
      metrics: '2020',
      naming: 'documented',
      jobName: 'Job_1',
      frequency: 'M',
      horizon: 2,
      firstWindowStart: '2021-12-01',
      timeSpelling: { timestamp: 'none', windowEnd: 'Z', windowStart: '+00:00' },
      markers: [],
    });
    expect(made.files.map(({ path }) => path)).toEqual([
      'in/here/forecasted-values/Job_1_2021-12-14T13-20-10Z_0.csv',
      'in/here/accuracy-metrics-values/Job_1_2021-12-14T13-20-10Z_0.csv',
    ]);
    expect(made.columns['forecasted-values'].slice(-3)).toEqual(['p1', 'p65', 'p90']);
    expect(made.columns['accuracy-metrics-values'].slice(6)).toEqual([
      'wQL[0.01]',
      'wQL[0.65]',
      'wQL[0.9]',
      'RMSE',
      'WAPE',
    ]);
    const rows = rowsOf(storage.text(made.files[0]!.path));
    expect(made.series).toBe(12);
    expect(rows).toHaveLength(1 + 12 * 2);
    expect(rows[4]?.slice(0, 4)).toEqual(['000000', '000000', '000001', '2022-01-01T00:00:00']);
    expect(rows[4]?.slice(5, 7)).toEqual(['2021-12-01T00:00:00+00:00', '2022-01-01T00:00:00Z']);
  });

  it('follows the requested shares', async () => {
    const shares = { missingActuals: 0.2, zeroActuals: 0.1, negativeForecasts: 0.3, crossedQuantiles: 0.25 };
    const { storage, made } = await generate({ items: 200, windows: 3, ...shares });
    const rows = rowsOf(storage.text(forecasts))
      .slice(1)
      .map((row) => row.map(Number));
    expect(rows).toHaveLength(made.rows['forecasted-values']);
    const share = (test: (row: number[]) => boolean): number => rows.filter(test).length / rows.length;
    expect(rows.length / (200 * 3 * 24)).toBeCloseTo(0.8, 1);
    expect(share((row) => row[2] === 0)).toBeGreaterThan(0.09);
    expect(share((row) => row[5]! < 0)).toBeCloseTo(0.3, 1);
    expect(share((row) => row[6]! > row[8]!)).toBeCloseTo(0.25, 1);
    const metrics = rowsOf(storage.text(accuracy)).slice(1);
    const undefinedRows = metrics.filter((row) => row.includes('not defined'));
    expect(undefinedRows.every((row) => row.slice(4).every((cell) => cell === 'not defined'))).toBe(true);
    expect(undefinedRows.filter((row) => row[1] === 'Computed')).toHaveLength(600 - rows.length / 24);
    const all = await generate({ items: 2, missingActuals: 1 });
    expect(
      rowsOf(all.storage.text(accuracy))
        .slice(1)
        .flatMap((row) => row.slice(4)),
    ).toEqual(Array.from({ length: 4 * 8 }, () => 'not defined'));
  });

  it('keeps hostile and unicode ids distinct, in text that a parser reads back', async () => {
    for (const textStyle of ['hostile', 'unicode', 'formulas', 'digits'] as const) {
      const { storage } = await generate({
        items: 50,
        horizon: 1,
        textStyle,
        dimensions: [{ name: 'd', cardinality: 2 }],
      });
      const rows = rowsOf(storage.text(forecasts)).slice(1);
      expect(new Set(rows.map((row) => row[0])).size).toBe(50);
      expect(rows.every((row) => row.length === 10)).toBe(true);
    }
  });

  it('writes in pieces of about 1 MB', async () => {
    const { storage, made } = await generate({ items: 1000 });
    expect(made.bytes).toBeGreaterThan(3e6);
    expect(storage.largestWrite).toBeLessThan(1.1e6);
  });

  it.each<[GenerateOptions, string]>([
    [{ items: 0 }, 'items'],
    [{ items: 2, parts: 3 }, 'parts'],
    [{ frequency: 'fortnight' }, 'frequency'],
    [{ firstWindowStart: '2021-02-30' }, 'firstWindowStart'],
    [{ forecastTypes: ['0.10'] }, 'forecastTypes'],
    [{ forecastTypes: ['0.1', '0.1'] }, 'forecastTypes'],
    [{ dimensions: [{ name: 'timestamp', cardinality: 1 }] }, 'timestamp'],
    [{ dimensions: [{ name: 'a', cardinality: 2e6 }] }, 'dimensions'],
    [{ jobName: 'a-b' }, 'jobName'],
    [{ exportedAt: '2021-02-30T00-00-00Z' }, 'exportedAt'],
    [{ frequency: 'Y', horizon: 9000 }, 'windows end'],
    [{ items: 40_000, horizon: 24, defects: ['crlf'] }, 'larger than'],
  ])('refuses %j', async (options, word) => {
    await expect(generate(options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(word),
    });
  });

  it('refuses defects in Parquet, and unknown options', async () => {
    const damaged = { format: 'PARQUET', defects: ['crlf'] } as const;
    await expect(generate(damaged)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const unknown = { items: 3, item: 3 };
    await expect(generate(unknown)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('leaves no hidden file if the folder already has its marker', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 2 });
    const before = [...(await storageFiles(storage)).keys()];
    await generateExport(storage, { items: 2, overwrite: true });
    expect([...(await storageFiles(storage)).keys()]).toEqual(before);
  });

  it('aborts its open files when a write fails', async () => {
    const storage = new TinyStorage();
    const aborted: string[] = [];
    const create = storage.create;
    storage.create = async (path, options) => {
      const writer = await create(path, options);
      return { ...writer, write: failToWrite, abort: async () => void aborted.push(path) };
    };
    await expect(generateExport(storage)).rejects.toThrow('disk full');
    expect(aborted).toEqual([forecasts, accuracy]);
    expect([...storage.files.keys()]).toEqual([]);
  });
});
