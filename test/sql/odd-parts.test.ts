import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { openExport, summarize, type OpenOptions } from '#src/index.js';
import { createDuckDbEngine, summarizeWith, writeSql, type SqlEngine } from '#src/sql/index.js';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const duckdb = createDuckDbEngine({ threads: 2 });
afterAll(() => duckdb.close());

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90';
const window = '2019-01-01T00:00:00,2019-01-01T03:00:00';
const row = (item: string, hour: number, actual: number): string =>
  `${item},2019-01-01T0${hour}:00:00,${actual},${window},1,0.5,2`;
const first = [header, row('a', 0, 1), row('b', 1, 2)];

/** A folder of parts, each the text or bytes of a file. */
function folderOf(parts: readonly (string | Uint8Array)[], below = '.', extension = 'csv'): string {
  const folder = join(temporaryFolder(), below);
  mkdirSync(join(folder, 'forecasted-values'), { recursive: true });
  for (const [number, part] of parts.entries()) writeFileSync(partOf(folder, number, extension), part);
  return folder;
}

function partOf(folder: string, number: number, extension = 'csv'): string {
  return join(folder, 'forecasted-values', `bike_2021-12-14T13-20-10Z_part${number}.${extension}`);
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

async function expectSame(folder: string, open: OpenOptions = {}): Promise<void> {
  const source = await openExport(folder, open);
  const { readingNotes: _, ...expected } = await summarize(source, { by: ['item'] });
  const { readingNotes: __, ...found } = await summarizeWith(duckdb, source, { by: ['item'] });
  expect(found).toEqual(expected);
}

async function refusalOf(folder: string): Promise<readonly [string, string]> {
  const [code, message] = await failureOf(() => summarizeWith(duckdb, folder, { by: ['item'] }));
  return [code ?? '', message ?? ''];
}

describe('parts of CSV that are not as the first one', () => {
  it('are refused without a header: columns go by their places', async () => {
    const [code, message] = await refusalOf(folderOf([text(first), text([row('c', 0, 5)])]));
    expect([code, message]).toEqual(['CSV_HEADER_MISSING', expect.stringContaining('_part1.csv')]);
  });

  it('are refused with their columns in another order, before anything is asked', async () => {
    const turned = [header.replace('p10,p90', 'p90,p10'), row('c', 0, 5)];
    const folder = folderOf([text(first), text(turned)]);
    for (const failed of [await refusalOf(folder), await failureOf(() => writeSql(folder, { dialect: 'trino' }))]) {
      expect(failed).toEqual(['SQL_UNSUPPORTED', expect.stringMatching(/_part1\.csv, header, .*in the order of/)]);
    }
  });

  it('are refused with a second header line, unless those are to be skipped', async () => {
    const folder = folderOf([text([...first, header, row('c', 0, 5)]), text([header])]);
    const [code, message] = await refusalOf(folder);
    expect([code, message]).toEqual(['CSV_HEADER_REPEATED', expect.stringMatching(/_part0\.csv: .* 2 times/)]);
    await expectSame(folder, { repeatedHeaders: 'skip' });
  });
});

describe('parts of Parquet that store a column otherwise', () => {
  const items = ['a', 'b'];
  const actuals: ColumnSource = { name: 'target_value', type: 'DOUBLE', data: [1.5, 2.25] };
  const parquet = (actual: ColumnSource, item: ColumnSource = { name: 'item_id', type: 'STRING', data: items }) => {
    const time = (name: string): ColumnSource => ({ name, type: 'STRING', data: items.map(() => '2019-01-01') });
    const number = (name: string): ColumnSource => ({ name, type: 'DOUBLE', data: [1.5, 2] });
    const times = ['backtestwindow_start_time', 'backtestwindow_end_time'].map(time);
    const columnData = [item, time('timestamp'), actual, ...times, number('mean')];
    return new Uint8Array(parquetWriteBuffer({ columnData }));
  };

  it.each([
    ['float', { ...actuals, type: 'FLOAT' }],
    ['int', { name: 'target_value', type: 'INT32', data: [1, 2] }],
    ['text', { name: 'target_value', type: 'STRING', data: ['1.5', '2'] }],
  ] satisfies [string, ColumnSource][])(
    'are refused, as an engine would cast 1.5 to %s in silence',
    async (name, other) => {
      const folder = folderOf([parquet(other), parquet(actuals)], '.', 'parquet');
      const [code, message] = await refusalOf(folder);
      const words = `_part1.parquet: expected 'target_value' stored as in`;
      expect([code, message]).toEqual(['SQL_UNSUPPORTED', expect.stringContaining(words)]);
      expect(message).toContain(`(${name}), as engines are told once, found double`);
    },
  );

  it('are read where texts are not marked as such', async () => {
    const bytes = ['é', '\\x41'].map((item) => new TextEncoder().encode(item));
    const folder = folderOf([parquet(actuals, { name: 'item_id', type: 'BYTE_ARRAY', data: bytes })], '.', 'parquet');
    await expectSame(folder);
    const { groups } = await summarizeWith(duckdb, folder, { by: ['item'] });
    expect(groups?.map(({ key }) => key['item'])).toEqual(['\\x41', 'é']);
  });
});

describe('names', () => {
  it('that differ by a byte-order mark are two', async () => {
    const folder = folderOf([text([...first, row('\ufeffa', 2, 7), row('\ufeff\ufeffa', 3, 8)])]);
    await expectSame(folder);
  });

  it.each(["it's [a] *?{b,c}", 'two\n  lines', '%20_é', '[!x]', '**', 'a=b'])(
    'of folders such as %j are plain',
    (name) => expectSame(folderOf([text(first), text([header, row('c', 0, 5)])], name)),
  );
});

describe('parts that change while an engine works', () => {
  /** DuckDB, before whose statement of a number something happens. */
  const changing = (number: number, change: () => void): SqlEngine => {
    let asked = 0;
    const query: SqlEngine['query'] = (sql, options) => {
      if (++asked === number) change();
      return duckdb.query(sql, options);
    };
    return { name: 'changing', dialect: 'duckdb', query };
  };

  it.each([1, 2])('are noticed before statement %i, whatever they become', async (number) => {
    const other = text([header, row('c', 0, 77)]);
    const changes = {
      // as many rows in the same window
      replaced: (folder: string) => writeFileSync(partOf(folder, 1), other),
      longer: (folder: string) => appendFileSync(partOf(folder, 1), row('c', 2, 7)),
      removed: (folder: string) => rmSync(partOf(folder, 1)),
      added: (folder: string) => writeFileSync(partOf(folder, 2), other),
    };
    for (const [what, change] of Object.entries(changes)) {
      const folder = folderOf([text(first), text([header, row('c', 0, 5)])]);
      const before = readFileSync(partOf(folder, 0));
      const engine = changing(number, () => change(folder));
      const [code] = await failureOf(() => summarizeWith(engine, folder, { by: ['item'] }));
      expect([what, code]).toEqual([
        what,
        expect.stringMatching(/^(FILE_CHANGED|FILE_NOT_FOUND|ENGINE_RESULT_INVALID)$/),
      ]);
      if (what === 'replaced') expect(code).toBe('FILE_CHANGED');
      expect(readFileSync(partOf(folder, 0))).toEqual(before);
    }
  });
});
