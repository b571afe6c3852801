import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BacktestExportError } from '#src/errors.js';
import { createMemoryStorage, openExport, type BacktestExport } from '#src/index.js';
import { dialectNames } from '#src/sql/dialects/dialect.js';
import { dialects } from '#src/sql/dialects/dialects.js';
import { assertExternal } from '#src/sql/engines/assert-external.js';
import { withEngineTable, type EngineTableOptions } from '#src/sql/engines/engine-table.js';
import type { QueryOptions, SqlCell, SqlEngine } from '#src/sql/engines/engine.js';
import { locateBelow } from '#src/sql/engines/local-root.js';
import { failure, failureOf } from '../../support/failure.js';

const part = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10\n';
/** Name and type. */
type Column = readonly [string, string];

const columns = [
  'item_id',
  'timestamp',
  'target_value',
  'backtestwindow_start_time',
  'backtestwindow_end_time',
  'mean',
  'p10',
  'surplus',
].map((name): Column => [name, 'varchar']);

async function opened(): Promise<BacktestExport> {
  return openExport(createMemoryStorage([[part, header]]));
}

/** What a statement is for, by its first words. */
function kindOf(sql: string): string {
  return /^(?:CREATE|DROP|SELECT column_name)/.exec(sql)?.[0] ?? 'other';
}

/** An engine that has a catalog of tables and nothing else; each statement can fail. It runs no SQL. */
class Catalog implements SqlEngine {
  readonly name = 'Trino';
  readonly dialect = 'trino';
  readonly home = { catalog: 'hive', schema: 'lake' };
  readonly ran: string[] = [];
  readonly tables = new Map<string, readonly Column[]>();
  readonly fails: (kind: string) => Error | undefined;

  constructor(fails: (kind: string) => Error | undefined = () => undefined) {
    this.fails = fails;
  }

