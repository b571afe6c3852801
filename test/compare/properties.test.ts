import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareExports,
  createMemoryStorage,
  openExport,
  type BacktestExport,
  type RowComparison,
} from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { seededRandom, shuffled } from '../support/column-batch.ts';
import { csvExport, type ForecastCells } from './csv-export.ts';

const number = fc.constantFrom('', '0.0', '-0.0', '1.0', '1.5', 'NaN', 'Infinity', '-7.25', '1.0E300');
const row = fc.tuple(
  fc.constantFrom('a', 'b', 'ü', '"x,y"', '007'),
  fc.integer({ min: 0, max: 23 }),
  number,
  number,
  number,
  number,
);
const rowsOf = fc.uniqueArray(row, { maxLength: 60, minLength: 1, selector: ([item, step]) => `${item} ${step}` });

/** The rows in random order, in one to four parts. */
function scattered(rows: readonly ForecastCells[], random: () => number): ForecastCells[][] {
  const parts: ForecastCells[][] = Array.from({ length: 1 + Math.floor(random() * 4) }, () => []);
  for (const each of shuffled(rows, random)) parts[Math.floor(random() * parts.length)]?.push(each);
  return parts;
}

async function compare(a: ForecastCells[][], b: ForecastCells[][], maxHeldRows: number): Promise<RowComparison> {
  const result = await compareExports(await csvExport(a), await csvExport(b), {
    on: 'rows',
    maxHeldRows,
    maxPlaces: 100,
  });
  if (result.on !== 'rows') throw new Error('expected a comparison of rows');
  return result;
}

const keyOf = ([item, step]: ForecastCells): string => `${item} ${step}`;

/** What must be found, from two maps. */
function slowly(a: readonly ForecastCells[], b: readonly ForecastCells[]): unknown {
  const [left, right] = [new Map(a.map((each) => [keyOf(each), each])), new Map(b.map((each) => [keyOf(each), each]))];
  const common = a.filter((each) => right.has(keyOf(each)));
  const cells = (index: number): number =>
    common.filter((each) => each[index] !== right.get(keyOf(each))?.[index]).length;
  return {
    onlyInA: a.length - common.length,
    onlyInB: b.filter((each) => !left.has(keyOf(each))).length,
    common: common.length,
    different: common.filter((each) => [2, 3, 4, 5].some((index) => each[index] !== right.get(keyOf(each))?.[index]))
      .length,
    columns: [2, 3, 4, 5].map(cells).filter((count) => count > 0),
  };
}

describe('comparing rows, at random', () => {
  it('finds an export equal to itself in any order and any parts', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, fc.integer(), fc.constantFrom(1_000_000, 30), async (rows, seed, held) => {
        const random = seededRandom(seed);
        const { equal, tables } = await compare(scattered(rows, random), scattered(rows, random), held);
        expect([equal, tables[0]?.common]).toEqual([true, rows.length]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds what two maps find, and the same from the other side', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, rowsOf, fc.integer(), fc.constantFrom(1_000_000, 60), async (one, other, seed, held) => {
        const random = seededRandom(seed);
        const [a, b] = [scattered(one, random), scattered(other, random)];
        const [there, back] = [await compare(a, b, held), await compare(b, a, held)];
        const [table, mirrored] = [there.tables[0], back.tables[0]];
        expect({
          onlyInA: table?.onlyInA.count,
          onlyInB: table?.onlyInB.count,
          common: table?.common,
          different: table?.different,
          columns: table?.columns.map(({ count }) => count),
        }).toEqual(slowly(one, other));
        expect(there.equal).toBe(back.equal);
        expect(mirrored?.onlyInA).toEqual(table?.onlyInB);
        expect(mirrored?.onlyInB).toEqual(table?.onlyInA);
        expect(mirrored?.columns.map(({ column, count, kinds }) => [column, count, kinds])).toEqual(
          table?.columns.map(({ column, count, kinds }) => [column, count, kinds]),
        );
        expect(mirrored?.columns.map(({ greatest }) => greatest?.relative)).toEqual(
          table?.columns.map(({ greatest }) => greatest?.relative),
        );
      }),
      { numRuns: 60 },
    );
  });
});

interface Expected {
  readonly exports: readonly {
    readonly options: GenerateOptions;
    readonly jobName: string;
    readonly exportedAt: string;
  }[];
}

const root = new URL('../../fixtures/', import.meta.url).pathname;
const fixtures = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('the same export as CSV and as Parquet', () => {
  it.each(fixtures.map(({ name }) => name))('is equal: fixture %s', async (name) => {
    const expected = JSON.parse(readFileSync(join(root, name, 'expected.json'), 'utf8')) as Expected;
    for (const { options, jobName, exportedAt } of expected.exports) {
      const csv = await openExport(join(root, name, 'export'), { jobName, exportedAt });
      const storage = createMemoryStorage();
      await generateExport(storage, { ...options, defects: [], format: 'PARQUET' });
      const parquet = await openExport(storage);
      expect([csv.format, parquet.format]).toEqual(['CSV', 'PARQUET']);
      const result = await compareExports(csv, parquet);
      expect([result.on, result.equal, result.on === 'rows' && result.tables.length]).toEqual(['rows', true, 2]);
    }
  });

  it.each<GenerateOptions>([
    {
      items: 30,
      windows: 3,
      dimensions: [{ name: 'store', cardinality: 3 }],
      missingActuals: 0.2,
      textStyle: 'hostile',
    },
    { items: 7, horizon: 5, zeroActuals: 0.5, negativeForecasts: 0.5, textStyle: 'unicode', metrics: '2020' },
  ])('is equal in other parts: %j', async (options) => {
    const [one, other] = [createMemoryStorage(), createMemoryStorage()];
    await generateExport(one, { ...options, parts: 5 });
    await generateExport(other, { ...options, parts: 2, format: 'PARQUET' });
    expect(await compareExports(await openExport(one), await openExport(other))).toMatchObject({
      equal: true,
      on: 'rows',
    });
  });

  it('names the record of a Parquet file, which has no lines', async () => {
    const [csv, parquet] = [createMemoryStorage(), createMemoryStorage()];
    await generateExport(csv, { items: 3 });
    await generateExport(parquet, { items: 2, format: 'PARQUET' });
    const [one, other] = [await openExport(csv), await openExport(parquet)];
    const part = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0';
    const firstLone = async (a: BacktestExport, b: BacktestExport): Promise<unknown> => {
      const result = await compareExports(a, b, { on: 'rows', maxPlaces: 1 });
      const table = result.on === 'rows' ? result.tables[0] : undefined;
      return [table?.onlyInA.places[0]?.place, table?.onlyInB.places[0]?.place];
    };
    expect(await firstLone(one, other)).toEqual([{ file: `${part}.csv`, record: 49, line: 50 }, undefined]);
    await generateExport(csv, { items: 1, overwrite: true });
    expect(await firstLone(await openExport(csv), other)).toEqual([undefined, { file: `${part}.parquet`, record: 25 }]);
  });
});
