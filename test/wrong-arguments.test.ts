import { inspect } from 'node:util';
import { ForecastClient } from '@aws-sdk/client-forecast';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as distribute from '#src/distribute/index.js';
import * as library from '#src/index.js';
import * as job from '#src/job/index.js';
import * as sql from '#src/sql/index.js';
import * as s3 from '#src/storage/s3/index.js';
import * as testing from '#src/testing/index.js';
import { temporaryFolder } from './support/temporary-folder.js';
import { collect } from './support/collect.js';
import { deepest } from './support/deepest.js';

/** A function of the package, arguments with which it works, and the names of its options. */
interface Door {
  readonly call: (...values: never[]) => unknown;
  readonly values: readonly unknown[];
  /** Where the options are in the arguments, and their names; `a.b` is an option of an option. */
  readonly options?: readonly [number, readonly string[]];
}

const open = ['jobName', 'exportedAt', 'dialect', 'repeatedHeaders', 'limits', 'dropColumns', 'indexColumns', 'signal'];
const dialect = ['delimiter', 'quote', 'escape', 'decimal', 'encoding', 'nullTexts'].map((name) => `dialect.${name}`);
const parquet = ['maxPageBytes', 'maxRowGroupBytes', 'maxRatio'].map((name) => `limits.${name}`);
const opened = [...open, ...dialect, ...parquet];
const reading = ['columns', 'batchRows', 'threads', 'signal'];
const compared = [
  'open',
  'on',
  'tolerance',
  'maxPlaces',
  'maxHeldRows',
  'metrics',
  'by',
  'reading',
  'point',
  'maxGroups',
];
const told = ['signal', 'onProgress'];
const access = ['endpoint', 'region', 'forcePathStyle', 'kmsKeyArn', 'timeouts', 'limits'];
const waits = ['timeouts.statement', 'timeouts.request', 'timeouts.cancel'];
const limits = [
  'timeouts.connect',
  'timeouts.firstByte',
  'timeouts.idle',
  'timeouts.tries',
  'limits.entries',
  'limits.pages',
];

const source = library.createMemoryStorage([], 'memory:/export');
await testing.generateExport(source, { items: 3, windows: 2, horizon: 2 });
const exported = await library.openExport(source);
const { forecastedValues: table } = exported;
const engine = sql.createDuckDbEngine();
const metricsAlone = await library.openExport(
  library.createMemoryStorage([
    [
      'accuracy-metrics-values/bike_2021-12-14T13-20-10Z_part0.csv',
      'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.5],RMSE\n',
    ],
  ]),
);
const summary = await library.summarize(exported);
const report = await library.createReport(source, { threads: 1 });
const elsewhere = (): library.MemoryStorage => library.createMemoryStorage([], 'memory:/elsewhere');
const client = new ForecastClient({ region: 'us-west-2' });
client.send = async () => ({ Status: 'ACTIVE', Destination: { S3Config: { Path: 's3://bucket/out' } } });
const arn = 'arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/jobs';
const service = await job.createExportJobService({ predictors: {}, destination: elsewhere });
const context = { isNot: false, equals: Object.is, utils: { stringify: inspect } };

const planned = `${import.meta.dirname}/../fixtures/two-exports/export`;
const lines = await distribute.planExport(planned, { open: { exportedAt: 'latest' } });
const states = (await Promise.all(lines.map((line) => collect(distribute.mapPart(line))))).flat();

const checking = await distribute.planExport(planned, { open: { exportedAt: 'latest' }, for: 'verify' });
const checked = (await Promise.all(checking.map((line) => collect(distribute.mapPart(line))))).flat();

/** A place that may be written to; a path is put into a temporary folder. */
function place(given: unknown): never {
  if (given === undefined) return elsewhere() as never;
  return (typeof given === 'string' && given !== '' ? `${temporaryFolder()}/${given}` : given) as never;
}

async function drain(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows) break;
}

async function writeRows(rows: never): Promise<void> {
  const writer = await library.createExportWriter(elsewhere(), {
    jobName: 'bike',
    exportedAt: '2021-12-14T13-20-10Z',
    format: 'CSV',
  });
  await writer.forecastedValues.write(rows);
}

