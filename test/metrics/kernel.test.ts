import { describe, expect, it } from 'vitest';
import { planRecordShape, type RecordShape } from '#src/metrics/forecast/record-shape.js';
import { MetricsKernel, stagingRows } from '#src/metrics/forecast/kernel/kernel.js';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import { forecastSchema, seededRandom } from '../support/column-batch.ts';
import { referenceSum } from './exact-sum-reference.ts';

interface PlainRow {
  readonly y: number;
  readonly forecasts: readonly number[];
}

const types = ['mean', '0.1', '0.5', '0.9'];
const shape = planRecordShape(forecastSchema(types));
/** The point forecast first, in the middle, last, where there is no mean, and nowhere. */
const shapes = [
  shape,
  planRecordShape(forecastSchema(types), 'p50'),
  planRecordShape(forecastSchema(types), 'p90'),
  planRecordShape(forecastSchema(['0.1', '0.5', '0.9'])),
  planRecordShape(forecastSchema(['0.1', '0.9'])),
];

/** Adds rows of several groups: run by run, those of a group one after another, `group` of the record at `groups[group]`. */
function addRuns(
  kernel: MetricsKernel,
  groups: readonly number[],
  runs: readonly { readonly group: number; readonly rows: readonly PlainRow[] }[],
): void {
  let staged = 0;
  for (const [index, { group, rows }] of runs.entries()) {
    kernel.u32.set([groups[group] ?? 0, rows.length], (kernel.staging.runs >>> 2) + 2 * index);
    for (const row of rows) {
      for (const [column, value] of [row.y, ...row.forecasts].entries()) {
        const at = column * stagingRows + staged;
        kernel.f64[(kernel.staging.values >>> 3) + at] = value;
        kernel.u8[kernel.staging.states + at] = 0;
      }
      staged++;
    }
  }
  kernel.inspect(staged);
  kernel.accumulate(runs.length);
}

function addRows(kernel: MetricsKernel, group: number, rows: readonly PlainRow[]): void {
  for (let from = 0; from < rows.length; from += stagingRows) {
    addRuns(kernel, [group], [{ group: 0, rows: rows.slice(from, from + stagingRows) }]);
  }
}

const positive = (values: number[]): number[] => values.filter((value) => value > 0);

/** What `finish` must give, term by term as the definitions say. */
function referenceOutputs(rows: readonly PlainRow[], plan: RecordShape): number[] {
  const finite = rows.filter(({ y }) => Number.isFinite(y));
  const both = plan.types.map((_, type) => finite.filter(({ forecasts }) => Number.isFinite(forecasts[type])));
  const errors = both.map((pairs, type) => pairs.map(({ y, forecasts }) => y - forecasts[type]!));
  const pointErrors = errors[plan.point] ?? [];
  const pairs = both[plan.point] ?? [];
  const shares = pairs.flatMap(({ y, forecasts }) => (y === 0 ? [] : [Math.abs((y - forecasts[plan.point]!) / y)]));
  return [
    referenceSum(finite.map(({ y }) => Math.abs(y))),
    ...errors.flatMap((terms) => [referenceSum(positive(terms)), referenceSum(positive(terms.map((term) => -term)))]),
    ...plan.intervals.map(({ lower, upper }) =>
      referenceSum(
        finite
          .filter(({ forecasts }) => Number.isFinite(forecasts[lower]) && Number.isFinite(forecasts[upper]))
          .map(({ forecasts }) => forecasts[upper]! - forecasts[lower]!),
      ),
    ),
    ...(plan.point < 0 ? [] : [referenceSum(pointErrors.map((error) => error * error)), referenceSum(shares)]),
    ...both.map((some) => referenceSum(some.map(({ y }) => Math.abs(y)))),
    ...(plan.point < 0
      ? []
      : [referenceSum(pointErrors.map(Math.abs)), referenceSum(pointErrors.map((error) => -error))]),
  ];
}

const odd = [
  0,
  -0,
  1,
  -1,
  5e-324,
  -5e-324,
  2.2250738585072014e-308,
  1e-300,
  1e300,
  -1e300,
  1.7976931348623157e308,
  NaN,
  Infinity,
  -Infinity,
  2 ** -95,
  2 ** -96,
  2 ** 64,
  2 ** 65,
  2 ** 66,
  0.1,
  1 / 3,
  9007199254740992,
  1e-16,
  1e22,
];

