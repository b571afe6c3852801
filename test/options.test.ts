import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BacktestExportError } from '#src/errors.js';
import * as distribute from '#src/distribute/index.js';
import * as front from '#src/index.js';
import * as job from '#src/job/index.js';
import { assertOptions, objectShape, type Zod } from '#src/options.js';
import * as sql from '#src/sql/index.js';
import * as s3 from '#src/storage/s3/index.js';
import { createDuckDbEngine, summarizeWith } from '#src/sql/index.js';
import * as testing from '#src/testing/index.js';
import { collect } from './support/collect.js';
import { failureOf } from './support/failure.js';

const { createMemoryStorage, openExport } = front;
const { generateExport, matchers } = testing;
const context = { equals: Object.is, utils: { stringify: inspect } };
const client = { send: () => Promise.resolve({ Status: 'ACTIVE' }) };
const writing = { jobName: 'bike', exportedAt: new Date(0), format: 'CSV' } as const;

const report = await front.createReport(await made(), { threads: 1 });
const planned = join(import.meta.dirname, '../fixtures/retail/export');

async function made(): Promise<front.MemoryStorage> {
  const storage = createMemoryStorage();
  await generateExport(storage, { items: 2, horizon: 2 });
  return storage;
}

/** Calls each public function with the given options in addition to its required ones. */
type Call = (odd: Record<string, unknown>) => unknown;
const calls: Readonly<Record<string, Call>> = {
  listExports: async (odd) => front.listExports(await made(), odd),
  openExport: async (odd) => openExport(await made(), odd),
  createExportWriter: (odd) => front.createExportWriter(createMemoryStorage(), { ...writing, ...odd }),
  convertExport: async (odd) => front.convertExport(await made(), createMemoryStorage(), { format: 'PARQUET', ...odd }),
  convertExports: async (odd) =>
    front.convertExports(await made(), createMemoryStorage(), { format: 'PARQUET', ...odd }),
  findExports: async (odd) => front.findExports(await made(), odd),
  listLeftovers: async (odd) => front.listLeftovers(await made(), odd),
  removeLeftovers: async (odd) => front.removeLeftovers(await made(), odd),
  convertTable: async (odd) => front.convertTable(await made(), 'x.csv', { storage: createMemoryStorage(), ...odd }),
  repairExport: async (odd) => front.repairExport(await made(), createMemoryStorage(), odd),
  summarize: async (odd) => front.summarize(await made(), odd),
  summarizeWith: async (odd) => summarizeWith(createDuckDbEngine(), await made(), odd),
  verifyExport: async (odd) => front.verifyExport(await made(), odd),
  createReport: async (odd) => front.createReport(await made(), odd),
  reportToHtml: (odd) => front.reportToHtml(report, odd),
  reportToMarkdown: (odd) => front.reportToMarkdown(report, odd),
  planExport: async (odd) => distribute.planExport(planned, odd),
  mapPart: async (odd) => collect(distribute.mapPart((await distribute.planExport(planned))[0] ?? '', odd)),
  reduceStates: async (odd) => distribute.reduceStates([], odd),
  reduceVerification: async (odd) => distribute.reduceVerification([], odd),
  verifyWith: async (odd) => sql.verifyWith(sql.createDuckDbEngine(), await made(), odd),
  compareExports: async (odd) => front.compareExports(await made(), await made(), odd),
  rankExports: async (odd) => front.rankExports([await made(), await made()], odd),
  parsePartName: (odd) => front.parsePartName('bike_2021-12-14T13-20-10Z_part0.csv', odd),
  formatPartName: (odd) => front.formatPartName({ ...writing, number: 0, table: 'forecasted-values', ...odd }),
  generateExport: (odd) => generateExport(createMemoryStorage(), odd),
  writeSql: async (odd) => sql.writeSql(await made(), { dialect: 'trino', location: 's3://bucket/prefix', ...odd }),
  createDuckDbEngine: (odd) => sql.createDuckDbEngine(odd),
  createTrinoEngine: (odd) => sql.createTrinoEngine({ server: 'http://localhost:8080', ...odd }),
  createAthenaEngine: (odd) => sql.createAthenaEngine(odd),
  createS3Storage: (odd) => s3.createS3Storage('s3://bucket/prefix', odd),
  useS3Client: (odd) => s3.useS3Client('s3://bucket/prefix', client as never, odd),
  createExportJobService: (odd) =>
    job.createExportJobService({ predictors: {}, destination: () => createMemoryStorage(), ...odd }),
  waitForExport: (odd) => job.waitForExport(client as never, 'arn', odd),
  openExportJob: (odd) => job.openExportJob(client as never, 'arn', odd),
  'matchers.toBeBacktestExport': async (odd) => matchers.toBeBacktestExport.call(context, await made(), odd),
  'matchers.toEqualExport': async (odd) => matchers.toEqualExport.call(context, await made(), await made(), odd),
  'matchers.toHaveNoVerificationErrors': async (odd) =>
    matchers.toHaveNoVerificationErrors.call(context, await made(), odd),
  'matchers.toHaveMetrics': async (odd) => matchers.toHaveMetrics.call(context, await made(), {}, odd),
  'ExportTable.rows': async (odd) => collect((await openExport(await made())).forecastedValues.rows(odd)),
  'ExportTable.batches': async (odd) => collect((await openExport(await made())).forecastedValues.batches(odd)),
  'ExportTable.table': async (odd) => (await openExport(await made())).forecastedValues.table(odd),
  'ExportTable.columnBatches': async (odd) =>
    collect((await openExport(await made())).forecastedValues.columnBatches(odd)),
};

