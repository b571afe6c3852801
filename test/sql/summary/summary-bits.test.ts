import { describe, expect, it } from 'vitest';
import { planRecordShape } from '#src/metrics/forecast/record-shape.js';
import { duckdb } from '#src/sql/dialects/duckdb.js';
import { writeCountQuery } from '#src/sql/summary/count-query.js';
import { writeRangeQuery } from '#src/sql/summary/range-query.js';
import { writeSummaryQuery } from '#src/sql/summary/summary-query.js';
import { planLadder, rangeOfTerms, usualLadders, type LadderName, type Ladders } from '#src/sql/terms/ladder.js';
import { forecastSchema } from '../../support/column-batch.ts';
import { seededRandom } from '../../support/random.ts';
import { measureByGroups, measureByKernel, runInDuckDb, writeCells, type CellRow } from './query-rows.ts';

const seed = 13;
const types = ['mean', '0.1', '0.5', '0.9'];
const plans = [
  { types, point: undefined },
  { types, point: 'p90' },
  { types: ['0.1', '0.9'], point: undefined },
  { types: ['mean'], point: undefined },
];

type Draw = (random: () => number) => number | null;

const pick = <Item>(random: () => number, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
const odd = [
  0,
  -0,
  1,
  -1,
  0.1,
  1 / 3,
  1e-16,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2 ** 29,
  null,
  NaN,
  Infinity,
  -Infinity,
];

/** Numbers that the usual ladders take, and numbers that need others. */
const usual: Record<string, Draw> = {
  forecasts: (random) => Math.round(random() * 1000) + (random() < 0.5 ? 0 : random()),
  'intermittent demand': (random) =>
    random() < 0.6 ? 0 : random() < 0.5 ? 1e-6 * (1 + random()) : Math.floor(random() * 9),
  gaps: (random) => pick(random, [null, NaN, -Infinity, 3, -0, 0.7, random()]),
};
const unusual: Record<string, Draw> = {
  odd: (random) => pick(random, odd),
  'nearly equal': (random) => 2 ** 40 + Math.floor(random() * 8) * 2 ** -12,
  wide: (random) => (random() - 0.5) * 2 ** (Math.floor(random() * 260) - 130),
  huge: (random) => pick(random, [1e150, -1e150, 3e149, 1, 2 ** -1000, 5e-324, null]),
};

function draw(name: Draw, random: () => number, rows: number, typeCount: number): CellRow[] {
  return Array.from({ length: rows }, () => ({
    y: name(random),
    f: Array.from({ length: typeCount }, () => name(random)),
  }));
}

/** Ladders by the query of ranges. */
async function fitLadders(cells: string, shape: ReturnType<typeof planRecordShape>, rows: number): Promise<Ladders> {
  const { sql, columns } = writeRangeQuery({ dialect: duckdb, cells, shape });
  const [row = []] = await runInDuckDb(sql);
  const fit = (name: LadderName): Ladders[LadderName] => {
    const of = (bound: string): number[] => {
      return columns.flatMap((column, at) =>
        column.ladder === name && column.bound === bound ? ((row[at] as number) ?? []) : [],
      );
    };
    const [largest, smallest] = [Math.max(0, ...of('largest')), Math.min(Infinity, ...of('smallest'))];
    return planLadder(rangeOfTerms(largest, smallest), rows)!;
  };
  return { errors: fit('errors'), squares: fit('squares'), shares: fit('shares') };
}

async function sum(rows: readonly CellRow[], shape: ReturnType<typeof planRecordShape>, ladders?: Ladders) {
  const cells = writeCells(rows);
  const sums = ladders ?? (await fitLadders(cells, shape, rows.length));
  const { sql, columns } = writeSummaryQuery({ dialect: duckdb, cells, shape, keys: [], sums });
  const groups = await runInDuckDb(sql);
  const rests = groups.flatMap((group) => group.filter((_, at) => columns[at]?.kind === 'rest'));
  return {
    rest: rests.reduce((total: number, count) => total + Number(count), 0),
    figures: measureByGroups(groups, columns, shape),
  };
}

describe('the summary query in DuckDB', () => {
  it.each(Object.entries(usual))(
    `has the kernel's counts and the bits of its sums, of %s (seed ${seed})`,
    async (_, name) => {
      const random = seededRandom(seed);
      for (const plan of plans) {
        const shape = planRecordShape(forecastSchema(plan.types), plan.point);
        const rows = draw(name, random, 300, plan.types.length);
        const { rest, figures } = await sum(rows, shape, usualLadders(rows.length));
        expect(rest).toBe(0);
        expect(figures).toEqual(measureByKernel(rows, shape));
      }
    },
  );

  it.each(Object.entries(unusual))(
    `says what the usual ladders leave, and has the bits by others, of %s`,
    async (_, name) => {
      const random = seededRandom(seed);
      for (const plan of plans) {
        const shape = planRecordShape(forecastSchema(plan.types), plan.point);
        const rows = draw(name, random, 120, plan.types.length).map(({ y, f }) =>
          // a share of a subnormal actual is infinite, which is another test
          ({ y: y !== null && Math.abs(y) < 1e-100 ? 0 : y, f }),
        );
        expect((await sum(rows, shape, usualLadders(rows.length))).rest).toBeGreaterThan(0);
        const { rest, figures } = await sum(rows, shape);
        expect(rest).toBe(0);
        expect(figures).toEqual(measureByKernel(rows, shape));
      }
    },
  );

  it('counts as a rest: terms that overflow, and all rows of a group of more than the ladder is for', async () => {
    const shape = planRecordShape(forecastSchema(['mean']));
    const others = [...Array(20).keys()].map((y) => ({ y, f: [1.5] }));
    const ladders = usualLadders(others.length);
    expect((await sum(others, shape, ladders)).rest).toBe(0);
    // of the ladder of errors; of squares too; of shares alone
    for (const [row, rest] of [
      [{ y: 1.7e308, f: [-1.7e308] }, 3],
      [{ y: 1e160, f: [-1e160] }, 2],
      [{ y: 5e-324, f: [1] }, 2],
      [{ y: 1.7e308, f: [null] }, 1],
      [{ y: null, f: [-1.7e308] }, 0],
    ] as const) {
      expect((await sum([...others, row], shape, ladders)).rest, JSON.stringify(row)).toBe(rest);
    }
    const tooMany = [...Array(ladders.errors.rows + 1).keys()].map((y) => ({ y, f: [1.5] }));
    expect((await sum(tooMany, shape, ladders)).rest).toBe(3 * tooMany.length);
  });

  it('sums plainly where asked to', async () => {
    const shape = planRecordShape(forecastSchema(['0.1', '0.5', '0.9']), 'p50');
    const rows = [
      { y: 10, f: [8, 12, 13] },
      { y: 2, f: [3, null, 4] },
      { y: null, f: [1, 1, 1] },
      { y: 0, f: [0.5, NaN, -1] },
    ];
    const { sql, columns } = writeSummaryQuery({
      dialect: duckdb,
      cells: writeCells(rows),
      shape,
      keys: [],
      sums: 'plain',
    });
    const groups = await runInDuckDb(sql);
    const sums = groups.map((group) => group.filter((_, at) => columns[at]?.kind === 'sum'));
    // by mask: none lacks a forecast, or p50 is lacked; the actual that is missing adds to nothing
    const byMask = new Map(groups.map((group, at) => [group[2], sums[at]]));
    expect(byMask.get(0)).toEqual([10, 2, null, null, 2, null, 3, 5, 4, 0.2]);
    expect(byMask.get(2)).toEqual([2, null, 1.5, null, null, 1, 2, -0.5, null, null]);
    expect(groups).toHaveLength(2);
  });
});

describe('the count query in DuckDB', () => {
  it('counts items of each window, of each part and of all, leaving out rows without a window', async () => {
    const rows = [
      "('a', 1, 2, 'x', 0)",
      "('a', 1, 2, 'y', 0)",
      "('b', 1, 2, 'x', 0)",
      "('b', 3, 4, 'x', 0)",
      "(NULL, 3, 4, 'x', 0)",
      "('', 3, 4, 'x', 0)",
      "('c', NULL, 4, 'y', 0)",
      "('d', NULL, NULL, 'y', 0)",
      "('d', NULL, NULL, 'y', 0)",
    ];
    rows.push("('item_id', NULL, NULL, 'y', 1)", "('item_id', NULL, NULL, 'z', 1)");
    const cells = `cells AS (SELECT * FROM (VALUES ${rows.join(', ')}) AS rows_(item, ws, we, part, header))`;
    const { sql, columns } = writeCountQuery({ dialect: duckdb, cells });
    expect(columns).toEqual(['allWindows', 'allParts', 'windowStart', 'windowEnd', 'part', 'items', 'rows', 'headers']);
    const found = (await runInDuckDb(sql)).map((row) => row.map((cell) => cell ?? '-').join(' '));
    expect(found.toSorted()).toEqual([
      '0 1 - - - 0 2 2',
      '0 1 - 1970-01-01 00:00:00.004 - 0 1 0',
      '0 1 1970-01-01 00:00:00.001 1970-01-01 00:00:00.002 - 2 3 0',
      '0 1 1970-01-01 00:00:00.003 1970-01-01 00:00:00.004 - 2 3 0',
      '1 0 - - x 3 5 0',
      '1 0 - - y 1 4 1',
      '1 0 - - z 0 0 1',
      '1 1 - - - 3 9 2',
    ]);
  });
});