/** Doubles on both sides of every power of two where a chunk, a compact sum or the range of doubles may end. */
const borders = Array.from({ length: 2098 }, (_, index) => 2 ** (index - 1074));

const draws: Record<string, (random: () => number) => number> = {
  'everyday numbers': (random) => Math.round(random() * 1e6) / 1e4,
  'signed everyday numbers': (random) => (random() - 0.4) * 1000,
  'intermittent demand': (random) => (random() < 0.7 ? 0 : Math.floor(random() * 9)),
  'any bits': (random) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, random() * 2 ** 32);
    view.setUint32(4, random() * 2 ** 32);
    return view.getFloat64(0);
  },
  'odd ones': (random) => odd[Math.floor(random() * odd.length)]!,
  'borders of chunks': (random) =>
    borders[Math.floor(random() * borders.length)]! * (random() < 0.5 ? 1 : 1 - 2 ** -53) * (random() < 0.5 ? 1 : -1),
  'borders of the compact range': (random) =>
    2 ** (Math.floor(random() * 70) - 140) * (1 + Math.floor(random() * 3) * 2 ** -52),
  'limits of splitting in two': (random) =>
    (1 + random()) * 2 ** (20 - Math.floor(random() * 90)) * (random() < 0.5 ? 1 : -1),
  'last bits at the limits of splitting': (random) =>
    (2 ** Math.floor(random() * 3) + 2 ** (-30 - Math.floor(random() * 22))) * 2 ** -Math.floor(random() * 34),
  'a few far greater than the others': (random) => random() * (random() < 0.03 ? 2 ** (1 + random() * 16) : 1),
  'a few far smaller than the others': (random) => random() * (random() < 0.06 ? 2 ** -24 : 100),
  'nearly the same, in every bit': (random) => 2 - 2 ** -52 * (1 + Math.floor(random() * 1e9)),
  'smallest and greatest that can be split': (random) =>
    (random() + 1) * 2 ** (random() < 0.5 ? -960 : 930) * (random() - 0.5),
  subnormals: (random) => Math.floor(random() * 1000) * 5e-324,
  'half odd, half everyday': (random) => (random() < 0.5 ? odd[Math.floor(random() * odd.length)]! : random() * 100),
};

