import { describe, expect, it } from 'vitest';
import { chooseExport, type ExportChoice } from '#src/export/find/choose-export.js';
import type { ExportCatalog } from '#src/export/entries/export-catalog.js';
import { listExports } from '#src/export/find/list-exports.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import { failure } from '../support/failure.js';

const [early, late] = ['2021-12-14T13-20-10Z', '2021-12-15T13-20-10Z'];

function catalogOf(...names: string[]): Promise<ExportCatalog> {
  return listExports(createMemoryStorage(names.map((name) => [`forecasted-values/${name}`, 'x'])));
}

const one = await catalogOf(`bike_${early}_0.csv`);
const twoTimes = await catalogOf(`bike_${early}_0.csv`, `bike_${late}_0.csv`, `bike_${late}_1.csv`);
const twoJobs = await catalogOf(`bike_${early}_0.csv`, `bike_${late}_0.csv`, `taxi_${early}_0.csv`);

function chosen(catalog: ExportCatalog, choice?: ExportChoice): string {
  const found = chooseExport(catalog, Object.freeze(choice));
  return `${found.jobName} ${found.exportedAtText}`;
}

async function problemOf(...files: string[]): Promise<[string, string]> {
  const catalog = await listExports(createMemoryStorage(files.map((path) => [path, 'x'])));
  return failure(() => chooseExport(catalog));
}

describe('chooseExport', () => {
  it('chooses the only one', () => {
    expect(chosen(one)).toBe(`bike ${early}`);
    expect(chosen(one, { exportedAt: 'latest' })).toBe(`bike ${early}`);
    expect(chosen(one, { jobName: 'bike', exportedAt: early })).toBe(`bike ${early}`);
  });

  it.each([
    early,
    '2021-12-14T13:20:10Z',
    '2021-12-14T13:20:10.000Z',
    '2021-12-14T14:20:10+01:00',
    new Date('2021-12-14T13:20:10.789Z'),
  ])('takes the one of %s', (exportedAt) => {
    expect(chosen(twoTimes, { exportedAt })).toBe(`bike ${early}`);
  });

  it('chooses the latest of one job', () => {
    expect(chosen(twoTimes, { exportedAt: 'latest' })).toBe(`bike ${late}`);
    expect(chosen(twoJobs, { exportedAt: 'latest', jobName: 'bike' })).toBe(`bike ${late}`);
    expect(chosen(twoJobs, { jobName: 'taxi' })).toBe(`taxi ${early}`);
    expect(chosen(twoJobs, { exportedAt: late })).toBe(`bike ${late}`);
  });

  it('refuses to guess between times', () => {
    expect(failure(() => chooseExport(twoTimes))).toEqual([
      'EXPORT_AMBIGUOUS',
      "expected one export in 'memory:', found 2: job 'bike' of 2021-12-14T13-20-10Z (1 CSV part), " +
        "job 'bike' of 2021-12-15T13-20-10Z (2 CSV parts). Choose the time, or 'latest' (exportedAt)",
    ]);
  });

  it('refuses to guess between jobs, also for the latest', () => {
    const [code, message] = failure(() => chooseExport(twoJobs, { exportedAt: 'latest' }));
    expect(code).toBe('EXPORT_AMBIGUOUS');
    expect(message).toBe(
      "expected one export with exportedAt 'latest' in 'memory:', found 3: job 'bike' of 2021-12-14T13-20-10Z " +
        "(1 CSV part), job 'taxi' of 2021-12-14T13-20-10Z (1 CSV part), job 'bike' of 2021-12-15T13-20-10Z " +
        '(1 CSV part). Choose the job by its name (jobName)',
    );
    expect(failure(() => chooseExport(twoJobs))[1]).toMatch(
      /\. Choose the job by its name \(jobName\) and the time \(exportedAt\)$/,
    );
  });

  it('names at most ten candidates', async () => {
    const many = await catalogOf(...Array.from({ length: 25 }, (_, i) => `job${i}_${early}_0.csv`));
    const [, message] = failure(() => chooseExport(many));
    expect(message.match(/job 'job/g)).toHaveLength(10);
    expect(message).toContain('found 25: ');
    expect(message).toContain(' and 15 more. Choose');
  });

  it('lists what was found if nothing matches', () => {
    expect(failure(() => chooseExport(one, { jobName: 'b\nx', exportedAt: new Date(0) }))).toEqual([
      'EXPORT_NOT_FOUND',
      "expected an export of the job 'b\\nx' with exportedAt 1970-01-01T00:00:00.000Z in 'memory:', " +
        "found 1: job 'bike' of 2021-12-14T13-20-10Z (1 CSV part)",
    ]);
  });

  it('says what a folder without parts contains', async () => {
    const [code, message] = await problemOf();
    expect([code, message]).toEqual([
      'EXPORT_NOT_FOUND',
      "expected part files such as Forecasts_<job>_<timestamp>_part<N>.csv in 'memory:' or in its sub-folders " +
        'forecasted-values and accuracy-metrics-values, found none. To read files with other names, ' +
        'give one by its path, or the file of each table, as in ' +
        "openExport({ forecastedValues: 'forecasts.csv', accuracyMetrics: 'metrics.csv' })",
    ]);
    expect((await problemOf('data.csv', 'old/x.csv'))[1]).toContain(
      "found only 2 unrelated items; not read, because not named like parts: 'data.csv', 'old'. To read",
    );
  });

  it('refuses two formats side by side', async () => {
    const mixed = await catalogOf(`bike_${early}_0.csv`, `bike_${early}_0.parquet`);
    expect(failure(() => chooseExport(mixed))).toEqual([
      'EXPORT_MIXED_FORMATS',
      "expected parts of one format, found job 'bike' of 2021-12-14T13-20-10Z (2 CSV and PARQUET parts) in 'memory:': " +
        "rows may count twice. CSV and Parquet parts of one export: 'forecasted-values/bike_2021-12-14T13-20-10Z_0.csv' " +
        "and 'forecasted-values/bike_2021-12-14T13-20-10Z_0.parquet'",
    ]);
  });

  it('refuses an invalid time', () => {
    expect(failure(() => chooseExport(one, { exportedAt: 'yesterday' }))[0]).toBe('EXPORT_TIMESTAMP_INVALID');
    expect(failure(() => chooseExport(one, { exportedAt: new Date(NaN) }))).toEqual([
      'EXPORT_TIMESTAMP_INVALID',
      'exportedAt: expected a date, found an invalid Date',
    ]);
  });

  it('does not choose a file with a free name by job or time', async () => {
    const free = await listExports(createMemoryStorage([['data.csv', 'x']]), { file: 'data.csv' });
    expect(chooseExport(free).undecided).toHaveLength(1);
    expect(failure(() => chooseExport(free, { jobName: 'bike' }))).toEqual([
      'EXPORT_NOT_FOUND',
      "expected an export of the job 'bike' in 'data.csv', found 1: a single file (1 CSV part)",
    ]);
  });
});