const doors: Readonly<Record<string, Door>> = {
  formatExportTimestamp: { call: library.formatExportTimestamp, values: [new Date(0), 'Z'] },
  parseExportTimestamp: { call: library.parseExportTimestamp, values: ['2021-12-14T13-20-10Z'] },
  parseFrequency: { call: library.parseFrequency, values: ['D'] },
  parsePartName: {
    call: library.parsePartName,
    values: ['Forecasts_bike_2021-12-14T13-20-10Z_part0.csv', {}],
    options: [1, ['table']],
  },
  formatPartName: {
    call: library.formatPartName,
    values: [{ jobName: 'bike', exportedAt: new Date(0), number: 0, format: 'CSV', table: 'forecasted-values' }],
    options: [0, ['jobName', 'exportedAt', 'number', 'format', 'table', 'convention', 'offset', 'digits', 'extension']],
  },
  createLocalStorage: { call: library.createLocalStorage, values: ['folder'] },
  createMemoryStorage: { call: library.createMemoryStorage, values: [[['a.csv', 'text']], 'memory:'] },
  'memory.put': { call: (...values: [never, never]) => elsewhere().put(...values), values: ['a.csv', 'text'] },
  'memory.get': { call: (path: never) => elsewhere().get(path), values: ['a.csv'] },
  'memory.list': { call: (path: never) => source.list(path), values: [''] },
  'memory.open': { call: (path: never) => source.open(path), values: ['forecasted-values'] },
  'memory.create': {
    call: (...values: [never, never]) => elsewhere().create(...values),
    values: ['a.csv', {}],
  },
  'memory.remove': { call: (path: never) => elsewhere().remove(path), values: ['a.csv'] },
  'memory.move': { call: (...values: [never, never]) => elsewhere().move(...values), values: ['a.csv', 'b.csv'] },
  'local.list': { call: (path: never) => library.createLocalStorage('.').list(path), values: ['src'] },
  'local.open': { call: (path: never) => library.createLocalStorage('.').open(path), values: ['src'] },
  'local.create': { call: (path: never) => library.createLocalStorage('/dev/null').create(path), values: ['src'] },
  'local.remove': { call: (path: never) => library.createLocalStorage('/dev/null').remove(path), values: ['src'] },
  setWorkerFile: { call: library.setWorkerFile, values: [new URL('../dist/worker/main.js', import.meta.url)] },
  listLeftovers: {
    call: library.listLeftovers,
    values: [source, {}],
    options: [1, ['olderThan', 'depth', 's3', 'signal']],
  },
  removeLeftovers: {
    call: library.removeLeftovers,
    values: [source, {}],
    options: [1, ['olderThan', 'depth', 's3', 'signal']],
  },
  listExports: { call: library.listExports, values: [source, {}], options: [1, ['file', 'signal']] },
  openExport: { call: library.openExport, values: [source, {}], options: [1, opened] },
  'openExport files': {
    call: library.openExport,
    values: [{ forecastedValues: 'a.csv', storage: source }],
    options: [0, ['forecastedValues', 'accuracyMetrics', 'storage']],
  },
  batches: { call: (options: never) => drain(table.batches(options)), values: [{}], options: [0, reading] },
  rows: { call: (options: never) => drain(table.rows(options)), values: [{}], options: [0, reading] },
  table: { call: (options: never) => table.table(options), values: [{}], options: [0, reading] },
  columnBatches: { call: (options: never) => drain(table.columnBatches(options)), values: [{}], options: [0, reading] },
  createExportWriter: {
    call: (_: never, options: never) => library.createExportWriter(elsewhere(), options),
    values: [0, { jobName: 'bike', exportedAt: '2021-12-14T13-20-10Z', format: 'CSV' }],
    options: [
      1,
      [
        'jobName',
        'exportedAt',
        'format',
        'compression',
        'rowsPerPart',
        'bytesPerPart',
        'convention',
        'guardFormulas',
        'overwrite',
        'signal',
      ],
    ],
  },
  'createExportWriter destination': {
    call: (to: never, options: never) => library.createExportWriter(place(to), options),
    values: [elsewhere(), { jobName: 'bike', exportedAt: '2021-12-14T13-20-10Z', format: 'CSV' }],
  },
  'writer.write': { call: writeRows, values: [[{ item_id: 'a' }]] },
  'writer.write row': { call: (row: never) => writeRows([row] as never), values: [{ item_id: 'a' }] },
  'writer.write cell': { call: (cell: never) => writeRows([{ item_id: cell }] as never), values: ['a'] },
  convertExport: {
    call: (from: never, to: never, options: never) => library.convertExport(from, place(to), options),
    values: [source, undefined, { format: 'PARQUET' }],
    options: [
      2,
      ['open', 'format', 'compression', 'rowsPerPart', 'guardFormulas', 'lossy', 'overwrite', 'threads', ...told],
    ],
  },
  repairExport: {
    call: (from: never, to: never, options: never) => library.repairExport(from, place(to), options),
    values: [source, undefined, {}],
    options: [2, ['open', 'conflicts', 'onBadPart', 'overwrite', 'maxPlaces', ...told]],
  },
  summarize: {
    call: library.summarize,
    values: [source, {}],
    options: [
      1,
      [
        'open',
        'by',
        'worst',
        'worst.count',
        'worst.metric',
        'reading',
        'point',
        'threads',
        'onGroup',
        'onBadPart',
        'maxGroups',
        'frequency',
        'accuracyMetrics',
        ...told,
      ],
    ],
  },
  // of an export without forecasts, so that no statement is run
  summarizeWith: {
    call: sql.summarizeWith,
    values: [engine, metricsAlone, {}],
    options: [
      2,
      [
        'open',
        'by',
        'worst',
        'worst.count',
        'worst.metric',
        'reading',
        'point',
        'threads',
        'onGroup',
        'maxGroups',
        'frequency',
        'accuracyMetrics',
        'sums',
        'table',
        'location',
        'onTableLeft',
        ...told,
      ],
    ],
  },
  toAccuracyMetrics: {
    call: library.toAccuracyMetrics,
    values: [summary],
    options: [0, Object.keys(summary ?? {})],
  },
  reportToHtml: { call: library.reportToHtml, values: [report, {}], options: [1, ['command', 'madeAt', 'signal']] },
  reportToMarkdown: {
    call: library.reportToMarkdown,
    values: [report, {}],
    options: [1, ['command', 'madeAt', 'signal']],
  },
  createReport: {
    call: library.createReport,
    values: [source, {}],
    options: [
      1,
      [
        'open',
        'items',
        'chosen',
        'rankBy',
        'point',
        'costs',
        'costs.under',
        'compare',
        'rules',
        'tolerance',
        'history',
        'historyTarget',
        'historyColumns',
        'season',
        'frequency',
        'threads',
        'temporaryFolder',
        ...told,
      ],
    ],
  },
  verifyExport: {
    call: library.verifyExport,
    values: [source, {}],
    options: [
      1,
      [
        'open',
        'tolerance',
        'maxPlaces',
        'rules',
        'rules.ROW_DUPLICATE',
        'history',
        'historyTarget',
        'historyColumns',
        'season',
        'frequency',
        'threads',
        'temporaryFolder',
        ...told,
      ],
    ],
  },
  compareExports: { call: library.compareExports, values: [source, source, {}], options: [2, [...compared, ...told]] },
  rankExports: { call: library.rankExports, values: [[source, exported], {}], options: [1, [...compared, ...told]] },
  BacktestExportError: {
    call: (...values: [never, never]) => new library.BacktestExportError(...values).message,
    values: ['READ_FAILED', 'problem'],
  },
  createDuckDbEngine: {
    call: sql.createDuckDbEngine,
    values: [{}],
    options: [0, ['threads', 'memoryLimit', 'temporaryFolder', 'extensionFolder', 's3', 'timeouts', ...waits]],
  },
  createTrinoEngine: {
    call: sql.createTrinoEngine,
    values: [{ server: 'http://localhost:8080' }],
    options: [
      0,
      [
        'server',
        'user',
        'password',
        'token',
        'catalog',
        'schema',
        'localRoot',
        'session',
        'session.a',
        'tls',
        'tls.ca',
        'tls.rejectUnauthorized',
        'timeouts',
        ...waits,
      ],
    ],
  },
  createAthenaEngine: {
    call: sql.createAthenaEngine,
    values: [{}],
    options: [
      0,
      ['region', 'profile', 'endpoint', 'workgroup', 'outputLocation', 'catalog', 'database', 'timeouts', ...waits],
    ],
  },
  createS3Storage: { call: s3.createS3Storage, values: ['s3://bucket/a', {}], options: [1, [...access, ...limits]] },
  useS3Client: {
    call: s3.useS3Client,
    values: ['s3://bucket/a', new S3Client({ region: 'us-west-2' }), {}],
    options: [2, ['kmsKeyArn', 'timeouts', 'limits', ...limits]],
  },
  waitForExport: {
    call: job.waitForExport,
    values: [client, arn, {}],
    options: [2, ['firstDelay', 'longestDelay', 'signal', 'onStatus']],
  },
  openExportJob: {
    call: job.openExportJob,
    values: [client, arn, { storage: () => source }],
    options: [2, ['exportedAt', 'dialect', 'signal', 'storage']],
  },
  'openExportJob storage': {
    call: (storage: never) => job.openExportJob(client, arn, { storage: () => storage }),
    values: [source],
  },
  createExportJobService: {
    call: job.createExportJobService,
    values: [{ predictors: { bike: source }, destination: elsewhere, limits: {} }],
    options: [
      0,
      [
        'predictors',
        'predictors.bike',
        'destination',
        'state',
        'clock',
        'account',
        'region',
        'limits',
        'limits.jobs',
        'limits.running',
        'limits.retryDelay',
        'onProblem',
        'fail',
      ],
    ],
  },
  'createExportJobService clock': {
    call: (now: never) => job.createExportJobService({ predictors: {}, destination: elsewhere, clock: () => now }),
    values: [0],
  },
  'service.call': {
    call: (name: never, request: never) => service.call(name, request),
    values: ['ListPredictorBacktestExportJobs', {}],
    options: [1, ['NextToken', 'MaxResults', 'Filters']],
  },
  ForecastException: {
    call: (...values: [never, never]) => new job.ForecastException(...values).message,
    values: ['InvalidInputException', 'message'],
  },
  createShapes: { call: job.createShapes, values: [z] },
  createResponseShapes: { call: job.createResponseShapes, values: [z] },
  generateExport: {
    call: (_: never, options: never) => testing.generateExport(elsewhere(), options),
    values: [0, { items: 2, windows: 1, horizon: 1, timeSpelling: {} }],
    options: [
      1,
      [
        'seed',
        'folder',
        'overwrite',
        'items',
        'dimensions',
        'windows',
        'horizon',
        'windowOffset',
        'frequency',
        'firstWindowStart',
        'itemColumn',
        'textStyle',
        'forecastTypes',
        'parts',
        'jobName',
        'exportedAt',
        'format',
        'naming',
        'metrics',
        'averageColumn',
        'wapeMeaning',
        'timeSpelling',
        'timeSpelling.timestamp',
        'markers',
        'missingActuals',
        'zeroActuals',
        'negativeForecasts',
        'crossedQuantiles',
        'defects',
      ],
    ],
  },
  'generateExport destination': {
    call: (to: never, options: never) => testing.generateExport(place(to), options),
    values: [elsewhere(), { items: 1 }],
  },
  'generateExport lists': {
    call: (value: never) => testing.generateExport(elsewhere(), { items: 2, defects: [value], dimensions: [value] }),
    values: [{ name: 'ROW_DUPLICATE' }],
  },
  planExport: {
    call: distribute.planExport,
    values: [planned, { open: { exportedAt: 'latest' } }],
    options: [1, ['by', 'point', 'onBadPart', 'maxGroups', 'frequency', 'accuracyMetrics', 'open', 'signal']],
  },
  mapPart: {
    call: (...values: [never, never]) => drain(distribute.mapPart(...values)),
    values: [lines[0], {}],
    options: [1, ['location', 's3', 'place', 'signal', 'onBytes']],
  },
  'mapPart line': {
    call: (line: never) => drain(distribute.mapPart(line)),
    values: [lines[0]],
    options: [0, ['plan', 'number', 'head', 'head.tables', 'head.export.jobName', 'storage', 'part', 'slice', 'check']],
  },
  reduceStates: {
    call: distribute.reduceStates,
    values: [states, {}],
    options: [1, ['worst', 'reading', 'onGroup', 'signal', 'onProgress']],
  },
  'reduceStates state': {
    call: (state: never) => distribute.reduceStates([state]),
    values: [states[0]],
    options: [
      0,
      ['plan', 'number', 'head', 'head.options', 'sums', 'sums.lengths', 'notes', 'error', 'place', 'state'],
    ],
  },
  reduceVerification: {
    call: distribute.reduceVerification,
    values: [checked, {}],
    options: [1, ['location', 's3', 'rules', 'tolerance', 'history', 'season', 'threads', 'signal', 'onProgress']],
  },
  'reduceVerification state': {
    call: (state: never) => distribute.reduceVerification([state]),
    values: [checked[0]],
    options: [
      0,
      ['plan', 'number', 'head', 'head.open', 'head.seed', 'sums', 'partitions', 'checked', 'checked.found'],
    ],
  },
  describeDefect: { call: testing.describeDefect, values: [testing.defectNames[0]] },
  toBeBacktestExport: {
    call: (...values: never[]) => testing.matchers.toBeBacktestExport.apply(context, values as never),
    values: [source, {}],
    options: [1, ['jobName', 'exportedAt', 'format', 'itemColumn', 'dimensions', 'forecastTypes']],
  },
  toEqualExport: {
    call: (...values: never[]) => testing.matchers.toEqualExport.apply(context, values as never),
    values: [source, source, {}],
    options: [2, ['tolerance', 'maxPlaces']],
  },
  toHaveNoVerificationErrors: {
    call: (...values: never[]) => testing.matchers.toHaveNoVerificationErrors.apply(context, values as never),
    values: [source, {}],
    options: [1, ['tolerance', 'maxPlaces', 'rules', 'history', 'open', 'season', 'frequency']],
  },
  toHaveMetrics: {
    call: (...values: never[]) => testing.matchers.toHaveMetrics.apply(context, values as never),
    values: [source, { MAE: 1 }, {}],
    options: [2, ['window', 'point']],
  },
};

