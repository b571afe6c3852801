import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, verifyExport, type VerificationReport, type VerifyOptions } from '#src/index.js';
import { generateExport, type DefectOption, type GenerateOptions } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { historyCsv } from '../support/history-csv.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeFindings } from '../support/verify-cases.ts';

const options: GenerateOptions = Object.freeze({
  items: 5,
  windows: 2,
  horizon: 6,
  dimensions: [{ name: 'store', cardinality: 2 }],
});

function historyFile(text: string): string {
  const path = join(temporaryFolder(), 'history.csv');
  writeFileSync(path, text);
  return path;
}

async function verify(
  text: string,
  more: VerifyOptions = {},
  defects: DefectOption[] = [],
  other: GenerateOptions = options,
): Promise<VerificationReport> {
  const storage = createMemoryStorage();
  await generateExport(storage, { ...other, defects });
  return verifyExport(storage, Object.freeze({ history: Object.freeze([historyFile(text)]), ...more }));
}

const mase = ({ computed }: VerificationReport): unknown => {
  const check = computed.find(({ column }) => column === 'MASE');
  return [check?.checked, check?.differ];
};
const unchecked = ({ notChecked }: VerificationReport): string[] =>
  notChecked.map(({ code, count }) => `${code} ${count}`);

describe('MASE, with a history', () => {
  it('is recomputed, with the season of the frequency', async () => {
    const report = await verify(historyCsv(options));
    expect(describeFindings(report)).toEqual([]);
    expect([mase(report), report.season, unchecked(report)]).toEqual([[20, 0], 24, []]);
  });

  it.each([
    ['D', 7],
    ['W', 1],
    ['M', 12],
    ['30min', 48],
  ])('of %s has the season %i', async (frequency, season) => {
    const shape = { ...options, frequency, firstWindowStart: '2021-11-01T00:00:00' };
    const report = await verify(historyCsv(shape), frequency === '30min' ? { season } : {}, [], shape);
    expect([describeFindings(report), mase(report), report.season]).toEqual([[], [20, 0], season]);
  });

  it('differs with another season, and where a MASE is wrong', async () => {
    const other = await verify(historyCsv(options), { season: 12 });
    expect([mase(other), other.findings.map(({ code }) => code)]).toEqual([[20, 20], ['COMPUTED_DIFFERS']]);
    const lines = historyCsv(options).trimEnd().split('\n');
    const [time = '', store = '', demand = '', item = ''] = (lines.pop() ?? '').split(',');
    expect(item).toBe('item_0004');
    const wrong = [...lines, [time, store, Number(demand) + 9, item].join(',')].join('\n');
    const report = await verify(wrong);
    expect(mase(report)).toEqual([20, 1]);
    expect(report.findings[0]?.places[0]).toMatchObject({
      item: 'item_0004',
      dimensions: { store: 'store_0001' },
      column: 'MASE',
    });
  });

  it('is not checked where the history has gaps, ends early, or never changes, and that is said', async () => {
    const lines = historyCsv(options).trimEnd().split('\n');
    const withGap = [...lines.slice(0, 10), ...lines.slice(11)].join('\n');
    expect(unchecked(await verify(withGap))).toEqual(['HISTORY_INCOMPLETE 2']);
    const header = `${lines[0]}\n`;
    expect(unchecked(await verify(header))).toEqual(['HISTORY_INCOMPLETE 20']);
    const flat = lines.map((line) => line.replace(/,\d+,item/, ',5,item')).join('\n');
    const report = await verify(flat);
    expect([mase(report), unchecked(report)]).toEqual([[0, 0], ['HISTORY_FLAT 20']]);
  });

  it('needs a season where the frequency has none', async () => {
    const shape = { ...options, frequency: '15min' };
    const report = await verify(historyCsv(shape), {}, [], shape);
    expect([mase(report), unchecked(report), report.season]).toEqual([[0, 0], ['SEASON_UNKNOWN 0'], null]);
  });

  it('refuses a history without its columns, or with cells that are none', async () => {
    const problemOf = async (text: string, more: VerifyOptions = {}): Promise<[string, string]> => {
      const [code, message] = await failureOf(async () => verify(text, more));
      return [code, message.replace(/^.*history\.csv, /, '')];
    };
    expect(await problemOf('timestamp,demand,item_id\n')).toEqual([
      'SCHEMA_INVALID',
      "header, line 1, byte 0: history: expected a column 'store', once, found 'timestamp', 'demand', 'item_id'; historyColumns (--history-columns item=NAME,time=NAME,value=NAME) says which column is the store",
    ]);
    expect(await problemOf('timestamp,a,b,item_id,store\n')).toEqual([
      'SCHEMA_INVALID',
      "header, line 1, byte 0: history: expected a column 'target_value', once, found 'timestamp', 'a', 'b', 'item_id', 'store'; historyColumns (--history-columns item=NAME,time=NAME,value=NAME) says which column is the value",
    ]);
    expect(await problemOf('timestamp,a,b,item_id,store\nx,1,2,i,s\n', { historyTarget: 'a' })).toEqual([
      'TIME_INVALID',
      "record 1, line 2, column timestamp, byte 28: expected a time such as 2017-06-19T00:00:00, found 'x'",
    ]);
    expect(await problemOf('timestamp,a,item_id,store\n2021-01-01,1x,i,s\n')).toEqual([
      'NUMBER_INVALID',
      "record 1, line 2, column a, byte 37: expected a number, found '1x'",
    ]);
    expect((await problemOf(''))[0]).toBe('CSV_HEADER_MISSING');
    const twice = 'timestamp,Timestamp,a,item_id,store\n';
    expect((await problemOf(twice, { historyTarget: 'a' }))[0]).toBe('SCHEMA_DUPLICATE_COLUMN');
  });

  const body = (text: string): string => text.slice(text.indexOf('\n') + 1);
  const places = { time: 1, store: 2, value: 3, item: 4 };

  it('may have columns of other names, in any case, or none at all', async () => {
    const text = historyCsv(options);
    const renamed = `date,shop,sold,sku,note\n${body(text).replaceAll('\n', ',x\n')}`;
    const cases: [string, VerifyOptions][] = [
      [renamed, { historyColumns: { item: 'sku', time: 'date', value: 'sold', store: 'shop' } }],
      [renamed, { historyColumns: { item: 4, time: 'Date', value: '3', store: 2 } }],
      [text.replace('timestamp,store', 'TIMESTAMP,Store'), {}],
      [body(text), { historyColumns: places }],
      [`\ufeff${body(text)}`, { historyColumns: { time: '1', store: '2', value: '3', item: '4' } }],
    ];
    for (const [history, more] of cases) {
      const report = await verify(history, more);
      expect([describeFindings(report), mase(report), unchecked(report)]).toEqual([[], [20, 0], []]);
    }
  });

  it('without a header says how its columns are named, and where a cell is wrong', async () => {
    const text = body(historyCsv(options));
    const [code, message] = await failureOf(async () => verify(text));
    expect([code, message.replace(/^.*history\.csv, /, '')]).toEqual([
      'CSV_HEADER_MISSING',
      'header, line 1: history: expected a header record, found what looks like data; historyColumns gives the places of its columns, from 1 (--history-columns item=1,time=2,value=3)',
    ]);
    const lines = text.split('\n');
    const wrong = [lines[0], `x${lines[1]}`].join('\n');
    const [bad, where] = await failureOf(async () => verify(wrong, { historyColumns: places }));
    const byte = (lines[0]?.length ?? 0) + 1;
    expect([bad, where]).toEqual([
      'TIME_INVALID',
      expect.stringContaining(`record 2, line 2, column column 1, byte ${byte}: `),
    ]);
  });

  it.each([
    [{ historyColumns: { items: 'sku' } }, "'item', 'time', 'value', 'store', found 'items'"],
    [{ historyColumns: { value: 'a' }, historyTarget: 'a' }, 'found both'],
    [{ historyColumns: { value: 0 } }, 'verifyExport.historyColumns.value'],
  ])('%j is refused', async (more, problem) => {
    const [code, message] = await failureOf(async () => verify(historyCsv(options), more));
    expect([code, message]).toEqual(['OPTION_INVALID', expect.stringContaining(problem)]);
  });

  it('is not read where one column is assigned two roles', async () => {
    const [code, message] = await failureOf(async () =>
      verify(historyCsv(options), { historyColumns: { value: 'item_id' } }),
    );
    expect([code, message]).toEqual(['SCHEMA_INVALID', expect.stringContaining('assigned two roles')]);
  });
});
