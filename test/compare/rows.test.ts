import { describe, expect, it } from 'vitest';
import {
  compareExports,
  openExport,
  type BacktestExport,
  type CompareOptions,
  type RowComparison,
} from '#src/index.js';
import { failureOf } from '../support/failure.ts';
import { csvExport, csvStorage, forecastHeader, forecastLine, type ForecastCells } from './csv-export.ts';

const bike: readonly ForecastCells[] = [
  ['a', 0, '10.0', '8.0', '5.0', '12.0'],
  ['a', 1, '20.0', '24.0', '15.0', '30.0'],
  ['b', 0, '0.0', '-0.0', '-1.0', '1.0'],
  ['b', 1, '', 'NaN', '0.0', '2.5'],
];
const file = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';

async function compareRows(a: BacktestExport, b: BacktestExport, options: CompareOptions = {}): Promise<RowComparison> {
  const result = await compareExports(a, b, Object.freeze({ on: 'rows', ...options }));
  if (result.on !== 'rows') throw new Error('expected a comparison of rows');
  return result;
}

/** The rows with one cell changed. */
function changed(row: number, cell: number, text: string): ForecastCells[] {
  return bike.map((cells, index) => (index === row ? (cells.with(cell, text) as unknown as ForecastCells) : cells));
}

describe('comparing rows', () => {
  it('finds an export equal to itself', async () => {
    const result = await compareRows(await csvExport([bike]), await csvExport([bike]));
    expect(result).toEqual({
      on: 'rows',
      equal: true,
      tolerance: 0,
      exports: ['A', 'B'].map((label) => ({
        label,
        location: 'memory:',
        jobName: 'bike',
        exportedAt: '2021-12-14T13:20:10.000Z',
        format: 'CSV',
      })),
      tables: [
        {
          table: 'forecasted-values',
          equal: true,
          rowsA: 4,
          rowsB: 4,
          common: 4,
          different: 0,
          columnsOnlyInA: [],
          columnsOnlyInB: [],
          onlyInA: { count: 0, places: [] },
          onlyInB: { count: 0, places: [] },
          columns: [],
        },
      ],
    });
  });

  it('names rows of one side alone, with file, record and line', async () => {
    const a = await csvExport([bike]);
    const b = await csvExport([
      [...bike.slice(0, 2), ['b', 0, '0.0', '-0.0', '-1.0', '1.0'], ['c', 5, '1.0', '1.0', '1.0', '1.0']],
    ]);
    const [table] = (await compareRows(a, b)).tables;
    const key = (item: string, time: string): Record<string, string> => ({
      item_id: item,
      backtestwindow_start_time: '2019-01-01T00:00:00.000Z',
      backtestwindow_end_time: '2019-01-01T23:00:00.000Z',
      timestamp: `2019-01-01T0${time}:00:00.000Z`,
    });
    expect(table).toMatchObject({
      equal: false,
      common: 3,
      different: 0,
      onlyInA: { count: 1, places: [{ key: key('b', '1'), place: { file, record: 4, line: 5 } }] },
      onlyInB: { count: 1, places: [{ key: key('c', '5'), place: { file, record: 4, line: 5 } }] },
    });
  });

  it('reports the greatest difference of each column and its place', async () => {
    const b = bike.map(([item, step, actual, mean, p10, p90], row): ForecastCells => [
      item,
      step,
      actual,
      row === 0 ? '8.5' : mean,
      row === 0 ? '5.5' : row === 1 ? '30.0' : p10,
      p90,
    ]);
    const [table] = (await compareRows(await csvExport([bike]), await csvExport([b]))).tables;
    expect(table).toMatchObject({ equal: false, common: 4, different: 2 });
    expect(table?.columns.map(({ column, count, kinds, tolerated }) => [column, count, kinds, tolerated])).toEqual([
      ['mean', 1, 0, 0],
      ['p10', 2, 0, 0],
    ]);
    expect(table?.columns[0]?.greatest).toMatchObject({ a: 8, b: 8.5, absolute: 0.5, relative: 0.5 / 8.5 });
    expect(table?.columns[1]?.greatest).toMatchObject({
      column: 'p10',
      a: 15,
      b: 30,
      absolute: 15,
      relative: 0.5,
      placeA: { file, record: 2, line: 3 },
      placeB: { file, record: 2, line: 3 },
    });
    expect(table?.columns[1]?.places.map(({ a, b: other }) => [a, other])).toEqual([
      [5, 5.5],
      [15, 30],
    ]);
  });

  it.each([
    ['empty and a number', 3, 2, '0.0', null, 0],
    ['NaN and a number', 3, 3, '1.0', Number.NaN, 1],
    ['NaN and empty', 3, 3, '', Number.NaN, null],
    ['a number and infinity', 0, 3, 'Infinity', 8, Infinity],
  ])('tells %s apart, whatever the tolerance', async (_, row, cell, text, a, b) => {
    const result = await compareRows(await csvExport([bike]), await csvExport([changed(row, cell, text)]), {
      tolerance: 1,
    });
    const [column, ...others] = result.tables[0]?.columns ?? [];
    expect(others).toEqual([]);
    expect(column).toMatchObject({ count: 1, kinds: 1, tolerated: 0, greatest: null });
    expect(column?.places).toMatchObject([{ a, b, relative: null, absolute: null }]);
    expect(result.equal).toBe(false);
  });

  it('distinguishes not defined, empty and NaN', async () => {
    const of = (low: string, high: string): Promise<BacktestExport> =>
      csvExport([bike], [['a', 'Computed', low, high, '1.0']]);
    const result = await compareRows(await of('not defined', 'not defined'), await of('', 'NaN'));
    expect(result.tables.map(({ table, equal }) => [table, equal])).toEqual([
      ['forecasted-values', true],
      ['accuracy-metrics-values', false],
    ]);
    expect(
      result.tables[1]?.columns.map(({ column, kinds, places }) => [column, kinds, places[0]?.a, places[0]?.b]),
    ).toEqual([
      ['wQL[0.1]', 1, 'not defined', null],
      ['wQL[0.9]', 1, 'not defined', Number.NaN],
    ]);
    expect((await compareRows(await of('not defined', 'NaN'), await of('not defined', 'NaN'))).equal).toBe(true);
  });

  it('takes -0 for another number than 0 bit by bit, and for the same within a tolerance', async () => {
    const [a, b] = [await csvExport([bike]), await csvExport([changed(2, 3, '0.0')])];
    const strict = await compareRows(a, b);
    expect(strict.equal).toBe(false);
    expect(strict.tables[0]?.columns).toMatchObject([
      { column: 'mean', count: 1, kinds: 0, greatest: { a: -0, b: 0, relative: 0, absolute: 0 } },
    ]);
    const lenient = await compareRows(a, b, { tolerance: Number.MIN_VALUE });
    expect([lenient.equal, lenient.tables[0]?.columns[0]?.tolerated]).toEqual([true, 1]);
  });

  it('counts a difference as tolerated up to the tolerance and not beyond', async () => {
    const [a, b] = [await csvExport([bike]), await csvExport([changed(1, 4, '16.0')])];
    const at = async (tolerance: number): Promise<unknown[]> => {
      const { equal, tables } = await compareRows(a, b, { tolerance });
      const [column] = tables[0]?.columns ?? [];
      return [equal, column?.count, column?.tolerated, column?.greatest?.relative];
    };
    expect(await at(1 / 16)).toEqual([true, 0, 1, 0.0625]);
    expect(await at(0.0624)).toEqual([false, 1, 0, 0.0625]);
  });

  it('lists as many places as asked for, the first ones, and counts all', async () => {
    const rows = Array.from({ length: 24 }, (_, step): ForecastCells => ['a', step, '1.0', '2.0', '3.0', '4.0']);
    const others = rows.map((cells) => cells.with(3, '2.5') as unknown as ForecastCells);
    const run = async (b: readonly ForecastCells[], places: number): Promise<unknown[]> => {
      const { tables } = await compareRows(await csvExport([rows]), await csvExport([b]), { maxPlaces: places });
      const [column] = tables[0]?.columns ?? [];
      return [column?.count, column?.places.map(({ placeA, placeB }) => [placeA.record, placeB.record])];
    };
    expect(await run(others, 2)).toEqual([24, [[1, 1], [2, 2]]]); // prettier-ignore
    expect(await run(others.toReversed(), 2)).toEqual([24, [[1, 24], [2, 23]]]); // prettier-ignore
    expect(await run(others, 0)).toEqual([24, []]);
  });

  it('finds lines after quoted line breaks, blank lines and repeated headers', async () => {
    const text = [
      forecastHeader,
      forecastLine(['"two\nlines"', 0, '1.0', '1.0', '1.0', '1.0']),
      '',
      forecastHeader,
      forecastLine(['x', 0, '1.0', '1.0', '1.0', '1.0']),
      forecastLine(['y', 0, '1.0', '1.0', '1.0', '1.0']),
    ].join('\r\n');
    const storage = csvStorage([]);
    storage.put(file, text);
    const a = await openExport(storage, { repeatedHeaders: 'skip' });
    const b = await csvExport([[['z', 0, '1.0', '1.0', '1.0', '1.0']]]);
    const [table] = (await compareRows(a, b)).tables;
    expect(table?.onlyInA.places.map(({ place }) => [place.record, place.line])).toEqual([
      [1, 2],
      [2, 6],
      [3, 7],
    ]);
  });

  it('compares the columns that both have, in any order, and names the others', async () => {
    const header = 'timestamp,p90,item_id,target_value,backtestwindow_end_time,backtestwindow_start_time,mean,p50';
    const storage = csvStorage([]);
    storage.put(file, `${header}\n2019-01-01,12,a,10,2019-01-01T23:00:00Z,2019-01-01 00:00:00,8.25,7\n`);
    const [table] = (await compareRows(await csvExport([bike.slice(0, 1)]), await openExport(storage))).tables;
    expect(table).toMatchObject({
      equal: false,
      common: 1,
      different: 1,
      columnsOnlyInA: ['p10'],
      columnsOnlyInB: ['p50'],
      columns: [{ column: 'mean', count: 1 }],
    });
  });

  it('finds all rows of a table that the other side lacks on one side alone', async () => {
    const with2 = await csvExport([bike], [['a', 'Computed', '1.0', '1.0', '1.0'], ['a', 'Summary', '1.0', '1.0', '1.0']]); // prettier-ignore
    const result = await compareRows(await csvExport([bike]), with2);
    expect(result.equal).toBe(false);
    expect(result.tables[1]).toMatchObject({ equal: false, rowsA: 0, rowsB: 2, onlyInB: { count: 2 } });
  });

  it('pairs rows of one key in their order, and counts those that are too many', async () => {
    const [first] = bike;
    if (first === undefined) return;
    const other = first.with(3, '9.0') as unknown as ForecastCells;
    const a = await csvExport([[first, other, ...bike.slice(1)]]);
    expect((await compareRows(a, await csvExport([[first, other, ...bike.slice(1)]]))).equal).toBe(true);
    const [table] = (await compareRows(a, await csvExport([bike]))).tables;
    expect(table).toMatchObject({ common: 4, different: 0, onlyInA: { count: 1 }, onlyInB: { count: 0 } });
    expect(table?.onlyInA.places.map(({ place }) => place.record)).toEqual([2]);
  });

  it('refuses other dimensions, options of metrics, and unknown options', async () => {
    const a = await csvExport([bike]);
    const storage = csvStorage([]);
    storage.put(file, `${forecastHeader.replace('item_id', 'item_id,store')}\n`);
    const b = await openExport(storage);
    expect(await failureOf(() => compareExports(a, b))).toEqual([
      'SCHEMA_CONFLICT',
      "expected exports with the same dimensions, found none and 'store'",
    ]);
    expect(await failureOf(() => compareExports(a, a, { by: ['item'] }))).toEqual([
      'OPTION_INVALID',
      'by is for comparing metrics, and these exports are compared by their rows (on)',
    ]);
    const misspelled: object = { tolerence: 1 };
    expect(await failureOf(() => compareExports(a, a, misspelled))).toEqual([
      'OPTION_INVALID',
      "compareExports: unknown option 'tolerence'; did you mean tolerance?",
    ]);
  });
});

