import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  convertExport,
  createMemoryStorage,
  openExport,
  summarize,
  verifyExport,
  type ExportFiles,
  type MemoryStorage,
} from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { run } from '../cli/run.ts';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.ts';

const forecastPart = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv';
const metricPart = 'accuracy-metrics-values/Accuracy_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv';

async function made(): Promise<{
  readonly storage: MemoryStorage;
  readonly forecasts: Uint8Array;
  readonly metrics: Uint8Array;
}> {
  const storage = createMemoryStorage();
  await generateExport(storage, { items: 3, windows: 2, horizon: 4 });
  const [forecasts, metrics] = [storage.get(forecastPart), storage.get(metricPart)];
  if (forecasts === undefined || metrics === undefined) throw new Error('expected both parts');
  return { storage, forecasts, metrics };
}

/** Both tables as files with other names, in two folders. */
async function merged(): Promise<Required<Omit<ExportFiles, 'storage'>> & { readonly folder: string }> {
  const { forecasts, metrics } = await made();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'deeper'));
  const forecastedValues = join(folder, 'backtest_forecasts.csv');
  const accuracyMetrics = join(folder, 'deeper', 'backtest metrics.csv');
  writeFileSync(forecastedValues, forecasts);
  writeFileSync(accuracyMetrics, metrics);
  return { forecastedValues, accuracyMetrics, folder };
}

describe('the file of each table, under other names', () => {
  it('equals the original export', async () => {
    const { storage } = await made();
    const { forecastedValues, accuracyMetrics } = await merged();
    const files = Object.freeze({ forecastedValues, accuracyMetrics });
    const found = await openExport(files);
    expect([found.layout, found.jobName, found.forecastedValues.exists, found.accuracyMetrics.exists]).toEqual([
      'single-file',
      undefined,
      true,
      true,
    ]);
    expect((await summarize(files)).summary).toEqual((await summarize(storage)).summary);
    const report = await verifyExport(files);
    expect([report.findings, report.computed.find(({ column }) => column === 'RMSE')?.checked]).toEqual([[], 6]);
  });

  it('may be swapped, which is reported, but not be the same table twice', async () => {
    const { forecastedValues, accuracyMetrics } = await merged();
    const swapped = await openExport({ forecastedValues: accuracyMetrics, accuracyMetrics: forecastedValues });
    expect(swapped.warnings.map(({ code }) => code)).toEqual(['TABLE_MISPLACED', 'TABLE_MISPLACED']);
    expect(swapped.forecastedValues.parts[0]?.path).toBe('backtest_forecasts.csv');
    const twice = { forecastedValues, accuracyMetrics: forecastedValues };
    expect((await failureOf(() => openExport(twice)))[0]).toBe('SCHEMA_CONFLICT');
  });

  it('may be in a storage, be only one, and keep the job in both names', async () => {
    const { storage } = await made();
    const found = await openExport({ storage, forecastedValues: forecastPart, accuracyMetrics: metricPart });
    expect([found.jobName, found.exportedAt?.toISOString()]).toEqual([
      'synthetic_backtest',
      '2021-12-14T13:20:10.000Z',
    ]);
    const alone = await openExport({ storage, accuracyMetrics: metricPart });
    expect([alone.forecastedValues.exists, alone.accuracyMetrics.exists]).toEqual([false, true]);
    const converted = createMemoryStorage();
    await convertExport(found, converted, { format: 'CSV' });
    expect(converted.get(forecastPart)).toEqual(storage.get(forecastPart));
  });

  it.each([
    [{ forecastedValues: 'nowhere.csv' }, 'FILE_NOT_FOUND'],
    [{ forecastedValues: '.' }, 'FILE_NOT_REGULAR'],
    [{ forecastedValues: 'a.csv', accuracy: 'b.csv' }, 'OPTION_INVALID'],
    [{ accuracyMetrics: 7 }, 'OPTION_INVALID'],
  ])('%j is %s', async (files, code) => {
    expect((await failureOf(() => openExport(files as ExportFiles)))[0]).toBe(code);
  });
});

describe('the command', () => {
  it('says how to give such files, and reads them', async () => {
    const { folder, forecastedValues, accuracyMetrics } = await merged();
    const refused = await run(['verify', folder]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^error EXPORT_NOT_FOUND: .*'backtest_forecasts\.csv'.*openExport\(\{ forecastedValues: /,
    );
    expect(refused.stderr).toContain('hint: give files with other names directly: FORECASTS --accuracy METRICS');
    expect(refused.stderr).not.toContain('--job');
    for (const command of ['verify', 'summarize', 'head', 'inspect']) {
      const { code, stdout } = await run([command, forecastedValues, '--accuracy', accuracyMetrics, '--json']);
      expect([command, code]).toEqual([command, 0]);
      expect(stdout).toContain('item');
    }
    const out = join(temporaryFolder(), 'out');
    expect((await run(['convert', forecastedValues, out, '--accuracy', accuracyMetrics, '--to', 'parquet'])).code).toBe(
      0,
    );
    const text = join(out, 'forecasted-values', 'backtest_forecasts.parquet');
    const other = join(out, 'accuracy-metrics-values', 'backtest metrics.parquet');
    expect((await run(['verify', text, '--accuracy', other])).code).toBe(0);
  });
});
