import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExportCatalog, FoundExport } from '#src/export/entries/export-catalog.js';
import { listExports } from '#src/export/find/list-exports.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = '2021-12-14T13-20-10Z';
const forecasts = (number: number | string, job = 'bike', time = at): string =>
  `forecasted-values/Forecasts_${job}_${time}_part${number}.csv`;
const accuracy = (number: number | string, job = 'bike', time = at): string =>
  `accuracy-metrics-values/Accuracy_${job}_${time}_part${number}.csv`;

function list(paths: readonly string[]): Promise<ExportCatalog> {
  return listExports(createMemoryStorage(paths.map((path) => [path, marker(path) ? '' : 'x\n'])));
}

function marker(path: string): boolean {
  return path.includes('_CHECK') || path.includes('_SUCCESS') || path.includes('empty');
}

function only(catalog: ExportCatalog): FoundExport {
  expect(catalog.exports).toHaveLength(1);
  return catalog.exports[0]!;
}

function codes(found: { readonly warnings: FoundExport['warnings'] }): string[] {
  return found.warnings.map(({ code }) => code);
}

describe('listExports', () => {
  it('groups the parts of an export over both folders, by part number', async () => {
    const paths = ['_CHECK', '_SUCCESS', ...[10, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => forecasts(n)), accuracy(0)];
    const catalog = await list(paths);
    const found = only(catalog);
    expect(found).toMatchObject({
      jobName: 'bike',
      exportedAt: new Date('2021-12-14T13:20:10Z'),
      exportedAtText: at,
      formats: ['CSV'],
      undecided: [],
      complete: true,
      warnings: [],
    });
    expect(found.tables['forecasted-values'].map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(found.tables['accuracy-metrics-values']).toEqual([
      {
        path: accuracy(0),
        table: 'accuracy-metrics-values',
        number: 0,
        size: 2,
        version: expect.any(String),
        format: 'CSV',
        convention: 'seen',
      },
    ]);
    expect([catalog.layout, catalog.markers, catalog.foreign, catalog.warnings]).toEqual([
      'export-folder',
      ['_CHECK', '_SUCCESS'],
      [],
      [],
    ]);
  });

  it('separates exports by job and time, and reports shared markers', async () => {
    const later = '2021-12-15T00-00-00Z';
    const catalog = await list([
      '_SUCCESS',
      forecasts(0),
      forecasts(0, 'bike', later),
      forecasts(0, 'Taxi'),
      accuracy(0),
      accuracy(0, 'bike', later),
      accuracy(0, 'Taxi'),
    ]);
    expect(catalog.exports.map(({ jobName, exportedAtText }) => [jobName, exportedAtText])).toEqual([
      ['Taxi', at],
      ['bike', at],
      ['bike', later],
    ]);
    for (const found of catalog.exports) {
      expect(found.complete).toBe(true);
      expect(found.warnings).toEqual([
        {
          code: 'MARKERS_SHARED',
          message: "3 exports share the folder and its '_SUCCESS': one of them may still be incomplete",
          paths: ['_SUCCESS'],
        },
      ]);
    }
  });

  it('reads the documented form and one instant in several spellings as one export', async () => {
    const catalog = await list([
      '_SUCCESS',
      `forecasted-values/bike_${at}_1.csv`,
      'forecasted-values/bike_2021-12-14T05-20-10-0800_2.csv',
      `accuracy-metrics-values/bike_${at}_1.csv`,
    ]);
    const found = only(catalog);
    expect(found.tables['forecasted-values'].map(({ number, convention }) => [number, convention])).toEqual([
      [1, 'documented'],
      [2, 'documented'],
    ]);
    expect(found.warnings).toEqual([]);
  });

  it('warns of a missing marker, missing, repeated and empty parts, and a missing table', async () => {
    const found = only(
      await list([forecasts(0), forecasts('2'), forecasts('02'), forecasts(7), `forecasted-values/bike_${at}_9.csv`]),
    );
    expect(found.complete).toBe(false);
    expect(found.warnings).toEqual([
      {
        code: 'SUCCESS_MISSING',
        message: 'no _SUCCESS file, which is written last: the export may be incomplete',
        paths: [],
      },
      { code: 'TABLE_MISSING', message: 'the export has no part of accuracy-metrics-values', paths: [] },
      { code: 'PART_NUMBER_GAP', message: 'missing part number in forecasted-values: 1, 3 to 6, 8', paths: [] },
      {
        code: 'PART_NUMBER_REPEATED',
        message:
          'duplicate part number in forecasted-values, so rows may count twice: ' +
          `'${forecasts('02')}', '${forecasts(2)}'`,
        paths: [forecasts('02'), forecasts(2)],
      },
    ]);
    const empty = only(await list(['_SUCCESS', forecasts(0, 'empty'), accuracy(0, 'empty')]));
    expect(empty.warnings[0]).toEqual({
      code: 'PART_EMPTY',
      message: `1 part of forecasted-values with zero bytes: '${forecasts(0, 'empty')}'`,
      paths: [forecasts(0, 'empty')],
    });
  });

  it('does not count to a huge part number', async () => {
    const found = only(await list(['_SUCCESS', forecasts(9_007_199_254_740_991), accuracy(0)]));
    expect(found.warnings.map(({ message }) => message)).toEqual([
      'missing part number in forecasted-values: 0 to 9007199254740990',
    ]);
  });

  it('accepts 100,000 parts, in any order', async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => forecasts((i * 7919) % 100_000));
    const started = performance.now();
    const parts = only(await list(names)).tables['forecasted-values'];
    expect(parts).toHaveLength(100_000);
    expect(parts.every(({ number }, i) => number === i)).toBe(true);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('lists ignored and unrelated entries without guessing', async () => {
    const catalog = await list([
      '_SUCCESS',
      forecasts(0),
      accuracy(0),
      '.DS_Store',
      'forecasted-values/._x',
      'forecasted-values/.a.csv.crc',
      'forecasted-values/b.crc',
      '_temporary/x',
      'readme.txt',
      'forecasted-values/data.csv',
      'old/x.csv',
      `forecasted-values/bike_${at}_0.csv.gz`,
    ]);
    expect(catalog.ignored).toEqual([
      '.DS_Store',
      '_temporary',
      'forecasted-values/._x',
      'forecasted-values/.a.csv.crc',
      'forecasted-values/b.crc',
    ]);
    expect(catalog.foreign.map(({ path }) => path)).toEqual([
      'old',
      'readme.txt',
      `forecasted-values/bike_${at}_0.csv.gz`,
      'forecasted-values/data.csv',
    ]);
    expect(catalog.foreign[0]?.reason).toBe('a folder');
    expect(catalog.foreign[3]?.reason).toBe(
      "part name 'data.csv', part number: expected _part<N> or _<N> before .csv, found 'data'",
    );
    expect(codes(catalog)).toEqual(['FILE_FOREIGN']);
    expect(only(catalog).warnings).toEqual([]);
  });

  it('reports mixed formats', async () => {
    const parquet = forecasts(0).replace('.csv', '.snappy.parquet');
    const found = only(await list(['_SUCCESS', forecasts(0), parquet, accuracy(0)]));
    expect(found.formats).toEqual(['CSV', 'PARQUET']);
    expect(found.warnings[0]).toEqual({
      code: 'FORMATS_MIXED',
      message: `CSV and Parquet parts of one export: '${forecasts(0)}' and '${parquet}'`,
      paths: [forecasts(0), parquet],
    });
    expect(codes(found)).toEqual(['FORMATS_MIXED', 'PART_NUMBER_REPEATED']);
  });

  it('keeps an export together when its two folders were swapped', async () => {
    const swapped = [
      `forecasted-values/Accuracy_bike_${at}_part0.csv`,
      `accuracy-metrics-values/Forecasts_bike_${at}_part0.csv`,
    ];
    const found = only(await list(['_SUCCESS', ...swapped]));
    expect(found.tables['forecasted-values'].map(({ path }) => path)).toEqual([swapped[1]]);
    expect(found.warnings).toEqual([
      {
        code: 'TABLE_MISPLACED',
        message: `2 parts in the folder of the other table: '${swapped[1]}', '${swapped[0]}'`,
        paths: [swapped[1], swapped[0]],
      },
    ]);
  });

  it('keeps hostile names apart', async () => {
    const catalog = await list(['_SUCCESS', forecasts(0, 'constructor'), forecasts(0, 'toString'), '__proto__/x.csv']);
    expect(catalog.exports.map(({ jobName }) => jobName)).toEqual(['constructor', 'toString']);
    expect(catalog.ignored).toEqual(['__proto__']);
  });

  it('finds nothing in an empty folder', async () => {
    const catalog = await list([]);
    expect([catalog.exports, catalog.layout, catalog.warnings]).toEqual([[], 'part-folder', []]);
  });
});

describe('a bare folder', () => {
  const names = [`bike_${at}_0.csv`, `bike_${at}_1.csv`];

  it('named after a table contains its parts', async () => {
    const storage = createMemoryStorage(
      names.map((name) => [name, 'x']),
      'memory:/exports/forecasted-values',
    );
    const catalog = await listExports(storage);
    const found = only(catalog);
    expect(catalog.layout).toBe('part-folder');
    expect(found.tables['forecasted-values'].map(({ path }) => path)).toEqual(names);
    expect(found.warnings).toEqual([
      {
        code: 'SUCCESS_MISSING',
        message:
          'no _SUCCESS file here (it may be in the parent folder), which is written last: the export may be incomplete',
        paths: [],
      },
    ]);
  });

  it('with another name gets its tables from the prefix, or else from the header', async () => {
    const found = only(await list([...names, `Accuracy_bike_${at}_part0.csv`, '_SUCCESS']));
    expect(found.undecided.map(({ path, table }) => [path, table])).toEqual(names.map((name) => [name, undefined]));
    expect(found.tables['accuracy-metrics-values']).toHaveLength(1);
    expect([found.complete, found.warnings]).toEqual([true, []]);
  });
});

describe('a real folder', () => {
  it('is listed by its path, and a single file by its own', async () => {
    const root = join(temporaryFolder(), 'forecasted-values');
    mkdirSync(root);
    const name = `bike_${at}_3.csv`;
    writeFileSync(join(root, name), 'item_id\n');
    writeFileSync(join(root, 'data.csv'), 'item_id\n');
    expect(only(await listExports(root)).tables['forecasted-values']).toHaveLength(1);

    const part = await listExports(join(root, name));
    expect([part.layout, part.location, part.storage.location]).toEqual(['single-file', join(root, name), root]);
    expect(only(part)).toMatchObject({ jobName: 'bike', exportedAtText: at, complete: false, warnings: [] });
    expect(only(part).tables['forecasted-values']).toMatchObject([{ path: name, number: 3, size: 8 }]);

    const free = only(await listExports(join(root, 'data.csv')));
    expect([free.jobName, free.exportedAt, free.exportedAtText]).toEqual([undefined, undefined, undefined]);
    expect(free.tables['forecasted-values']).toMatchObject([{ path: 'data.csv', convention: 'free', format: 'CSV' }]);
    expect(only(await listExports(part.storage, { file: 'data.csv' }))).toEqual(free);
  });

  it('with a free name elsewhere gets its table from the header', async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'data.parquet'), 'PAR1');
    const found = only(await listExports(join(root, 'data.parquet')));
    expect(found.undecided).toMatchObject([{ path: 'data.parquet', table: undefined, format: 'PARQUET', size: 4 }]);
    expect(found.formats).toEqual(['PARQUET']);
  });

  it('refuses what does not exist or is not a file', async () => {
    const root = temporaryFolder();
    expect((await failureOf(() => listExports(join(root, 'none'))))[0]).toBe('FILE_NOT_FOUND');
    expect((await failureOf(() => listExports('gs://bucket/x')))[0]).toBe('FORMAT_UNSUPPORTED');
    execFileSync('mkfifo', [join(root, 'x.csv')]);
    expect(await failureOf(() => listExports(join(root, 'x.csv')))).toEqual([
      'FILE_NOT_REGULAR',
      'x.csv: expected a regular file, found a FIFO',
    ]);
  });

  it('does not read links that lead out, FIFOs or folders with part names', async () => {
    const root = temporaryFolder();
    const folder = join(root, 'export', 'forecasted-values');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(root, 'secret'), 'secret');
    symlinkSync('../../secret', join(folder, `bike_${at}_0.csv`));
    execFileSync('mkfifo', [join(folder, `bike_${at}_1.csv`)]);
    mkdirSync(join(folder, `bike_${at}_2.csv`));
    writeFileSync(join(folder, `bike_${at}_3.csv`), 'x');
    linkSync(join(folder, `bike_${at}_3.csv`), join(folder, `bike_${at}_4.csv`));
    const catalog = await listExports(join(root, 'export'));
    const found = only(catalog);
    expect(found.tables['forecasted-values'].map(({ number }) => number)).toEqual([3, 4]);
    expect(codes(found)).toEqual(['SUCCESS_MISSING', 'TABLE_MISSING', 'PART_STORED_TWICE', 'PART_NUMBER_GAP']);
    expect(found.warnings[2]?.paths).toEqual([3, 4].map((n) => `forecasted-values/bike_${at}_${n}.csv`));
    expect(catalog.warnings.map(({ code, paths }) => [code, paths.length])).toEqual([['ENTRY_NOT_REGULAR', 3]]);
    expect(catalog.foreign.map(({ reason }) => reason)).toEqual([
      'a symbolic link that does not lead to a regular file below the folder',
      'neither a file nor a folder',
      'a folder',
    ]);
  });

  it('may have 2,000 parts', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'forecasted-values'));
    for (let number = 0; number < 2_000; number++) writeFileSync(join(root, forecasts(number)), '');
    const started = performance.now();
    const parts = only(await listExports(root)).tables['forecasted-values'];
    expect(parts.every(({ number }, i) => number === i)).toBe(true);
    expect(parts).toHaveLength(2_000);
    expect(performance.now() - started).toBeLessThan(12_000);
  });
});