describe('kernel', () => {
  for (const [name, draw] of Object.entries(draws)) {
    it(`gives the sums of the BigInt reference to the last bit: ${name}`, () => {
      for (let seed = 1; seed <= 60; seed++) {
        const random = seededRandom(seed);
        const plan = shapes[seed % shapes.length]!;
        const kernel = new MetricsKernel(plan);
        const group = kernel.allocate(kernel.recordBytes);
        const length = seed === 60 ? 5000 : 1 + Math.floor(random() * 60);
        const rows = Array.from({ length }, () => ({ y: draw(random), forecasts: plan.types.map(() => draw(random)) }));
        addRows(kernel, group, rows);
        const found = [...kernel.finish(group)];
        expect(found, `seed ${seed}`).toEqual(referenceOutputs(rows, plan).map((value) => value + 0));
      }
    });
  }

  it('gives each group its own rows, however they are mixed', () => {
    const names = Object.keys(draws);
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const plan = shapes[seed % shapes.length]!;
      const kernel = new MetricsKernel(plan);
      const groups = Array.from({ length: 1 + Math.floor(random() * 5) }, () => kernel.allocate(kernel.recordBytes));
      const added = groups.map((): PlainRow[] => []);
      const name = names[Math.floor(random() * names.length)]!;
      const usual = draws[name]!;
      const rareShare = random() < 0.5 ? 0 : 0.03;
      const draw = (): number => (random() < rareShare ? draws['odd ones']! : usual)(random);
      for (let block = 0; block < 2; block++) {
        const longest = 1 + Math.floor(random() * 8);
        const runs = Array.from({ length: 1 + Math.floor(random() * 40) }, () => {
          const length = 1 + Math.floor(random() * longest);
          const rows = Array.from({ length }, () => ({ y: draw(), forecasts: plan.types.map(draw) }));
          // one number more than there are groups: rows that are left out
          const group = Math.floor(random() * (groups.length + 1));
          added[group]?.push(...rows);
          return { group, rows };
        });
        addRuns(kernel, groups, runs);
      }
      for (const [group, rows] of added.entries()) {
        const found = [...kernel.finish(groups[group]!)];
        const expected = referenceOutputs(rows, plan).map((value) => value + 0);
        expect(found, `seed ${seed}, group ${group}, ${name}`).toEqual(expected);
        expect(kernel.f64[(groups[group]! + map.COUNTS) >>> 3], `rows, seed ${seed}, group ${group}`).toBe(rows.length);
      }
    }
  });

  it('propagates carries in time: 10,000 rows of the fullest mantissa at every shift', () => {
    const kernel = new MetricsKernel(shape);
    for (let exponent = -95; exponent <= 64; exponent += 1) {
      const group = kernel.allocate(kernel.recordBytes);
      const y = (2 - 2 ** -52) * 2 ** exponent;
      const rows = Array.from({ length: exponent % 16 === 0 ? 10_000 : 2_100 }, () => ({ y, forecasts: [0, 0, 0, 0] }));
      addRows(kernel, group, rows);
      const sums = kernel.finish(group);
      expect(sums[0], `2^${exponent}`).toBe(
        y * rows.length === Infinity ? Infinity : referenceSum(rows.map((row) => row.y)),
      );
      expect(sums[shape.shares]).toBe(rows.length);
    }
  });

  it('leaves no bit out at the limits of splitting, whatever the magnitude and how far two numbers are apart', () => {
    const usual = Array.from({ length: 231 }, (_, index) => index - 130);
    for (const exponent of [...usual, 200, 475, 476, 477, 478, 479, 510, 511, 512, 1022]) {
      for (const apart of [0, 20, 38, 39, 40, 41, 42, 43, 44, 45, 60]) {
        const kernel = new MetricsKernel(shape);
        const group = kernel.allocate(kernel.recordBytes);
        const great = (2 - 2 ** -52) * 2 ** exponent;
        const small = (1 + 3 * 2 ** -52) * 2 ** (exponent - apart);
        // widths and the errors of p90; the great ones cancel, so the last bit of the small one is in the sum
        const rows = [great, -great, small, 0, small].map((width) => ({ y: 0, forecasts: [small, 0, 0, width] }));
        addRows(kernel, group, rows);
        const expected = referenceOutputs(rows, shape).map((value) => value + 0);
        expect([...kernel.finish(group)], `2^${exponent}, 2^${exponent - apart}`).toEqual(expected);
        kernel.free();
      }
    }
  });

  it('leaves no bit of small shares out where those of another group are great', () => {
    const kernel = new MetricsKernel(shape);
    const groups = [kernel.allocate(kernel.recordBytes), kernel.allocate(kernel.recordBytes)];
    const small = Array.from({ length: 11 }, () => ({ y: 3, forecasts: [3 - 2 ** -51, 3, 3, 3] }));
    const great = Array.from({ length: 5 }, () => ({ y: 2 ** 17, forecasts: [0, 0, 0, 0] }));
    addRuns(kernel, groups, [
      { group: 0, rows: small },
      { group: 1, rows: great },
    ]);
    for (const [group, rows] of [small, great].entries()) {
      expect(kernel.finish(groups[group]!)[shape.shares]).toBe(referenceOutputs(rows, shape)[shape.shares]);
    }
    kernel.free();
  });

  it('cancels exactly: signed widths of huge and tiny magnitude', () => {
    const kernel = new MetricsKernel(shape);
    const group = kernel.allocate(kernel.recordBytes);
    const widths = [1e60, 3, -1e60, 1e-40, 2 ** 70, -(2 ** 70), -5];
    addRows(
      kernel,
      group,
      widths.map((width) => ({ y: 1, forecasts: [1, 0, 0, width] })),
    );
    expect(kernel.finish(group)[1 + 2 * 4]).toBe(referenceSum(widths));
  });
});
