import { vi } from 'vitest';
import { compileWasm } from '#src/batch/kernel-errors.js';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  convertExport,
  createExportWriter,
  createLocalStorage,
  createMemoryStorage,
  openExport,
  parseExportTimestamp,
  parsePartName,
  repairExport,
  summarize,
  type ErrorCode,
  type MemoryStorage,
  type OpenOptions,
  type ReadOptions,
} from '#src/index.js';
import { reviveError, serializeError } from '#src/errors.js';
import type { ForecastClient } from '@aws-sdk/client-forecast';
import { waitForExport } from '#src/job/index.js';
import { systemError } from '#src/storage/system-error.js';
import { InvalidRequestException } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { useS3Client } from '#src/storage/s3/index.js';
import { mapPart, planExport, reduceStates, type StateLine, type SummaryHead } from '#src/distribute/index.js';
import { sealState } from '#src/distribute/state-line.js';
import { csvKernels } from '#src/csv/kernel/kernel.js';
import { loadS3 } from '#src/storage/s3/s3-client.js';
import { withEngineTable } from '#src/sql/engines/engine-table.js';
import { createDuckDbEngine, createTrinoEngine, summarizeWith } from '#src/sql/index.js';
import { takeLock } from '#src/export/swap/take-lock.js';
import { runTasks } from '#src/parallel/run-tasks.js';
import { generateExport } from '#src/testing/index.js';
import { dialects } from '#src/sql/dialects/dialects.js';
import { planSqlTable } from '#src/sql/dialects/plan-table.js';
import { die } from './tasks.mjs';
import { parquetPart, withFooter, type ParquetColumn } from './parquet-file.ts';
import { collect } from './collect.js';
import { athenaPage, fakeAthena } from './fake-athena.ts';
import { journalOf } from './journal.ts';
import { temporaryFolder } from './temporary-folder.js';

const part = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90\n';
const row = 'bike_12,2021-12-01T00:00:00Z,5.0,2021-12-01T00:00:00,2021-12-14T00:00:00,4.5,1.0,9.0\n';

/** An export of one part. */
function exportOf(text: string): MemoryStorage {
  return createMemoryStorage([[part, text]]);
}

/** Node's error about a package that is not there. */
function notFound(name: string): Error {
  const code = 'ERR_MODULE_NOT_FOUND';
  return Object.assign(new Error(`Cannot find package '${name}' imported from /app/index.js`), { code });
}

/** Reads every row of an export of one part. */
async function read(text: string, open: OpenOptions = {}, options: ReadOptions = {}): Promise<unknown> {
  return collect((await openExport(exportOf(text), open)).forecastedValues.rows(options));
}