describe('rows in another order', () => {
  const rows = Array.from({ length: 3000 }, (_, index): ForecastCells => [
    `item${Math.floor(index / 24)}`,
    index % 24,
    String(index),
    '2.0',
    '1.0',
    '4.0',
  ]);

  it('are found in shares of the series where memory is short, each once', async () => {
    const b = rows
      .with(1234, rows[1234]?.with(3, '3.0') as unknown as ForecastCells)
      .slice(1)
      .toReversed();
    for (const maxHeldRows of [1_000_000, 3000, 700, 200]) {
      const passes: number[] = [];
      const [table] = (
        await compareRows(await csvExport([rows]), await csvExport([b]), {
          maxHeldRows,
          onProgress: ({ totalBytes }) => passes.push(totalBytes),
        })
      ).tables;
      expect(table, String(maxHeldRows)).toMatchObject({
        rowsA: 3000,
        rowsB: 2999,
        common: 2999,
        different: 1,
        onlyInA: { count: 1, places: [{ place: { record: 1, line: 2 } }] },
        onlyInB: { count: 0 },
        columns: [{ column: 'mean', count: 1, places: [{ placeA: { record: 1235 }, placeB: { record: 1766 } }] }],
      });
      expect(new Set(passes).size > 1).toBe(maxHeldRows < 3000);
    }
  });

  it('are distinguished in every batch: the codes of one batch mean nothing in the next', async () => {
    const series = (name: (index: number) => string): ForecastCells[] =>
      Array.from({ length: 5000 }, (_, index): ForecastCells => [name(index), 0, '1.0', '2.0', '1.0', '4.0']);
    const a = await csvExport([series((index) => `a${index}`)]);
    const b = await csvExport([series((index) => (index < 2048 ? 'a' : 'b') + index)]);
    const [table] = (await compareRows(a, b)).tables;
    expect(table).toMatchObject({ common: 2048, onlyInA: { count: 2952 }, onlyInB: { count: 2952 } });
    expect(table?.onlyInA.places[0]?.key['item_id']).toBe('a2048');
    expect(table?.onlyInB.places[9]?.key['item_id']).toBe('b2057');
  });

  it('that do not fit in any share are refused', async () => {
    const [a, b] = [await csvExport([rows]), await csvExport([rows.toReversed()])];
    expect(await failureOf(() => compareRows(a, b, { maxHeldRows: 1 }))).toEqual([
      'TOO_MANY_GROUPS',
      'expected at most 1 unmatched rows in each of 256 shares of the series, found more; increase maxHeldRows if ' +
        'memory allows (75 to 150 bytes each)',
    ]);
  });

  it('stop when the signal says so', async () => {
    const a = await csvExport([rows]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = compareRows(a, a, { signal: controller.signal, onProgress: () => controller.abort(reason) });
    await expect(running).rejects.toBe(reason);
  });
});