/** Thrown by what must not be touched. */
class Touched extends Error {}
const touch = (): never => {
  throw new Touched('touched');
};
const trap = new Proxy({}, { get: touch, has: touch, ownKeys: touch, getPrototypeOf: touch });

const wrongs: readonly (readonly [string, unknown])[] = [
  ['a number', 5],
  ['NaN', Number.NaN],
  ['a huge number', 1e300],
  ['a fraction', -0.5],
  ['null', null],
  ['undefined', undefined],
  ['true', true],
  ['text', 'text'],
  ['empty text', ''],
  ['text with NUL', 'a\0b'],
  ['a surrogate', '\ud800'],
  ['a list', []],
  ['a list of null', [null]],
  ['a list of symbols', [Symbol('s')]],
  ['an object', {}],
  ['an object without prototype', Object.create(null)],
  ['a function', () => Symbol('s')],
  ['a symbol', Symbol('s')],
  ['a BigInt', 10n],
  ['an invalid Date', new Date(Number.NaN)],
  ['a Map', new Map([[1, 2]])],
  ['a regular expression', /x/],
  [
    'a throwing getter',
    {
      get format() {
        return touch();
      },
      get path() {
        return touch();
      },
    },
  ],
  ['a proxy that throws', trap],
  ['a revoked proxy', revoked()],
  ['an endless nest', deepest()],
];

