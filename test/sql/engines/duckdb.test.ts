import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DuckDBConnection } from '@duckdb/node-api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { prepareS3 } from '#src/sql/engines/duckdb-s3.js';
import { createDuckDbEngine, type DuckDbEngine, type DuckDbOptions, type QueryProgress } from '#src/sql/index.js';
import { collect } from '../../support/collect.js';
import { failure, failureOf } from '../../support/failure.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Keeps a thread busy for hours. */
const endless = 'SELECT sum(hash(a.range + b.range)) FROM range(100000000) a, range(100000000) b';

function engineOf(options: DuckDbOptions = {}): DuckDbEngine {
  const engine = createDuckDbEngine({ threads: 1, memoryLimit: '256MB', ...options });
  onTestFinished(() => engine.close());
  return engine;
}

describe('createDuckDbEngine', () => {
  it('reads a local file; cells are numbers, whole numbers and text', async () => {
    const file = join(temporaryFolder(), "it's.csv");
    writeFileSync(file, 'item,y\na,0.1\n"b,c",\n');
    const engine = engineOf();
    const from = `'${file.replaceAll("'", "''")}'`;
    const rows = await collect(
      engine.query(`SELECT item, y, count(*) OVER (), NULL FROM read_csv(${from}) ORDER BY item`),
    );
    expect(rows).toEqual([
      ['a', 0.1, 2n, null],
      ['b,c', null, 2n, null],
    ]);
    const others = `SELECT sum(1), 1::INTEGER, true, 'NaN'::DOUBLE, '-0'::DOUBLE, TIMESTAMP '2020-01-01 00:00:00', 1.50::DECIMAL(9, 2)`;
    expect(await collect(engine.query(others))).toEqual([[1n, 1, true, Number.NaN, -0, '2020-01-01 00:00:00', '1.50']]);
    expect(engine).toMatchObject({ name: 'DuckDB', dialect: 'duckdb' });
  });

  it('gives many rows in order, and none for DDL', async () => {
    const engine = engineOf();
    const rows = await collect(engine.query('SELECT range FROM range(5000)'));
    expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 5000 }, (_, n) => BigInt(n)));
    expect(await collect(engine.query('CREATE TABLE t (a INTEGER)'))).toEqual([]);
  });

  it('says what DuckDB says', async () => {
    const engine = engineOf();
    const [code, message] = await failureOf(async () => collect(engine.query('SELEC 1')));
    expect(code).toBe('ENGINE_FAILED');
    expect(message).toContain('DuckDB: Failed to extract statements: Parser Error: syntax error at or near "SELEC"');
    const missing = await failureOf(async () => collect(engine.query("SELECT * FROM '/nowhere/part0.csv'")));
    expect(missing).toEqual([
      'ENGINE_FAILED',
      'DuckDB: IO Error: No files found that match the pattern "/nowhere/part0.csv"',
    ]);
  });

  it('interrupts the statement at the signal and at the time limit, and can run others', async () => {
    const engine = engineOf();
    const interrupt = vi.spyOn(DuckDBConnection.prototype, 'interrupt');
    onTestFinished(() => interrupt.mockRestore());
    const stop = new AbortController();
    const reason = new Error('enough');
    const seen: QueryProgress[] = [];
    // progress is told while DuckDB works
    const stopped = collect(engine.query(endless, { signal: stop.signal, onProgress: () => stop.abort(reason) }));
    await expect(stopped).rejects.toBe(reason);
    expect(interrupt).toHaveBeenCalledTimes(1);
    const hasty = engineOf({ timeouts: { statement: 200 } });
    expect(await failureOf(async () => collect(hasty.query(endless)))).toEqual([
      'TIMED_OUT',
      'DuckDB: expected the end of the statement within 0.2 s, and it was cancelled',
    ]);
    expect(await collect(engine.query('SELECT 1', { onProgress: (progress) => seen.push(progress) }))).toEqual([[1]]);
    expect(seen.at(-1)).toEqual({ done: 1, scannedBytes: null });
    engine.close();
    expect((await failureOf(async () => collect(engine.query('SELECT 1'))))[0]).toBe('ENGINE_FAILED');
  });

  it('ends with the error of a function that is told how far it is, and not the process', async () => {
    const engine = engineOf();
    const onProgress = (): never => {
      throw new Error('no more');
    };
    await expect(collect(engine.query(endless, { onProgress }))).rejects.toThrow('no more');
    await expect(collect(engine.query('SELECT 1', { onProgress }))).rejects.toThrow('no more');
    expect(await collect(engine.query('SELECT 1'))).toEqual([[1]]);
  });

  it('leaves no folder for temporary files where it cannot begin', async () => {
    const folder = temporaryFolder();
    const engine = engineOf({ memoryLimit: '999999999TB', temporaryFolder: folder });
    const found = await failureOf(async () => collect(engine.query('SELECT 1')));
    expect(found).toEqual(['ENGINE_FAILED', 'DuckDB: Failed to set config']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('hands the credentials of S3 to DuckDB, and to no message', async () => {
    const statements: string[] = [];
    const access = { endpoint: 'http://127.0.0.1:5000', region: 'eu-west-1' };
    const [key, secret] = [process.env['AWS_ACCESS_KEY_ID'], process.env['AWS_SECRET_ACCESS_KEY']];
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
    process.env['AWS_SECRET_ACCESS_KEY'] = "it's secret";
    onTestFinished(() => {
      for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    let hidden: readonly string[] = [];
    await prepareS3(async (sql, secrets) => {
      statements.push(sql);
      hidden = secrets;
    }, access);
    expect(statements).toEqual([
      'LOAD httpfs',
      "CREATE OR REPLACE SECRET backtest_export (TYPE s3, KEY_ID 'AKIDEXAMPLE', SECRET 'it''s secret', REGION 'eu-west-1', ENDPOINT '127.0.0.1:5000', USE_SSL 'false', URL_STYLE 'path')",
    ]);
    expect(hidden).toEqual(['AKIDEXAMPLE', "it's secret"]);
  });

  it('says that httpfs is missing', async () => {
    // DuckDB cannot make this folder, so nothing is asked of the network
    const engine = engineOf({ extensionFolder: '/dev/null/extensions' });
    const error = await collect(engine.query("SELECT * FROM 's3://bucket/part0.csv'")).catch(
      (failed: unknown) => failed,
    );
    expect(error).toMatchObject({ code: 'DEPENDENCY_FAILED' });
    expect(inspect(error)).toContain('s3:// in DuckDB needs its extension httpfs, which cannot be loaded: DuckDB: ');
  });

  it.each<[DuckDbOptions, string]>([
    [{ threads: 0 }, 'threads: expected a whole number from 1 to 1024, found 0'],
    [{ memoryLimit: 'much' }, "memoryLimit: expected a size such as '4GB' or '512MiB'"],
    [{ timeouts: { statement: 0.5 } }, 'timeouts.statement: expected milliseconds from 1 to 2147483647, found 0.5'],
    [{ timeouts: { all: 1 } as never }, "timeouts: unknown option 'all'"],
  ])('refuses %o', (options, problem) => {
    expect(failure(() => createDuckDbEngine(options))).toEqual(['OPTION_INVALID', `createDuckDbEngine.${problem}`]);
  });
});
