import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { convertExport, openExport, summarize, type BacktestExport } from '#src/index.js';
import { createDuckDbEngine, summarizeWith, type SqlEngine, type SummarizeWithOptions } from '#src/sql/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');
const duckdb = createDuckDbEngine({ threads: 2 });
afterAll(() => duckdb.close());

async function expectSame(source: BacktestExport, options: SummarizeWithOptions): Promise<void> {
  const { readingNotes: _, ...expected } = await summarize(source, options);
  const { readingNotes: __, ...found } = await summarizeWith(duckdb, source, options);
  expect(found).toEqual(expected);
}

/** The same export in Parquet. */
async function converted(source: BacktestExport): Promise<BacktestExport> {
  const folder = temporaryFolder();
  await convertExport(source, folder, { format: 'PARQUET', lossy: true });
  return openExport(folder);
}

describe('DuckDB adds up to the last bit what summarize does', () => {
  it.each(readdirSync(fixtures))('of %s, as CSV and as Parquet', async (name) => {
    const csv = await openExport(
      join(fixtures, name, 'export'),
      name === 'two-exports' ? { exportedAt: 'latest' } : {},
    );
    for (const source of [csv, await converted(csv)]) {
      await expectSame(source, {});
      await expectSame(source, { by: ['item', 'step', ...source.dimensions.slice(0, 1)], accuracyMetrics: false });
    }
  });

  it('of an export with gaps, zeros and odd text', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, {
      items: 6,
      windows: 2,
      horizon: 4,
      frequency: '15min',
      textStyle: 'hostile',
      parts: 2,
    });
    const csv = await openExport(folder);
    for (const source of [csv, await converted(csv)]) await expectSame(source, { by: ['window', 'item'] });
  });

  it('of numbers of any size, missing and not finite ones, and rows without a window', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'forecasted-values'));
    const times = '2019-01-01T00:00:00,2019-01-01T03:00:00';
    const lines = [
      'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90',
      `a,2019-01-01T00:00:00,1e140,${times},1e-300,5e-324,1e12`,
      `a,2019-01-01T01:00:00Z,123.456,${times},,NaN,3`,
      `b,2019-01-01T02:00:00,,${times},-1,2,-Infinity`,
      `b,2019-01-01T03:00:00,inf,2019-01-01 00:00:00,2019-01-01T03:00:00Z,1,2,3`,
      `"c,""d""",2019-01-01T00:00:00,7,,2019-01-01T03:00:00,1,2,3`,
      `c,,-0.1,${times},0.1,0.30000000000000004,-0`,
    ];
    writeFileSync(join(folder, 'forecasted-values', 'bike_2021-12-14T13-20-10Z_part0.csv'), lines.join('\n'));
    const csv = await openExport(folder);
    for (const source of [csv, await converted(csv)])
      for (const by of [[], ['item', 'step']]) await expectSame(source, { by, costs: { under: 6, over: 1 } });
  });

  it('in folders whose names have line breaks, quotes and the signs of patterns', async () => {
    for (const name of ['line\nbreak', "it's [a-b]*?", '-- {a,b}']) {
      const folder = join(temporaryFolder(), name);
      await generateExport(folder, { items: 2, windows: 1, horizon: 2, parts: 2 });
      const csv = await openExport(folder);
      for (const source of [csv, await converted(csv)]) await expectSame(source, { by: ['item'] });
    }
  });

  it('of no rows at all', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'forecasted-values'));
    const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';
    writeFileSync(join(folder, 'forecasted-values', 'bike_2021-12-14T13-20-10Z_part0.csv'), header);
    await expectSame(await openExport(folder), { by: ['item'] });
  });
});

describe('summarizeWith', () => {
  const retail = join(fixtures, 'retail', 'export');

  it('stops with its signal, and leaves the statement', async () => {
    const controller = new AbortController();
    let isLeft = false;
    const endless: SqlEngine = {
      name: 'endless',
      dialect: 'duckdb',
      async *query() {
        try {
          for (;;) {
            controller.abort(new Error('enough'));
            await new Promise((resolve) => setTimeout(resolve, 1));
            yield [0, 1, '2019-01-01 00:00:00', `${2000 + Math.floor(Math.random() * 1000)}-01-01`, null, 1, 1, 0];
            controller.signal.throwIfAborted();
          }
        } finally {
          isLeft = true;
        }
      },
    };
    const stopped = summarizeWith(endless, retail, { signal: controller.signal });
    await expect(stopped).rejects.toThrow('enough');
    expect(isLeft).toBe(true);
  });

  it('ends with the error of a function that is told how far it is, in whatever turn of the event loop', async () => {
    let ticks = 0;
    const slow: SqlEngine = {
      name: 'slow',
      dialect: 'duckdb',
      async *query(sql, { signal, onProgress } = {}) {
        await new Promise<void>((resolve) => {
          setTimeout(() => {
            ticks++;
            onProgress?.({ done: 0.5, scannedBytes: null });
            resolve();
          }, 1);
        });
        signal?.throwIfAborted();
        yield* duckdb.query(sql);
      },
    };
    const onProgress = (): never => {
      throw new Error('no more');
    };
    await expect(summarizeWith(slow, retail, { onProgress })).rejects.toThrow('no more');
    expect(ticks).toBe(1);
  });

  it('reads the files of a folder whose name is a pattern', async () => {
    const above = temporaryFolder();
    const folder = join(above, 'a[12]?*');
    cpSync(retail, folder, { recursive: true });
    const source = await openExport(folder);
    await expectSame(source, {});
  });

  it('refuses an answer that an engine gives of other files than those that were listed', async () => {
    const folder = temporaryFolder();
    cpSync(retail, folder, { recursive: true });
    const source = await openExport(folder);
    const blind: SqlEngine = {
      name: 'blind',
      dialect: 'duckdb',
      query: (sql, options) => duckdb.query(sql.replaceAll('_part*.csv', '_part0.csv'), options),
    };
    const [code, message] = await failureOf(() => summarizeWith(blind, source));
    expect([code, message]).toEqual(['ENGINE_RESULT_INVALID', expect.stringMatching(/none of '.*_part1\.csv', /)]);
  });

  it('refuses Parquet with a comma in the name of a column before it asks Trino', async () => {
    const source = await converted(await openExport(join(fixtures, 'hostile-text', 'export')));
    const asked: string[] = [];
    const trino: SqlEngine = {
      name: 'Trino',
      dialect: 'trino',
      home: { catalog: 'hive', schema: 'default' },
      query: (sql) => {
        asked.push(sql);
        throw new Error('asked');
      },
    };
    for (const table of [undefined, 'existing']) {
      const [code, message] = await failureOf(() => summarizeWith(trino, source, { ...(table && { table }) }));
      expect([code, message]).toEqual(['SQL_UNSUPPORTED', expect.stringContaining(`found 'a "b", c'`)]);
    }
    expect(asked).toEqual([]);
  });

  it('refuses idle options, and what is no engine', async () => {
    expect((await failureOf(() => summarizeWith(duckdb, retail, { reading: 'pooled' })))[1]).toBe(
      'summarizeWith.reading: it is of groups, say which with by',
    );
    expect(await failureOf(() => summarizeWith({ name: 'x', dialect: 'mysql' } as never, retail))).toEqual([
      'OPTION_INVALID',
      'summarizeWith: expected an engine, with a name, a dialect (athena, trino, spark, duckdb) and a function query, found an object',
    ]);
  });
});
