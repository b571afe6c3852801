import { describe, expect, it } from 'vitest';
import { planMetrics } from '#src/compare/by-metrics.js';
import { comparePaired, type HeldLimits } from '#src/compare/compare-paired.js';
import { Jackknife } from '#src/compare/jackknife.js';
import {
  compareExports,
  createMemoryStorage,
  openExport,
  rankExports,
  summarize,
  type BacktestExport,
  type MemoryStorage,
  type PairedMetric,
} from '#src/index.js';
import { findMetric } from '#src/metrics/base/metric.js';
import { compareOthers } from '#src/report/content/compare-others.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { csvExport, type ForecastCells } from './csv-export.ts';

async function generated(more: GenerateOptions = {}): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  const shape = { items: 16, windows: 2, horizon: 3, dimensions: [{ name: 'store', cardinality: 2 }] };
  await generateExport(storage, { ...shape, zeroActuals: 0.2, ...more });
  return storage;
}

/** The forecasts of an export, its lines changed, in parts of 40 rows. */
async function changed(
  storage: MemoryStorage,
  change: (lines: readonly string[]) => readonly string[],
): Promise<BacktestExport> {
  const [entry] = await storage.list('forecasted-values');
  const path = `forecasted-values/${entry?.path.split('/').at(-1)}`;
  const [header = '', ...lines] = new TextDecoder().decode(storage.get(path)).trimEnd().split('\n');
  const files = createMemoryStorage();
  const rest = [...change(lines)];
  for (let part = 0; rest.length > 0; part++) {
    files.put(path.replace('part0', `part${part}`), `${[header, ...rest.splice(0, 40)].join('\n')}\n`);
  }
  return openExport(files);
}

const itemOf = (line: string): string => line.split(',')[0] ?? '';

/** What {@link comparePaired} finds by reading as much at a time as the limits let it. */
async function pair(exports: readonly BacktestExport[], limits?: HeldLimits): Promise<PairedMetric[]> {
  const options = { maxHeldRows: 1000, threads: 1 };
  return comparePaired(await planMetrics(exports, options), options, limits);
}

