import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openExport } from '#src/index.js';
import { withEngineTable } from '#src/sql/engines/engine-table.js';
import type { SqlCell } from '#src/sql/index.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../support/collect.ts';
import { failureOf } from '../support/failure.ts';
import type { SuiteEngine } from './sql-session.ts';

/** What only Trino itself can show of the adapter: its values, its words for failures, and that a cancelled statement ends there. */
export function testTrinoEngine({ folder, running }: SuiteEngine): void {
  async function run(sql: string): Promise<(readonly SqlCell[])[]> {
    return collect(running().engine.query(sql));
  }

  it('gives values as they are', async () => {
    expect(await run("SELECT -0e0, nan(), 1e0/3, 5e-324, BIGINT '9007199254740991', 'it''s', NULL, true")).toEqual([
      [-0, 'NaN', 1 / 3, 5e-324, 9007199254740991, "it's", null, true],
    ]);
    expect((await run('SELECT x FROM UNNEST(sequence(1, 10000)) AS t(x)')).length).toBe(10_000);
  });

  it.each([
    ['SELECT 1 FROM nowhere.a.b', 'ENGINE_SETTING_INVALID'],
    ['SELECT 1 FROM hive.nowhere.b', 'ENGINE_SETTING_INVALID'],
    ['SELECT 1 FROM hive.default.nowhere', 'ENGINE_FAILED'],
    ['SELEC', 'ENGINE_FAILED'],
  ])('%s fails with %s', async (sql, code) => {
    expect((await failureOf(async () => run(sql)))[0]).toBe(code);
  });

  it('cancels a statement in the engine', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const thousands = 'UNNEST(sequence(1, 10000))';
    const long = `SELECT count(*) FROM ${thousands} a(x), ${thousands} b(y), ${thousands} c(z) WHERE x * y + z > 7`;
    const options = { signal: stop.signal, onProgress: () => setTimeout(() => stop.abort(reason), 500) };
    await expect(collect(running().engine.query(long, options))).rejects.toBe(reason);
    const states = `SELECT error_code FROM system.runtime.queries WHERE query LIKE 'SELECT count(*) FROM UNNEST%'`;
    expect(await run(states)).toEqual([['USER_CANCELED']]);
  });

  it('makes a table for the occasion and drops it again; the files stay', async () => {
    const path = join(folder, 'export');
    await generateExport(path, { items: 2, windows: 1, horizon: 2 });
    const source = await openExport(path);
    const { forecastedValues: table } = source;
    const count = await withEngineTable(running().engine, source, table, {}, async (made) => {
      expect(await run('SHOW TABLES FROM hive.default')).toEqual([[made.path.at(-1)]]);
      return run(`SELECT count(*) FROM ${made.path.join('.')} WHERE item_id <> 'item_id'`);
    });
    expect(count).toEqual([[4]]);
    expect(await run('SHOW TABLES FROM hive.default')).toEqual([]);
    expect(table.parts.every((part) => existsSync(join(path, part.path)))).toBe(true);
    await run('CREATE TABLE hive.default.other (a varchar)');
    const found = await failureOf(async () => {
      await withEngineTable(running().engine, source, table, { table: 'other' }, () => Promise.resolve());
    });
    expect(found[0]).toBe('TABLE_MISMATCH');
    expect(await run('SHOW TABLES FROM hive.default')).toEqual([['other']]);
    await run('DROP TABLE hive.default.other');
  });
}
