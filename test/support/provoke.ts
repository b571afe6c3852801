import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createLocalStorage,
  createMemoryStorage,
  openExport,
  parseExportTimestamp,
  parsePartName,
  summarize,
  type ErrorCode,
  type MemoryStorage,
  type OpenOptions,
  type ReadOptions,
} from '#src/index.js';
import { runTasks } from '#src/parallel/run-tasks.js';
import { wait } from './tasks.mjs';
import { collect } from './collect.js';
import { temporaryFolder } from './temporary-folder.js';

const part = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90\n';
const row = 'bike_12,2021-12-01T00:00:00Z,5.0,2021-12-01T00:00:00,2021-12-14T00:00:00,4.5,1.0,9.0\n';

/** An export of one part. */
function exportOf(text: string): MemoryStorage {
  return createMemoryStorage([[part, text]]);
}

/** Reads every row of an export of one part. */
async function read(text: string, open: OpenOptions = {}, options: ReadOptions = {}): Promise<unknown> {
  return collect((await openExport(exportOf(text), open)).forecastedValues.rows(options));
}

/** A folder of two exports of one job. */
function twoExports(): MemoryStorage {
  return createMemoryStorage([
    [part, header + row],
    [part.replace('12-14', '12-21'), header + row],
  ]);
}

async function openLink(make: (folder: string, path: string) => Promise<unknown>): Promise<unknown> {
  const folder = temporaryFolder();
  await make(folder, join(folder, 'part0.csv'));
  return createLocalStorage(folder).open('part0.csv');
}

/**
 * For each code one way to meet it; the messages are the examples of docs/errors.md, which `test/errors-documented.test.ts`
 * compares.
 */
export const provocations: Readonly<Record<ErrorCode, () => unknown>> = {
  OPTION_INVALID: () => openExport(exportOf(header + row), { exportedat: 'latest' } as OpenOptions),
  COLUMN_UNKNOWN: () => read(header + row, {}, { columns: ['item_id', 'p95'] }),
  FORMAT_UNSUPPORTED: () => openExport('s3://bucket/backtest-export/'),
  TOO_MANY_GROUPS: async () => {
    const rows = Array.from({ length: 1001 }, (_, item) => row.replace('bike_12', `bike_${item}`));
    await summarize(await openExport(exportOf(header + rows.join(''))), { by: ['item'], maxGroups: 1000 });
  },
  PART_NAME_INVALID: () => parsePartName('Forecasts_bike_2021-12-14_part0.csv'),
  EXPORT_TIMESTAMP_INVALID: () => parseExportTimestamp('2021-12-14 13:20'),
  FILE_NOT_FOUND: () => openExport(join('exports', 'no-such-folder')),
  FILE_NOT_REGULAR: () => openLink((_, path) => mkdir(path)),
  FILE_OUTSIDE_FOLDER: () =>
    openLink(async (_, path) => {
      const elsewhere = join(temporaryFolder(), 'secret.csv');
      await writeFile(elsewhere, '');
      await symlink(elsewhere, path);
    }),
  FILE_CHANGED: async () => {
    const storage = exportOf(header + row);
    const { forecastedValues } = await openExport(storage);
    storage.put(part, header + row + row);
    await collect(forecastedValues.rows());
  },
  FILE_EXISTS: async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'part0.csv'), header);
    const writer = await createLocalStorage(folder).create('part0.csv');
    await writer.finish();
  },
  READ_FAILED: async () => {
    const file = await exportOf(header).open(part);
    await file.close();
    await file.read(new Uint8Array(1), 0);
  },
  WRITE_FAILED: async () => {
    const writer = await createMemoryStorage().create('part0.csv');
    await writer.abort();
    await writer.write(new Uint8Array(1));
  },
  EXPORT_NOT_FOUND: () => openExport(twoExports(), { jobName: 'boat' }),
  EXPORT_AMBIGUOUS: () => openExport(twoExports()),
  EXPORT_MIXED_FORMATS: () =>
    openExport(
      createMemoryStorage([
        [part, header + row],
        [part.replace('csv', 'parquet'), 'PAR1'],
      ]),
    ),
  TABLE_NOT_FOUND: async () => {
    const { accuracyMetrics } = await openExport(exportOf(header + row));
    await collect(accuracyMetrics.rows());
  },
  SCHEMA_INVALID: () => read('store,day,sales\n'),
  SCHEMA_DUPLICATE_COLUMN: () => read(header.replace('p90', 'p10') + row),
  SCHEMA_CONFLICT: async () => {
    const storage = exportOf(header + row);
    storage.put(part.replace('part0', 'part1'), header.replace('p90', 'p95') + row);
    await collect((await openExport(storage)).forecastedValues.rows());
  },
  CSV_NOT_TEXT: async () => {
    const storage = createMemoryStorage([[part, Uint8Array.of(0x1f, 0x8b, 8, 0)]]);
    await openExport(storage);
  },
  CSV_HEADER_MISSING: () => read(row + row),
  CSV_HEADER_REPEATED: () => read(header + row + header + row),
  CSV_FIELD_COUNT: () => read(header + row + row.replace('4.5', '4,5')),
  CSV_QUOTE_UNCLOSED: () => read(`${header}${row}"${row}`),
  CSV_QUOTE_STRAY: () => read(header + row + row.replace('bike_12', '7" pipe')),
  CSV_LINE_END_INVALID: () => read(header + row + row.replace('\n', '\r') + row),
  CSV_RECORD_TOO_LONG: () => read(header + row.replace('bike_12', 'x'.repeat(1_100_000))),
  CSV_UTF8_INVALID: async () => {
    const latin = Uint8Array.from(`${header}${row.replace('bike', 'v\u00e9lo')}`, (text) => text.charCodeAt(0));
    await collect((await openExport(createMemoryStorage([[part, latin]]))).forecastedValues.rows());
  },
  NUMBER_INVALID: () => read(header + row + row.replace('4.5', '4.5 EUR')),
  NUMBER_OVERFLOW: () => read(header + row.replace('4.5', '1e400')),
  TIME_INVALID: () => read(header + row.replace('2021-12-14', '2021-02-30')),
  WORKER_FAILED: () =>
    runTasks({ module: pathToFileURL(join(import.meta.dirname, 'tasks.mjs')).href, name: 'die', run: wait }, [2, 3], {
      threads: 2,
      onResult: () => undefined,
    }),
};