const signal = new AbortController().signal;
const progress = { signal, onProgress: () => undefined };
const open: Required<front.OpenOptions> = {
  jobName: 'synthetic_backtest',
  exportedAt: 'latest',
  repeatedHeaders: 'skip',
  dropColumns: [],
  indexColumns: 'drop',
  limits: {},
  dialect: {},
  s3: {},
  signal,
};
const hourly: front.Frequency = { unit: 'hour', count: 1, text: 'H' };
const s3Access = { kmsKeyArn: 'arn', bucketKey: true, timeouts: {}, limits: {} };
const comparing: Required<front.CompareOptions> = {
  ...progress,
  open,
  on: 'metrics',
  tolerance: 0.1,
  maxPlaces: 3,
  maxHeldRows: 10,
  metrics: ['WAPE'],
  by: ['item'],
  reading: 'averaged',
  point: 'mean',
  maxGroups: 10,
  intervals: true,
};

const conversion = {
  ...progress,
  open,
  format: 'CSV',
  compression: 'zstd',
  compressionLevel: 9,
  byteStreamSplit: true,
  bloomFilter: true,
  rowsPerPart: 3,
  guardFormulas: true,
  columnNames: 'athena',
  lossy: true,
  overwrite: true,
  threads: 1,
} satisfies Required<front.ConvertOptions>;