  async *query(sql: string, { signal }: QueryOptions = {}): AsyncGenerator<readonly SqlCell[]> {
    signal?.throwIfAborted();
    const kind = kindOf(sql);
    this.ran.push(kind);
    const failed = this.fails(kind);
    const table = /"(\w+)"(?: \(|$)|table_name = '(\w+)'/.exec(sql);
    const name = table?.[1] ?? table?.[2] ?? '';
    if (kind === 'CREATE') this.tables.set(name, columns);
    if (failed !== undefined) throw failed;
    if (kind === 'DROP') this.tables.delete(name);
    if (kind === 'SELECT column_name') yield* this.tables.get(name) ?? [];
  }
}

const placed: EngineTableOptions = { location: 's3://bucket/export' };

async function pathOf(engine: SqlEngine, options: EngineTableOptions = {}): Promise<string> {
  const source = await opened();
  return withEngineTable(engine, source, source.forecastedValues, { ...placed, ...options }, async ({ path }) => {
    return path.join('.');
  });
}

const refused = new BacktestExportError('ENGINE_FAILED', 'refused');

describe('withEngineTable', () => {
  it('makes a table of a name that nobody has, and drops it again', async () => {
    const engine = new Catalog();
    const names = [await pathOf(engine), await pathOf(engine)];
    for (const name of names) expect(name).toMatch(/^hive\.lake\.backtest_export_[\da-f]{16}$/);
    expect(names[0]).not.toBe(names[1]);
    expect(engine.ran.slice(0, 3)).toEqual(['CREATE', 'SELECT column_name', 'DROP']);
    expect(engine.tables.size).toBe(0);
  });

  it('drops it also when the work fails and when it is aborted, and throws what the work threw', async () => {
    const source = await opened();
    const stop = new AbortController();
    for (const end of [() => undefined, () => stop.abort(refused)]) {
      const engine = new Catalog();
      const options = { ...placed, signal: stop.signal };
      const work = async (): Promise<never> => {
        end();
        throw refused;
      };
      await expect(withEngineTable(engine, source, source.forecastedValues, options, work)).rejects.toBe(refused);
      expect(engine.tables.size).toBe(0);
      expect(engine.ran.at(-1)).toBe('DROP');
    }
  });

  it('drops a table that was made although its statement failed here', async () => {
    const engine = new Catalog((kind) => (kind === 'CREATE' ? refused : undefined));
    await expect(pathOf(engine)).rejects.toBe(refused);
    expect(engine.ran).toEqual(['CREATE', 'SELECT column_name', 'DROP']);
    expect(engine.tables.size).toBe(0);
  });

  it('tells of a table that it could not drop, and gives the result all the same', async () => {
    const left: unknown[] = [];
    const engine = new Catalog((kind) => (kind === 'DROP' ? refused : undefined));
    const name = await pathOf(engine, { onTableLeft: (...told) => left.push(...told) });
    expect(left).toEqual([name, refused]);
  });

  it('gives up dropping after its time', async () => {
    const source = await opened();
    const left: unknown[] = [];
    const engine = new Catalog();
    const query = engine.query.bind(engine);
    engine.query = async function* (sql, options) {
      if (kindOf(sql) === 'DROP') await new Promise((_, reject) => options?.signal?.addEventListener('abort', reject));
      yield* query(sql, options);
    };
    const options = { ...placed, dropTimeout: 20, onTableLeft: (name: string) => left.push(name) };
    expect(await withEngineTable(engine, source, source.forecastedValues, options, async () => 'result')).toBe(
      'result',
    );
    expect(left.length).toBe(1);
  });

  it('uses a table that exists, once its columns are checked, and never drops it', async () => {
    const engine = new Catalog();
    engine.tables.set('bike', columns);
    expect(await pathOf(engine, { table: 'bike' })).toBe('hive.lake.bike');
    expect(await pathOf(engine, { table: 'other.bike' })).toBe('hive.other.bike');
    expect(await pathOf(engine, { table: 'glue.other.bike' })).toBe('glue.other.bike');
    expect(new Set(engine.ran)).toEqual(new Set(['SELECT column_name']));
  });

  it('makes one of a given name where there is none, and keeps it', async () => {
    const engine = new Catalog();
    expect(await pathOf(engine, { table: 'bike' })).toBe('hive.lake.bike');
    expect(engine.ran).toEqual(['SELECT column_name', 'CREATE']);
    expect([...engine.tables.keys()]).toEqual(['bike']);
  });

  it.each<[Column[], string]>([
    [columns.slice(1), "expected 'item_id' of type varchar as column 1, found 'timestamp' of type varchar"],
    [columns.slice(0, -1), "expected 'surplus' of type varchar as column 8, found none"],
    [[...columns, ['more', 'varchar']], "expected none as column 9, found 'more' of type varchar"],
    [columns.with(5, ['mean', 'double']), "expected 'mean' of type varchar as column 6, found 'mean' of type double"],
    [
      columns.with(5, ['p10', 'varchar']).with(6, ['mean', 'varchar']),
      "expected 'mean' of type varchar as column 6, found 'p10' of type varchar",
    ],
  ])('refuses a table with other columns: %#', async (others, problem) => {
    const engine = new Catalog();
    engine.tables.set('bike', others);
    const message = `Trino: table 'hive.lake.bike': ${problem}`;
    expect(await failureOf(async () => pathOf(engine, { table: 'bike' }))).toEqual(['TABLE_MISMATCH', message]);
    expect(engine.ran).toEqual(['SELECT column_name']);
  });

  it.each(dialectNames)('makes an external one in %s', async (dialect) => {
    const engine = new Catalog();
    await pathOf(Object.assign(engine, { dialect }));
    expect(engine.ran[0]).toBe('CREATE');
  });

  it.each<EngineTableOptions>([{}, { table: 'bike' }])(
    'makes none that is not external and new, with %o',
    async (options) => {
      const quoteName = vi.spyOn(dialects.trino, 'quoteName');
      onTestFinished(() => quoteName.mockRestore());
      quoteName.mockImplementation((name) => `IF NOT EXISTS "${name}"`);
      const engine = new Catalog();
      const message = 'Trino: expected a statement that makes a new external table';
      expect(await failureOf(async () => pathOf(engine, options))).toEqual(['ENGINE_FAILED', message]);
      expect(engine.ran).toEqual(['SELECT column_name']);
      expect(engine.tables.size).toBe(0);
    },
  );

  it('makes one over a folder whose name looks like a part of a statement', async () => {
    const engine = new Catalog();
    await pathOf(engine, { table: 'bike', location: 's3://bucket/if not exists or replace' });
    expect([...engine.tables.keys()]).toEqual(['bike']);
  });

  it.each([
    ['Bike', "table: expected a name of a-z, 0-9 and _, also as schema.name or catalog.schema.name, found 'Bike'"],
    [
      'a.b.c.d',
      "table: expected a name of a-z, 0-9 and _, also as schema.name or catalog.schema.name, found 'a.b.c.d'",
    ],
    [
      'a"; DROP TABLE b',
      "table: expected a name of a-z, 0-9 and _, also as schema.name or catalog.schema.name, found 'a\"; DROP TABLE b'",
    ],
  ])('refuses %s as a name', async (table, problem) => {
    expect(await failureOf(async () => pathOf(new Catalog(), { table }))).toEqual(['OPTION_INVALID', problem]);
  });

  it('needs to know the catalog and schema', async () => {
    const engine: SqlEngine = { name: 'Trino', dialect: 'trino', home: {}, query: () => new Catalog().query('') };
    const [code, message] = await failureOf(async () => pathOf(engine, { table: 'bike' }));
    expect([code, message]).toEqual(['OPTION_INVALID', "Trino: expected a schema for the table 'bike', found none"]);
  });

  it('gives an engine that reads files no table, and refuses the name of one', async () => {
    const engine: SqlEngine = { name: 'DuckDB', dialect: 'duckdb', query: () => new Catalog().query('') };
    expect(await pathOf(engine)).toBe('');
    expect(await failureOf(async () => pathOf(engine, { table: 'bike' }))).toEqual([
      'OPTION_INVALID',
      "table: DuckDB reads the files themselves, without a table, found 'bike'",
    ]);
  });
});

/** Spark's catalog, which has no information_schema. */
class SparkCatalog implements SqlEngine {
  readonly name = 'Spark';
  readonly dialect = 'spark';
  readonly home = { schema: 'lake' };
  readonly ran: string[] = [];
  readonly tables = new Map<string, readonly Column[]>();