describe('exports against the first, item by item', () => {
  it('have the figures of a comparison, and the intervals that leaving out each item gives', async () => {
    const [one, two] = [await generated({ seed: 1 }), await generated({ seed: 2 })];
    const [a, b] = [await openExport(one), await openExport(two)];
    const { exports, common, metrics } = await compareOthers(a, [b], { threads: 1 });
    const ranked = await rankExports([a, b], { by: ['item'] });
    expect([exports, common]).toEqual([ranked.exports, 16 * 2 * 2 * 3]);
    expect(metrics.map(({ metric, values }) => [metric, values])).toEqual(
      ranked.overall.map(({ metric, values }) => [metric, values]),
    );
    const items = ranked.groups.map(({ key }) => String(key['item']));
    const [whole, ...rest] = await Promise.all(
      [undefined, ...items].map(async (item) => {
        const left = [one, two].map((storage) =>
          changed(storage, (lines) => lines.filter((line) => itemOf(line) !== item)),
        );
        const all = await Promise.all(left.map(async (source) => summarize(await source, { threads: 1 })));
        return all.map(({ summary }) => summary.metrics);
      }),
    );
    for (const { metric, differences } of metrics) {
      const { read, errorOf } = findMetric(metric)!;
      // a total without an item is of one item less
      const scale = metric === 'WAPESum' ? items.length / (items.length - 1) : 1;
      const differenceOf = ([first, other]: NonNullable<typeof whole>): number => read(other!)! - read(first!)!;
      const jackknife = new Jackknife();
      for (const left of rest) jackknife.add(scale * differenceOf(left) - differenceOf(whole!));
      const slow = jackknife.around(differenceOf(whole!))!;
      const found = differences[1]!;
      expect(found.difference).toBe(differenceOf(whole!));
      const size = slow.upper - slow.lower;
      expect(Math.abs(found.interval!.lower - slow.lower) / size, metric).toBeLessThan(1e-9);
      expect(Math.abs(found.interval!.upper - slow.upper) / size, metric).toBeLessThan(1e-9);
      const verdicts = { won: 0, lost: 0, tied: 0 };
      for (const { figures } of ranked.groups) {
        const [base, error] = figures
          .find((each) => each.metric === metric)!
          .values.map((value) => value && errorOf(value));
        if (base === null || error === null) continue;
        verdicts[base === error ? 'tied' : error! < base! ? 'won' : 'lost']++;
      }
      expect(found, metric).toMatchObject(verdicts);
    }
  });

  it('are the same from few items at a time, and from rows in any order', async () => {
    const [one, two, three] = await Promise.all([1, 2, 3].map((seed) => generated({ seed })));
    const exports = await Promise.all([one!, two!, three!].map((storage) => openExport(storage)));
    const expected = await pair(exports);
    expect(expected[0]?.differences.map((each) => each?.export)).toEqual([undefined, 'B', 'C']);
    expectAlmost(await pair(exports, { items: 3, groups: 1, held: 1 }), expected);
    const byStep = (lines: readonly string[]): string[] =>
      lines.toSorted((x, y) => ((x.split(',')[2] ?? '') < (y.split(',')[2] ?? '') ? -1 : 1));
    const scattered = await changed(two!, byStep);
    for (const limits of [undefined, { items: 100, groups: 10, held: 1 }]) {
      expectAlmost(await pair([exports[0]!, scattered, exports[2]!], limits), expected);
    }
  });

  it('are compared on common rows and forecast types alone', async () => {
    const [one, two] = [await generated({ seed: 1 }), await generated({ seed: 2, forecastTypes: ['0.5', '0.9'] })];
    const a = await openExport(one);
    const less = await changed(two, (lines) => lines.filter((_, number) => number % 3 !== 0));
    const { metrics, common, exports } = await compareOthers(a, [less]);
    const { overall } = await rankExports([a, less]);
    expect([common, exports[0]?.leftOut]).toEqual([128, 64]);
    expect(metrics.map(({ metric, values }) => [metric, values])).toEqual(
      overall.map(({ metric, values }) => [metric, values]),
    );
    expect(metrics.map(({ metric }) => metric)).toContain('wQL[0.9]');
    expect(metrics.map(({ metric }) => metric)).not.toContain('wQL[0.1]');
    expect(metrics[0]?.differences[1]?.interval).not.toBeNull();
  });

  it('win, lose and tie items, those without the figure in none; no interval from few items', async () => {
    const rows = (means: readonly string[]): ForecastCells[] =>
      means.map((mean, item) => [`item ${item}`, 0, item === 3 ? '0.0' : '10.0', mean, '5.0', '20.0']);
    const a = await csvExport([rows(['12.0', '12.0', '12.0', '1.0'])], [], 'one');
    const b = await csvExport([rows(['8.0', '11.0', '13.0', '2.0'])], [], 'two');
    const { metrics } = await compareOthers(a, [b]);
    const found = new Map(metrics.map(({ metric, differences }) => [metric, differences[1]]));
    // item 0 is off by 2 both times; item 3 has no ratio
    expect(found.get('WAPE')).toMatchObject({ interval: null, won: 1, lost: 1, tied: 1 });
    expect(found.get('MAPE')).toMatchObject({ interval: null, won: 1, lost: 1, tied: 1 });
    expect(found.get('MAE')).toMatchObject({ interval: null, won: 1, lost: 2, tied: 1 });
    expect(found.get('bias')?.difference).toBeCloseTo(-0.75, 12);
    expect(found.get('bias')).toMatchObject({ won: 1, lost: 2, tied: 1 });
  });

  it('have no interval where next to nothing is left without one item, in whatever share of the items that is', async () => {
    const rows = (mean: string): ForecastCells[] =>
      Array.from({ length: 16 }, (_, item) => [`item ${item}`, 0, item === 5 ? '1e12' : '1.0', mean, '1.0', '1.0']);
    const exports = [await csvExport([rows('2.0')], [], 'one'), await csvExport([rows('3.0')], [], 'two')];
    for (const limits of [undefined, { items: 2, groups: 2, held: 1 }, { items: 8, groups: 8 }]) {
      const found = new Map((await pair(exports, limits)).map(({ metric, differences }) => [metric, differences[1]]));
      expect(found.get('WAPE')).toMatchObject({ difference: expect.any(Number) as number, interval: null });
      expect(found.get('MAE')?.interval).not.toBeNull();
    }
  });

  it('tie where only rounding tells figures apart', async () => {
    const rows = (first: string, second: string): ForecastCells[] => [
      ['a', 0, '0.0', first, '1.0', '1.0'],
      ['a', 1, '0.0', second, '1.0', '1.0'],
    ];
    const [one, two] = [
      await csvExport([rows('0.1', '0.2')], [], 'one'),
      await csvExport([rows('0.3', '0')], [], 'two'),
    ];
    const mae = (await pair([one, two])).find(({ metric }) => metric === 'MAE');
    expect(mae?.values[0]).not.toBe(mae?.values[1]);
    expect(mae?.differences[1]).toMatchObject({ won: 0, lost: 0, tied: 1 });
  });

  it('are asked for with intervals: true, of metrics only', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map(async (seed) => openExport(await generated({ seed, jobName: `job${seed}` }))),
    );
    const result = await rankExports([a!, b!], { metrics: ['WAPE', 'MAE'], intervals: true });
    const all = await compareOthers(a!, [b!]);
    expectAlmost(
      result.paired ?? [],
      all.metrics.filter(({ metric }) => metric === 'WAPE' || metric === 'MAE'),
    );
    expect((await rankExports([a!, b!])).paired).toBeNull();
    expect(await failureOf(() => compareExports(a!, b!, { on: 'rows', intervals: true }))).toEqual([
      'OPTION_INVALID',
      'intervals is for comparing metrics, and these exports are compared by their rows (on)',
    ]);
  });

  it('need the same dimensions and a forecast type of all; without common rows every figure is null', async () => {
    const a = await openExport(await generated());
    const plain = await openExport(await generated({ dimensions: [] }));
    expect((await failureOf(() => compareOthers(a, [plain])))[0]).toBe('SCHEMA_CONFLICT');
    const other = await openExport(await generated({ forecastTypes: ['0.3'] }));
    expect((await failureOf(() => compareOthers(a, [other])))[0]).toBe('SCHEMA_CONFLICT');
    const later = await openExport(await generated({ firstWindowStart: '2030-01-01T00:00:00' }));
    const { common, metrics } = await compareOthers(a, [later]);
    expect(common).toBe(0);
    expect(metrics[0]).toMatchObject({
      values: [null, null],
      differences: [null, { difference: null, interval: null, won: 0, lost: 0, tied: 0 }],
    });
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(compareOthers(a, [a], { signal: controller.signal })).rejects.toThrow('enough');
  });
});

/** Equal but for the order in which the sums of an item's windows were added. */
function expectAlmost(found: readonly PairedMetric[], expected: readonly PairedMetric[]): void {
  const rounded = (paired: readonly PairedMetric[]): unknown =>
    JSON.parse(
      JSON.stringify(paired, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)),
    );
  expect(rounded(found)).toEqual(rounded(expected));
}
