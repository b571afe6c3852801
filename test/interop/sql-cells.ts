import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseNumberText } from '#src/schema/number-text.js';
import { parseTimeText } from '#src/schema/time-text.js';
import { writeCells } from '#src/sql/dialects/cells.js';
import { dialects } from '#src/sql/dialects/dialects.js';
import type { CellsOptions } from '#src/sql/dialects/sql-table.js';
import { withEngineTable } from '#src/sql/engines/engine-table.js';
import { openExport, type BacktestExport } from 'backtest-export';
import { summarizeWith, type SqlCell } from 'backtest-export/sql';
import { collect } from '../support/collect.ts';
import { laxNumbers, numberSpelling } from '../support/number-spellings.ts';
import { seededRandom } from '../support/random.ts';
import { timeSpellings } from '../support/time-spellings.ts';
import { openDuckDb } from './duckdb.ts';
import type { SuiteEngine } from './sql-session.ts';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90';
const time = '2021-12-01T00:00:00';
const window = `${time},2021-12-05T00:00:00`;

/**
 * Tests that an engine with tables reads cells as this library does, and refuses what it cannot. DuckDB, which `npm test` has, is
 * tested there with the same texts.
 */
export function testCells({ folder, running }: SuiteEngine): void {
  it('reads the numbers that the library reads, and finds bad what it refuses', async () => {
    const random = seededRandom(20_211_214);
    const all = new Set([...laxNumbers, ...Array.from({ length: 3000 }, () => numberSpelling(random))]);
    const texts = [...all].filter((text) => !text.includes('\n')); // which end a record
    const lines = texts.map((text, index) => `${index},${time}Z,${quote(text)},${window},,1,2`);
    const rows = await cellsOf(await csvExport(lines), ['item', 'y', 'bad', 'f0']);
    expect(rows.length).toBe(texts.length);
    for (const [item, y, bad, mean] of rows) {
      const text = texts[Number(item)] ?? '';
      const expected = text === '' ? null : parseNumberText(text);
      const isNumber = typeof expected === 'number';
      const found = [text, y === null ? null : Number(y), Number(bad), mean];
      expect(found).toEqual([text, isNumber ? expected : null, isNumber || text === '' ? 0 : 1, null]);
    }
  });

  it('reads the times that the library reads, and finds bad what it refuses', async () => {
    const texts = timeSpellings();
    const lines = texts.map((text, index) => `${index},${quote(text)},1,${quote(text)},${time},1,1,2`);
    const rows = await cellsOf(await csvExport(lines), ['item', 'ts', 'ws', 'bad']);
    expect(rows.length).toBe(texts.length);
    for (const [item, ts, start, bad] of rows) {
      const text = texts[Number(item)] ?? '';
      const expected = parseTimeText(text)?.milliseconds ?? null;
      const found = [ts, start].map((cell) => (cell === null ? null : Number(cell)));
      expect([text, ...found, Number(bad)]).toEqual([
        text,
        expected,
        expected,
        expected === null && text !== '' ? 2 : 0,
      ]);
    }
  });

  it.each([{}, { timestamp: false }])('finds a short and a long record bad: %j', async (options: CellsOptions) => {
    const line = `a,${time}Z,1,${window},,1`;
    const found = await csvExport([`${line},2`, `short${line}`, `long${line},2,3`]);
    const rows = await cellsOf(found, ['item', 'bad'], options);
    const bad = Object.fromEntries(rows.map(([item, count]) => [item, Number(count)]));
    expect(bad).toEqual({ a: 0, shorta: 1, longa: 1 });
  });

  it('finds a text of Parquet bad that is NULL, and no number', async () => {
    const found = await parquetExport([
      `'a', 'x', 1`, // as it should be
      `NULL, 'x', 2`,
      `'b', NULL, 3`,
      `'c', 'x', NULL`,
    ]);
    const rows = await cellsOf(found, ['item', 'd0', 'y', 'bad']);
    const sorted = rows.map((row) => JSON.stringify([row[0], row[1], row[2], Number(row[3])])).toSorted();
    expect(sorted).toEqual(['["","x",2,1]', '["a","x",1,0]', '["b","",3,1]', '["c","x",null,0]']);
    await expect(summarizeWith(running().engine, found)).rejects.toMatchObject({ code: 'CELLS_UNREADABLE' });
  });

  it('refuses ids with line breaks in CSV', async () => {
    const found = await csvExport([`a,${time}Z,1,${window},1,1,2`, `"b\nc",${time}Z,1,${window},1,1,2`]);
    await expect(summarizeWith(running().engine, found)).rejects.toMatchObject({ code: 'CELLS_UNREADABLE' });
  });

  it('refuses an error whose square is infinite', async () => {
    const found = await csvExport([`a,${time}Z,1e155,${window},1,1,2`, `b,${time}Z,1,${window},1,1,2`]);
    await expect(summarizeWith(running().engine, found)).rejects.toMatchObject({ code: 'SUMS_INEXACT' });
  });

  /** An export of one part of forecasted-values. */
  function csvExport(lines: readonly string[]): Promise<BacktestExport> {
    const { place, part } = newExport('csv');
    writeFileSync(part, [header, ...lines, ''].join('\n'));
    return openExport(place);
  }

  /** The same in Parquet, of item, dimension and actual. */
  async function parquetExport(rows: readonly string[]): Promise<BacktestExport> {
    const { place, part } = newExport('parquet');
    const connection = await openDuckDb();
    try {
      await connection.run(
        `COPY (SELECT item_id, store, TIMESTAMP '2021-12-01' AS "timestamp", target_value::DOUBLE AS target_value,
         TIMESTAMP '2021-12-01' AS backtestwindow_start_time, TIMESTAMP '2021-12-05' AS backtestwindow_end_time, 1.5::DOUBLE AS mean
         FROM (VALUES ${rows.map((row) => `(${row})`).join(', ')}) AS t (item_id, store, target_value)) TO '${part}' (FORMAT parquet)`,
      );
    } finally {
      connection.closeSync();
    }
    return openExport(place);
  }

  function newExport(extension: string): { readonly place: string; readonly part: string } {
    const place = mkdtempSync(join(folder, 'cells-'));
    mkdirSync(join(place, 'forecasted-values'));
    return { place, part: join(place, 'forecasted-values', `Forecasts_bike_2021-12-14T13-20-10Z_part0.${extension}`) };
  }

  function cellsOf(
    found: BacktestExport,
    names: readonly string[],
    options: CellsOptions = {},
  ): Promise<(readonly SqlCell[])[]> {
    const { engine } = running();
    return withEngineTable(engine, found, found.forecastedValues, {}, async (table) => {
      const cells = writeCells(dialects[engine.dialect], table, options);
      return collect(engine.query(`WITH ${cells}\nSELECT ${names.join(', ')} FROM cells`));
    });
  }
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