/** What is tried for options, too. */
const common = new Set([
  'a number',
  'NaN',
  'null',
  'text',
  'a list of symbols',
  'an object',
  'a function',
  'a symbol',
  'a BigInt',
  'a proxy that throws',
  'a revoked proxy',
]);

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function replaced(options: unknown, [name = '', ...inner]: readonly string[], value: unknown): unknown {
  const known = (typeof options === 'object' && options !== null ? options : {}) as Record<string, unknown>;
  return { ...known, [name]: inner.length === 0 ? value : replaced(known[name], inner, value) };
}

/** Every call with one wrong value, by what is wrong. */
function* callsOf({ values, options }: Door): Generator<[string, unknown[]]> {
  for (const [what, wrong] of wrongs) {
    for (const index of values.keys()) yield [`argument ${index + 1}: ${what}`, values.with(index, wrong)];
    if (options === undefined || !common.has(what)) continue;
    const [index, names] = options;
    for (const name of names) {
      yield [`${name}: ${what}`, values.with(index, replaced(values[index], name.split('.'), wrong))];
    }
  }
}

const isOurs = (error: unknown): boolean =>
  error instanceof library.BacktestExportError || error instanceof job.ForecastException;

/** What rows throw while they are read belongs to whoever made them. */
const isTheirs = (name: string, error: unknown): boolean =>
  name.startsWith('writer.') && (error instanceof Touched || String(error).includes('proxy that has been revoked'));

describe('a wrong argument or option', () => {
  it.each(Object.entries(doors))('of %s is refused by an error of this library, or harmless', async (name, door) => {
    const raw: string[] = [];
    for (const [what, values] of callsOf(door)) {
      try {
        await Reflect.apply(door.call, undefined, values);
      } catch (error) {
        if (!isOurs(error) && !isTheirs(name, error))
          raw.push(
            `${what}: ${error instanceof Error ? `${error.name}: ${error.message} ${error.stack?.split('\n')[1]}` : String(error)}`,
          );
      }
    }
    expect(raw).toEqual([]);
  });
});