/** The states of a small export, with the place and the plan of its documentation. */
async function statesOf(by: string): Promise<StateLine[]> {
  const folder = temporaryFolder();
  await generateExport(folder, { items: 2, windows: 1, horizon: 2, parts: 2 });
  const lines = await planExport(folder, { by: [by], accuracyMetrics: false });
  const states = await Promise.all(lines.map((line) => collect(mapPart(line))));
  const plan = (by === 'item' ? '6f' : 'c1').repeat(16);
  return states.flat().map((state) => {
    const head = state.head as SummaryHead;
    return sealState({ ...state, plan, head: { ...head, export: { ...head.export, location: 'exports/bike' } } });
  });
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

const exportedAt = '2021-12-14T13-20-10Z';
const cells = {
  item_id: 'bike_12',
  timestamp: new Date('2021-12-01T00:00:00Z'),
  target_value: 5,
  backtestwindow_start_time: new Date('2021-12-01T00:00:00Z'),
  backtestwindow_end_time: new Date('2021-12-14T00:00:00Z'),
  mean: 4.5,
};

function readParquet(replaced: Record<string, ParquetColumn>): Promise<unknown> {
  return readBytes(parquetPart(replaced));
}

async function readBytes(bytes: Uint8Array, open: OpenOptions = {}): Promise<unknown> {
  const storage = createMemoryStorage([[part.replace('csv', 'parquet'), bytes]]);
  return collect((await openExport(storage, open)).forecastedValues.rows());
}

/** A storage that loses a digit of what it is given. */
function badDisk(): MemoryStorage {
  const storage = createMemoryStorage();
  const create = storage.create.bind(storage);
  storage.create = async (path, options) => {
    const writer = await create(path, options);
    const write = writer.write.bind(writer);
    writer.write = (bytes) => write(bytes.map((byte) => (byte === 0x34 ? 0x35 : byte)));
    return writer;
  };
  return storage;
}

/**
 * For each code one way to meet it; the messages are the examples of docs/errors.md, which `test/errors-documented.test.ts`
 * compares.
 */
export const provocations: Readonly<Record<ErrorCode, () => unknown>> = {
  OPTION_INVALID: () => openExport(exportOf(header + row), { exportedat: 'latest' } as OpenOptions),
  COLUMN_UNKNOWN: () => read(header + row, {}, { columns: ['item_id', 'p95'] }),
  FORMAT_UNSUPPORTED: () => openExport('gs://bucket/backtest-export/'),
  DEPENDENCY_MISSING: () => loadS3(() => Promise.reject(notFound('@aws-sdk/client-s3'))),
  DEPENDENCY_FAILED: () => loadS3(() => Promise.reject(new Error('Dynamic require of "node:https" is not supported'))),
  TOO_MANY_GROUPS: async () => {
    const rows = Array.from({ length: 1001 }, (_, item) => row.replace('bike_12', `bike_${item}`));
    await summarize(await openExport(exportOf(header + rows.join(''))), { by: ['item'], maxGroups: 1000 });
  },
  SQL_UNSUPPORTED: async () => {
    const source = await openExport(exportOf(header + row));
    await planSqlTable(source, source.forecastedValues, dialects.athena, { path: ['bike'], location: '/mnt/exports' });
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
  STORAGE_INVALID: () => {
    const storage = exportOf(header + row);
    const list = storage.list.bind(storage);
    storage.list = async (folder) => (await list(folder)).map((entry) => ({ ...entry, size: -1 }));
    return openExport(storage);
  },
  TOO_MANY_OPEN_FILES: () => {
    const cause = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    throw systemError('READ_FAILED', 'the file cannot be opened', part, cause);
  },
  TIMED_OUT: async () => {
    const requestHandler = { metadata: {}, handle: () => new Promise<never>(() => undefined) };
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new S3Client({ region: 'eu-west-1', credentials, requestHandler });
    const limits = { timeouts: { firstByte: 50, tries: 2 } };
    await (await useS3Client('s3://forecast-exports/bike', client, limits)).list('');
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
  SCHEMA_INDEX_COLUMN: () => read(`,${header}0,${row}`),
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
  NUMBER_INEXACT: () => readParquet({ target_value: { type: 'INT64', data: [2n ** 53n + 1n] } }),
  VALUE_MISSING: () => readParquet({ item_id: { type: 'STRING', data: [null] } }),
  TEXT_TOO_LONG: () => readParquet({ item_id: { type: 'STRING', data: ['a'.repeat(1_048_577)] } }),
  PARQUET_FOOTER_INVALID: () => readBytes(parquetPart().subarray(0, -3)),
  PARQUET_UNSUPPORTED: () => readParquet({ item_id: { type: 'DOUBLE', data: [12] } }),
  PARQUET_PAGE_INVALID: () => readBytes(parquetPart().fill(0xff, 4, 12)),
  PARQUET_CRC_MISMATCH: async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 2, format: 'PARQUET' });
    const path = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.parquet';
    const bytes = storage.get(path) ?? new Uint8Array();
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    await collect((await openExport(storage)).forecastedValues.rows());
  },
  PARQUET_TOO_LARGE: () => readBytes(parquetPart(), { limits: { maxRowGroupBytes: 50 } }),
  PARQUET_ROW_COUNT: () => readBytes(withFooter(parquetPart(), (footer) => ({ ...footer, num_rows: 7n }))),
  ROW_INVALID: async () => {
    const writer = await createExportWriter(createMemoryStorage(), { jobName: 'bike', exportedAt, format: 'CSV' });
    await writer.forecastedValues.write([{ ...cells, mean: '4.5' }]);
  },
  EXPORT_EXISTS: () => createExportWriter(exportOf(header + row), { jobName: 'bike', exportedAt, format: 'PARQUET' }),
  EXPORT_BUSY: async () => {
    const storage = createMemoryStorage();
    const { journal } = await takeLock(storage, async () => journalOf({}), {});
    await takeLock(storage, async () => ({ ...journal, id: crypto.randomUUID() }), { wait: 0 });
  },
  JOURNAL_INVALID: () => openExport(createMemoryStorage([['.backtest-export-swap.jsonl', '{"version":1\n']])),
  DESTINATION_INVALID: async () => {
    const storage = exportOf(header + row);
    await convertExport(storage, storage, { format: 'PARQUET' });
  },
  VALUE_NOT_RESTORABLE: () =>
    convertExport(exportOf(header + row + row.replace('4.5', '4.50')), createMemoryStorage(), { format: 'PARQUET' }),
  CONVERSION_UNPROVEN: () => convertExport(exportOf(header + row), badDisk(), { format: 'CSV' }),
  ROW_CONFLICT: () => repairExport(exportOf(header + row + row.replace('4.5', '4.75')), createMemoryStorage()),
  PLAN_INVALID: () => collect(mapPart('{}')),
  STATE_INVALID: () => reduceStates([{ state: '{"kind":"backtest', place: { file: 'states.jsonl', line: 3 } }]),
  VERSION_UNSUPPORTED: () => reduceStates(['{"kind":"backtest-export state","format":2}']),
  STATE_FOREIGN: async () => reduceStates([...(await statesOf('item')), ...(await statesOf('step'))]),
  STATE_REPEATED: async () => {
    const states = await statesOf('item');
    return reduceStates([...states, ...states]);
  },
  STATE_CONFLICT: async () => {
    const states = await statesOf('item');
    return reduceStates([...states, ...states.map((state) => sealState({ ...state, unit: '0'.repeat(32) }))]);
  },
  STATE_MISSING: async () => reduceStates((await statesOf('item')).slice(0, 1)),
  EXPORT_JOB_FAILED: () => {
    const client = { send: async () => ({ Status: 'CREATE_FAILED', Message: 'Access Denied' }) };
    const arn = 'arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/nightly';
    return waitForExport(client as unknown as ForecastClient, arn);
  },
  ENGINE_UNREACHABLE: () => collect(createTrinoEngine({ server: 'http://127.0.0.1:1' }).query('SELECT 1')),
  ENGINE_FORBIDDEN: () => {
    const message = 'User: arn:aws:iam::123456789012:user/ann is not authorized to perform: athena:GetQueryExecution';
    const states = [Object.assign(new Error(message), { name: 'AccessDeniedException' })];
    return collect(fakeAthena({ states }).engine.query('SELECT 1'));
  },
  ENGINE_SETTING_INVALID: () => {
    const start = (): never => {
      throw new InvalidRequestException({ message: 'WorkGroup nightly is not found.', $metadata: {} });
    };
    return collect(fakeAthena({ start }, { workgroup: 'nightly' }).engine.query('SELECT 1'));
  },
  ENGINE_CANCELLED: () => {
    const Status = { State: 'CANCELLED', StateChangeReason: 'Bytes scanned limit was exceeded' } as const;
    return collect(fakeAthena({ states: [{ Status }] }).engine.query('SELECT 1'));
  },
  ENGINE_FAILED: () => collect(createDuckDbEngine().query("SELECT * FROM '/nowhere/part0.csv'")),
  ENGINE_RESULT_INVALID: () => {
    const page = athenaPage({ item: 'varchar', n: 'bigint' }, [['item', 'n'], ['bike']]);
    return collect(fakeAthena({ page: () => page }).engine.query('SELECT 1'));
  },
  TABLE_MISMATCH: async () => {
    const page = athenaPage({ column_name: 'varchar', data_type: 'varchar' }, [
      ['column_name', 'data_type'],
      ['id', 'varchar'],
    ]);
    const { engine } = fakeAthena({ page: () => page }, { database: 'lake' });
    const source = await openExport(exportOf(header + row));
    const options = { table: 'bike', location: 's3://bucket/export' };
    return withEngineTable(engine, source, source.forecastedValues, options, () => Promise.resolve());
  },
  CELLS_UNREADABLE: async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'forecasted-values'));
    await writeFile(join(folder, part), header + row + row.replace('4.5', 'four') + row.replace('5.0', ' 5'));
    await summarizeWith(createDuckDbEngine(), folder);
  },
  SUMS_INEXACT: async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'forecasted-values'));
    await writeFile(join(folder, part), header + row + row.replace('4.5', '1e200'));
    await summarizeWith(createDuckDbEngine(), folder);
  },
  WORKER_FAILED: () => runTasks(die, [2, 3], { threads: 2, onResult: () => undefined }),
  WEBASSEMBLY_MISSING: () => {
    vi.stubGlobal('WebAssembly', undefined);
    try {
      compileWasm('the CSV kernel', () => new Uint8Array(8));
    } finally {
      vi.unstubAllGlobals();
    }
  },
  MEMORY_REFUSED: () => csvKernels.acquire(2 ** 32),
  KERNEL_FAILED: async () => {
    const kernel = csvKernels.acquire(1);
    csvKernels.release({
      ...kernel,
      decode: () => {
        throw new WebAssembly.RuntimeError('memory access out of bounds');
      },
    });
    return read(header + row);
  },
  // as a worker tells it
  OUT_OF_MEMORY: () => {
    throw reviveError(serializeError(new RangeError('Array buffer allocation failed')));
  },
};