  async *query(sql: string): AsyncGenerator<readonly SqlCell[]> {
    this.ran.push(sql.split('\n')[0] ?? '');
    const name = /`(\w+)`(?: \(|$)/m.exec(sql)?.[1] ?? '';
    if (sql.startsWith('CREATE')) this.tables.set(name, columns.slice(0, -1));
    if (sql.startsWith('DROP')) this.tables.delete(name);
    if (sql.startsWith('SHOW')) yield* [...this.tables.keys()].map((table) => ['lake', table, false]);
    if (!sql.startsWith('DESCRIBE')) return;
    yield* (this.tables.get(name) ?? []).map(([column]) => [column, 'string', null]);
    yield* [
      ['_corrupt_record', 'string', null],
      ['', '', ''],
      ['# Detailed Table Information', '', ''],
    ];
  }
}

describe('a table in Spark', () => {
  it('is found by name and dropped, and one that is there is checked by its columns', async () => {
    const engine = new SparkCatalog();
    const name = (await pathOf(engine)).replace('lake.', '');
    expect(engine.ran.slice(1)).toEqual([
      'SHOW TABLES IN `lake`',
      `DESCRIBE TABLE \`lake\`.\`${name}\``,
      `DROP TABLE \`lake\`.\`${name}\``,
    ]);
    engine.tables.set('bike', columns.slice(0, -1));
    expect(await pathOf(engine, { table: 'bike' })).toBe('lake.bike');
    engine.tables.set('bike', columns.slice(1, -1));
    expect((await failureOf(async () => pathOf(engine, { table: 'bike' })))[0]).toBe('TABLE_MISMATCH');
    expect([...engine.tables.keys()]).toEqual(['bike']);
  });
});

it.each([
  'CREATE TABLE "a" (b VARCHAR)',
  'CREATE TABLE IF NOT EXISTS "a" (b VARCHAR)\nWITH (\n  external_location = \'s3://a/b\'\n)',
  'CREATE OR REPLACE TABLE "a" (b VARCHAR)\nWITH (\n  external_location = \'s3://a/b\'\n)',
  'DROP TABLE "a"',
])('assertExternal refuses %s', (sql) => {
  const message = 'Trino: expected a statement that makes a new external table';
  expect(failure(() => assertExternal(new Catalog(), sql))).toEqual(['ENGINE_FAILED', message]);
});

it('a folder below the root of the engine is found there', () => {
  expect(locateBelow('/data', '/data/exports/bike')).toBe('local:///exports/bike/');
  expect(locateBelow('/', '/data')).toBe('local:///data/');
  expect(locateBelow(String.raw`C:\data`, String.raw`C:\data\bike`)).toBe('local:///bike/');
  for (const root of ['/data/exp', '/other', undefined]) {
    expect(failure(() => locateBelow(root, '/data/exports'))[0]).toBe('OPTION_INVALID');
  }
});