/** Every documented option of them; the types see to it that none is missing. */
const documented = {
  listExports: { file: 'x.csv', signal, s3: {} } satisfies Required<
    NonNullable<Parameters<typeof front.listExports>[1]>
  >,
  openExport: open,
  createExportWriter: {
    ...writing,
    compression: 'zstd',
    compressionLevel: 9,
    byteStreamSplit: true,
    bloomFilter: true,
    rowsPerPart: 3,
    bytesPerPart: 3,
    convention: 'seen',
    guardFormulas: true,
    overwrite: true,
    signal,
  } satisfies Required<front.ExportWriterOptions>,
  summarize: {
    ...progress,
    open,
    by: ['item'],
    worst: { metric: 'WAPE', count: 1 },
    reading: 'pooled',
    point: 'mean',
    costs: { under: 6, over: 1 },
    threads: 1,
    onBadPart: 'skip',
    maxGroups: 10,
    frequency: hourly,
    accuracyMetrics: false,
    onGroup: () => undefined,
  } satisfies Required<front.SummarizeOptions>,
  planExport: {
    signal,
    open,
    by: ['item'],
    point: 'mean',
    onBadPart: 'skip',
    maxGroups: 10,
    frequency: hourly,
    accuracyMetrics: false,
    for: 'verify',
    maxPlaces: 3,
  } satisfies Required<distribute.PlanOptions>,
  mapPart: {
    signal,
    location: 'x',
    s3: {},
    place: {},
    onBytes: () => undefined,
  } satisfies Required<distribute.MapOptions>,
  reduceStates: {
    ...progress,
    worst: { metric: 'WAPE', count: 1 },
    reading: 'pooled',
    costs: { under: 6, over: 1 },
    onGroup: () => undefined,
  } satisfies Required<distribute.ReduceOptions>,
  reduceVerification: {
    ...progress,
    location: 'x',
    s3: {},
    rules: {},
    tolerance: 0,
    history: [],
    historyTarget: 'target_value',
    historyColumns: {},
    season: 24,
    threads: 1,
    temporaryFolder: 'x',
  } satisfies Required<distribute.ReduceVerificationOptions>,
  convertExport: conversion,
  convertExports: {
    ...conversion,
    layout: 'flat',
    depth: 1,
    maxFolders: 9,
    skipExisting: false,
    dryRun: true,
    failFast: true,
    onExport: () => undefined,
  } satisfies Required<front.ConvertExportsOptions>,
  findExports: { signal, s3: {}, depth: 1, maxFolders: 9 } satisfies Required<front.FindExportsOptions>,
  listLeftovers: { signal, s3: {}, olderThan: 1, depth: 1 } satisfies Required<front.LeftoversOptions>,
  removeLeftovers: { signal, s3: {}, olderThan: 1, depth: 1 } satisfies Required<front.LeftoversOptions>,
  convertTable: {
    ...progress,
    open,
    storage: front.createMemoryStorage(),
    table: 'forecasted-values',
    format: 'CSV',
    compression: 'zstd',
    compressionLevel: 9,
    byteStreamSplit: true,
    bloomFilter: true,
    guardFormulas: true,
    columnNames: 'athena',
    lossy: true,
    overwrite: true,
    threads: 1,
  } satisfies Required<front.ConvertTableOptions>,
  repairExport: {
    ...progress,
    open,
    conflicts: 'keep-first',
    onBadPart: 'skip',
    overwrite: true,
    maxPlaces: 3,
  } satisfies Required<front.RepairOptions>,
  verifyExport: {
    ...progress,
    open: { jobName: 'synthetic_backtest' },
    rules: {},
    tolerance: 0,
    history: [],
    historyTarget: 'target_value',
    historyColumns: {},
    season: 24,
    frequency: hourly,
    maxPlaces: 3,
    threads: 1,
    temporaryFolder: 'x',
  } satisfies Required<front.VerifyOptions>,
  createReport: {
    ...progress,
    open: { jobName: 'synthetic_backtest' },
    items: 3,
    chosen: ['item_1'],
    rankBy: 'WAPE',
    point: 'mean',
    costs: { under: 3, over: 1 } satisfies Required<front.UnitCosts>,
    compare: [],
    rules: {},
    tolerance: 0,
    history: [],
    historyTarget: 'target_value',
    historyColumns: {},
    season: 24,
    frequency: hourly,
    threads: 1,
    temporaryFolder: 'x',
  } satisfies Required<front.ReportOptions>,
  reportToHtml: { command: 'x', madeAt: new Date(0), signal } satisfies Required<front.PageOptions>,
  reportToMarkdown: { command: 'x', madeAt: new Date(0), signal } satisfies Required<front.PageOptions>,
  compareExports: comparing,
  rankExports: comparing,
  'ExportTable.rows': { columns: ['item_id'], batchRows: 3, threads: 1, signal } satisfies Required<front.ReadOptions>,
  parsePartName: { table: 'forecasted-values' } satisfies Required<
    NonNullable<Parameters<typeof front.parsePartName>[1]>
  >,
  formatPartName: {
    ...writing,
    number: 0,
    table: 'forecasted-values',
    convention: 'seen',
    offset: 'Z',
    digits: 1,
    extension: '.csv',
  } satisfies Required<front.PartNameFields>,
  createDuckDbEngine: {
    threads: 1,
    memoryLimit: '1GB',
    temporaryFolder: 'x',
    extensionFolder: 'x',
    s3: {},
    timeouts: {},
  } satisfies Required<sql.DuckDbOptions>,
  createTrinoEngine: {
    server: 'http://localhost:8080',
    user: 'ann',
    password: 'a',
    token: 'a',
    catalog: 'hive',
    schema: 'default',
    localRoot: '/data',
    session: {},
    tls: { ca: 'a', cert: 'a', key: 'a', rejectUnauthorized: true } satisfies Required<sql.TrinoTls>,
    timeouts: { statement: 1, request: 1, cancel: 1 } satisfies Required<sql.EngineTimeouts>,
  } satisfies Required<sql.TrinoOptions>,
  createAthenaEngine: {
    region: 'eu-west-1',
    profile: 'lake',
    endpoint: 'http://localhost',
    workgroup: 'primary',
    outputLocation: 's3://bucket/prefix/',
    catalog: 'AwsDataCatalog',
    database: 'default',
    timeouts: {},
  } satisfies Required<sql.AthenaOptions>,
  createS3Storage: {
    ...s3Access,
    endpoint: 'http://localhost',
    region: 'eu-west-1',
    profile: 'lake',
    forcePathStyle: true,
  } satisfies Required<s3.S3Access>,
  useS3Client: s3Access,
  'matchers.toBeBacktestExport': {
    jobName: 'synthetic_backtest',
    exportedAt: 'latest',
    format: 'CSV',
    itemColumn: 'item_id',
    dimensions: [],
    forecastTypes: ['mean'],
    complete: true,
  } satisfies Required<testing.ExpectedExport>,
  'matchers.toEqualExport': { tolerance: 0, maxPlaces: 1 } satisfies Required<testing.EqualExportOptions>,
  'matchers.toHaveNoVerificationErrors': {
    rules: {},
    tolerance: 0,
    history: [],
    historyTarget: 'target_value',
    historyColumns: {},
    season: 24,
    frequency: hourly,
    maxPlaces: 3,
  } satisfies Required<testing.VerificationMatcherOptions>,
  'matchers.toHaveMetrics': {
    window: '2021-11-01',
    point: '0.9',
  } satisfies Required<testing.HaveMetricsOptions>,
};

/** Public functions without options. */
const without = new Set([
  'BacktestExportError',
  'ForecastException',
  'WireException',
  'createLocalStorage',
  'createMemoryStorage',
  'createResponseShapes',
  'createShapes',
  'describeDefect',
  'expectExport',
  'formatExportTimestamp',
  'parseExportTimestamp',
  'parseFrequency',
  'setWorkerFile',
  'toAccuracyMetrics',
]);

describe('options of public functions', () => {
  it('are those in the table of this test', () => {
    const all: readonly object[] = [front, distribute, job, s3, sql, testing];
    const names = all.flatMap((module) =>
      Object.entries(module).flatMap(([name, value]) => {
        if (name === 'matchers') return Object.keys(matchers).map((each) => `matchers.${each}`);
        return typeof value === 'function' && !without.has(name) ? [name] : [];
      }),
    );
    const known = Object.keys(calls).filter((name) => !name.startsWith('ExportTable.'));
    expect(known.toSorted()).toEqual(names.toSorted());
  });

  it.each(Object.entries(calls))('%s refuses an unknown name briefly and without a cause', async (_, call) => {
    const error = await Promise.resolve()
      .then(() => call({ treads: 3 }))
      .then(
        () => undefined,
        (failure: unknown) => failure,
      );
    expect(error).toBeInstanceOf(BacktestExportError);
    expect(error).toMatchObject({ code: 'OPTION_INVALID' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).toContain(": unknown option 'treads'");
    expect(inspect(error, { depth: 9 }).length).toBeLessThan(3000);
  });

  it.each(Object.entries(documented))('%s accepts every documented name', async (name, options) => {
    const all: Readonly<Record<string, unknown>> = options;
    for (const [option, value] of Object.entries(all)) {
      const message = await Promise.resolve(calls[name]?.({ [option]: value })).then(() => '', String);
      expect(message).not.toContain('unknown option');
    }
  });

  it.each([
    'summarize',
    'verifyExport',
    'convertExport',
    'convertTable',
    'repairExport',
    'compareExports',
    'rankExports',
  ])('%s refuses an unknown name among the opening options', async (name) => {
    expect(await failureOf(async () => calls[name]?.({ open: { jobname: 'x' } }))).toEqual([
      'OPTION_INVALID',
      `${name}.open: unknown option 'jobname'; did you mean jobName?`,
    ]);
  });
});

describe('an option without effect', () => {
  const open = { jobName: 'synthetic_backtest' };
  const to = (): front.MemoryStorage => createMemoryStorage();
  const readers: Readonly<Record<string, (source: front.BacktestExport) => Promise<unknown>>> = {
    summarize: (source) => front.summarize(source, { open }),
    verifyExport: (source) => front.verifyExport(source, { open }),
    convertExport: (source) => front.convertExport(source, to(), { format: 'CSV', open }),
    convertTable: (source) => front.convertTable(source, 'x.csv', { storage: to(), open }),
    repairExport: (source) => front.repairExport(source, to(), { open }),
    compareExports: (source) => front.compareExports(source, source, { open }),
    rankExports: (source) => front.rankExports([source, source], { open }),
  };

  it.each(Object.entries(readers))('is open in %s if the export is already open', async (name, read) => {
    const opened = await openExport(await made());
    expect(await failureOf(() => read(opened))).toEqual([
      'OPTION_INVALID',
      expect.stringMatching(
        new RegExp(`^${name}\\.open: (?:the export is|the exports are) already open; give jobName to openExport$`),
      ),
    ]);
  });

  it('is not open if one of two exports is a location', async () => {
    const storage = await made();
    expect(await front.compareExports(await openExport(storage), storage, { open })).toMatchObject({ equal: true });
  });

  it('is worst or reading without groups', async () => {
    const storage = await made();
    expect(await failureOf(() => front.summarize(storage, { worst: { metric: 'WAPE', count: 1 } }))).toEqual([
      'OPTION_INVALID',
      'summarize.worst: it chooses among groups, say which with by',
    ]);
    expect(await failureOf(() => front.summarize(storage, { reading: 'averaged', by: [] }))).toEqual([
      'OPTION_INVALID',
      'summarize.reading: it is of groups, say which with by',
    ]);
  });
});

describe('the message of a wrong option', () => {
  const generate = async (options: unknown): Promise<string> =>
    (await failureOf(() => generateExport(createMemoryStorage(), options as testing.GenerateOptions)))[1];

  it('names the option in full and the nearest right name', async () => {
    expect(await generate({ defects: ['duplicate-rows'] })).toMatch(
      /^generateExport\.defects\[0\]: expected one of .* and \d+ others, found 'duplicate-rows'; did you mean [a-z-]+\?$/,
    );
    expect(await generate({ defects: [{ name: 'zero-byte-part', tabel: 'x' }] })).toContain(
      "generateExport.defects[0]: unknown option 'tabel'",
    );
    expect(await generate({ timeSpelling: { timestamp: 'z' } })).toBe(
      "generateExport.timeSpelling.timestamp: expected one of Z, none, +00:00, found 'z'; did you mean Z?",
    );
    expect(await generate({ items: 'many' })).toBe(
      "generateExport.items: expected a whole number from 1 to 1000000000, found 'many'",
    );
    expect(await generate(null)).toBe('generateExport: expected options, found null');
  });

  it.each<[unknown, string]>([
    [{ zeroActuals: 2 }, 'zeroActuals: expected a number from 0 to 1, found 2'],
    [{ zeroActuals: -0.5 }, 'zeroActuals: expected a number from 0 to 1, found -0.5'],
    [{ seed: 1.5 }, 'seed: expected a whole number from 0, found 1.5'],
    [{ items: 0 }, 'items: expected a whole number from 1 to 1000000000, found 0'],
    [{ jobName: '1' }, "jobName: expected a letter first, found '1'"],
    [{ exportedAt: 'now' }, "exportedAt: expected a time such as 2021-12-14T13-20-10Z, found 'now'"],
    [{ itemColumn: '' }, "itemColumn: expected text of 1 to 200 characters, found ''"],
    [{ forecastTypes: [] }, 'forecastTypes: expected a list of at least 1 element, found 0'],
    [{ forecastTypes: ['p90'] }, "forecastTypes[0]: expected mean or a quantile from 0.01 to 0.99, found 'p90'"],
    [{ dimensions: 'a' }, "dimensions: expected a list, found 'a'"],
    [{ dimensions: ['a'] }, "dimensions[0]: expected an object, found 'a'"],
    [{ overwrite: 1 }, 'overwrite: expected true or false, found 1'],
    [{ timeSpelling: 'z1' }, "timeSpelling: expected options, found 'z1'"],
  ])('says in plain words what was expected and found: %j', async (options, message) => {
    expect(await generate(options)).toBe(`generateExport.${message}`);
  });

  it('says the same of options of other functions', async () => {
    const storage = await made();
    const messageOf = async (open: unknown): Promise<string> =>
      (await failureOf(() => openExport(storage, open as front.OpenOptions)))[1];
    expect(await messageOf({ exportedAt: 3 })).toBe('openExport.exportedAt: expected text or a Date, found 3');
    expect(await messageOf({ signal: 3 })).toBe('openExport.signal: expected an AbortSignal, found 3');
    expect(await messageOf({ dialect: { delimiter: ';;' } })).toBe(
      "openExport.dialect.delimiter: expected text of 1 character, found ';;'",
    );
    expect(await messageOf({ dialect: { encoding: 'utf-0' } })).toBe(
      "openExport.dialect.encoding: expected a label of the Encoding Standard, found 'utf-0'",
    );
    expect((await failureOf(() => front.summarize(storage, { jobName: 'x' } as front.SummarizeOptions)))[1]).toBe(
      "summarize: unknown option 'jobName'; give it in open: { jobName }",
    );
  });

  it('stays short, whatever was given', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${'x'.repeat(500)}${index}`, 1]));
    expect((await generate(many)).length).toBeLessThan(2000);
    expect((await generate({ defects: Array(1000).fill('y'.repeat(1000)) })).length).toBeLessThan(3000);
    expect((await generate({ format: 'x'.repeat(10_000) })).length).toBeLessThan(400);
  });

  it('says what was given instead of options', () => {
    expect(() => assertOptions('f', 'text' as never, {})).toThrow("f: expected an object of options, found 'text'");
    expect(() => assertOptions('f', [] as never, {})).toThrow('f: expected an object of options, found an array');
  });
});

describe('what is read', () => {
  const wrong: readonly unknown[] = [
    undefined,
    null,
    3,
    {},
    [],
    new Date(0),
    () => 'x',
    { forecastedValues: 3 },
    { accuracyMetrics: '' },
  ];
  const readers: Readonly<Record<string, (source: never) => Promise<unknown>>> = {
    openExport: (source) => openExport(source),
    listExports: (source) => front.listExports(source),
    summarize: (source) => front.summarize(source),
    verifyExport: (source) => front.verifyExport(source),
    compareExports: async (source) => front.compareExports(await made(), source),
    rankExports: (source) => front.rankExports(source),
    'rankExports of a list': (source) => front.rankExports([source, source]),
    convertExport: (source) => front.convertExport(source, createMemoryStorage(), { format: 'CSV' }),
    repairExport: (source) => front.repairExport(source, createMemoryStorage()),
    'convertExport to': async (target) => front.convertExport(await made(), target, { format: 'CSV' }),
    'repairExport to': async (target) => front.repairExport(await made(), target),
    createExportWriter: (target) => front.createExportWriter(target, writing),
    generateExport: (target) => generateExport(target, { items: 1, horizon: 1 }),
    toAccuracyMetrics: async (summary) => front.toAccuracyMetrics(summary),
  };

  it.each(Object.entries(readers))('%s refuses anything but a path, a storage or an export', async (_, read) => {
    for (const source of wrong) {
      expect((await failureOf(() => read(source as never)))[0]).toBe('OPTION_INVALID');
    }
  });

  it('is a folder, a storage or an opened export, with the same result', async () => {
    const storage = await made();
    const opened = await openExport(storage);
    expect(await front.summarize(storage)).toEqual(await front.summarize(opened));
    expect(await front.compareExports(storage, opened)).toEqual(await front.compareExports(opened, storage));
    expect((await front.rankExports([storage, opened])).exports).toHaveLength(2);
    const choice = { open: { jobName: 'other' } };
    expect((await failureOf(() => front.summarize(storage, choice)))[0]).toBe('EXPORT_NOT_FOUND');
    expect((await failureOf(() => front.compareExports(storage, storage, choice)))[0]).toBe('EXPORT_NOT_FOUND');
  });
});

describe('the shape of options', () => {
  interface Options {
    readonly count?: number;
    readonly names?: readonly string[];
    readonly onEnd?: (count: number) => void;
  }

  it('has each field of the interface, with its type: the compiler refuses any other', async () => {
    const { z }: { z: Zod } = await import('zod');
    const count = z.int().optional();
    const names = z.array(z.string()).optional();
    const onEnd = z.function().optional();
    const whole = objectShape<Options>(z, { count, names, onEnd });
    // @ts-expect-error names is missing
    objectShape<Options>(z, { count, onEnd });
    // @ts-expect-error the interface has no other
    objectShape<Options>(z, { count, names, onEnd, other: count });
    // @ts-expect-error names is a list
    objectShape<Options>(z, { count, names: z.string().optional(), onEnd });
    expect(whole.safeParse({ count: 1, names: ['a'], onEnd: () => undefined }).success).toBe(true);
    expect(whole.safeParse({ other: 1 }).success).toBe(false);
  });
});
