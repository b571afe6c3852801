import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, summarize, type StockingCosts, type SummarizeOptions } from '#src/index.js';
import { mapPart, planExport, reduceStates } from '#src/distribute/index.js';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { transferList } from '#src/metrics/forecast/states/state.js';
import { slowCosts } from '../reference/slow-costs.ts';
import { generateExport } from '#src/testing/index.js';
import { forecastSchema, schemaBatch, seededRandom, shuffled, type Row } from '../support/column-batch.ts';
import { collect } from '../support/collect.ts';
import { failureOf } from '../support/failure.ts';
import { csvExport, type ForecastCells } from '../compare/csv-export.ts';

const types = ['mean', '0.1', '0.9'];
const schema = forecastSchema(types, ['store']);
const retail = join(import.meta.dirname, '../../fixtures/retail/export');

/** The costs of a small export: item, step, actual, mean, p10, p90. */
async function costsOf(rows: readonly ForecastCells[], options: SummarizeOptions = {}): Promise<StockingCosts> {
  const { costs } = await summarize(await csvExport([rows]), { costs: { under: 6, over: 1 }, threads: 1, ...options });
  if (costs === null) throw new Error('expected costs');
  return costs;
}

describe('what it costs to stock by a forecast', () => {
  const rows: ForecastCells[] = [
    ['a', 0, '10.0', '8.0', '5.0', '12.0'],
    ['a', 1, '20.0', '24.0', '15.0', '30.0'],
    ['b', 0, '0.0', '0.5', '-1.0', '1.0'],
  ];

  it('is 6 for each unit short and 1 for each unit over, for each forecast type, and says which is the cheapest', async () => {
    const byType = [
      { forecastType: 'mean', rows: 3, unitsShort: 2, unitsOver: 4.5, cost: 16.5 },
      { forecastType: '0.1', rows: 3, unitsShort: 11, unitsOver: 0, cost: 66 },
      { forecastType: '0.9', rows: 3, unitsShort: 0, unitsOver: 13, cost: 13 },
    ];
    const found = { byType, cheapest: '0.9', saved: 3.5 };
    expect(await costsOf(rows)).toEqual({
      under: 6,
      over: 1,
      criticalRatio: 6 / 7,
      nearest: '0.9',
      ...found,
      windows: [{ start: '2019-01-01T00:00:00.000Z', end: '2019-01-01T23:00:00.000Z', ...found }],
    });
  });

  it('is of each group, too', async () => {
    const options = { by: ['item'], costs: { under: 6, over: 1 }, threads: 1 } as const;
    const { groups } = await summarize(await csvExport([rows]), options);
    expect(groups.map(({ costs }) => costs?.byType.map(({ cost }) => cost))).toEqual([
      [16, 60, 12],
      [0.5, 6, 1],
    ]);
    expect(groups.map(({ costs }) => [costs?.cheapest, costs?.saved])).toEqual([
      ['0.9', 4],
      ['mean', 0],
    ]);
  });

  it('is absent without costs', async () => {
    const { costs, groups } = await summarize(await csvExport([rows]), { by: ['item'], threads: 1 });
    expect(costs).toBeNull();
    expect(groups[0]).not.toHaveProperty('costs');
  });

  it('is compared among the forecasts of all rows alone, with a note about the others', async () => {
    const lacking: ForecastCells[] = [...rows, ['b', 1, '5.0', '5.0', '5.0', '']];
    const { costs, notes } = await summarize(await csvExport([lacking]), { costs: { under: 6, over: 1 }, threads: 1 });
    // p90 would be the cheapest, but of three rows
    expect(costs?.byType.map(({ rows: count, cost }) => [count, cost])).toEqual([
      [4, 16.5],
      [4, 66],
      [3, 13],
    ]);
    expect(costs).toMatchObject({ cheapest: 'mean', saved: 0, windows: [{ cheapest: 'mean', saved: 0 }] });
    expect(notes).toContainEqual({
      code: 'COST_ROWS_LEFT_OUT',
      message: expect.stringContaining('not compared with those of others') as string,
      forecastType: '0.9',
      count: 1,
    });
    const withoutPoint = await costsOf([...rows, ['b', 1, '5.0', '', '5.0', '6.0']]);
    expect(withoutPoint).toMatchObject({ cheapest: '0.9', saved: null });
  });

  it('is null, with a note, where there is no actual, no forecast, or it is out of range', async () => {
    const noActual = await summarize(await csvExport([[['a', 0, '', '1', '1', '1']]]), {
      costs: { under: 1, over: 1 },
    });
    expect(noActual.costs).toMatchObject({ byType: [{ rows: 0, cost: null }, {}, {}], cheapest: null, saved: null });
    expect(noActual.notes).toContainEqual(
      expect.objectContaining({ code: 'NO_ACTUALS', metric: 'cost[mean]', count: 2 }),
    );
    const huge: ForecastCells[] = [
      ['a', 0, '1e308', '-1e308', '1', ''],
      ['a', 1, '1e308', '1e308', '1', ''],
    ];
    const found = await summarize(await csvExport([huge]), { costs: { under: 1, over: 1 } });
    expect(found.costs?.byType.map(({ cost }) => cost)).toEqual([null, null, null]);
    const codes = found.notes
      .filter(({ metric }) => metric?.startsWith('cost['))
      .map(({ code, metric }) => [code, metric]);
    expect(codes).toEqual([
      ['NO_FORECASTS', 'cost[0.9]'],
      ['FIGURE_OVERFLOW', 'cost[mean]'],
      ['FIGURE_OVERFLOW', 'cost[0.1]'],
    ]);
  });

  it('has the critical ratio and the quantile nearest to it, the lower of two', async () => {
    const ratioAt = async (under: number, over: number): Promise<unknown[]> => {
      const { criticalRatio, nearest } = await costsOf(rows, { costs: { under, over } });
      return [criticalRatio, nearest];
    };
    expect(await ratioAt(0, 3)).toEqual([0, '0.1']);
    expect(await ratioAt(3, 0)).toEqual([1, '0.9']);
    expect(await ratioAt(1, 1)).toEqual([0.5, '0.1']);
    expect(await ratioAt(1.5e308, 0.5e308)).toEqual([0.75, '0.9']);
    expect(await ratioAt(-0, 3)).toEqual([0, '0.1']);
    expect(await costsOf(rows, { costs: { under: -0, over: 3 } })).toMatchObject({ under: 0 });
    // 0.02 is as far from both, but the doubles say that it is nearer to the higher one
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 1, windows: 1, horizon: 1, forecastTypes: ['0.01', '0.03'] });
    const { costs } = await summarize(storage, { costs: { under: 1, over: 49 }, threads: 1 });
    expect(costs?.nearest).toBe('0.01');
  });

  it('refuses costs that are none, and an export without forecasts', async () => {
    const refused = async (costs: unknown): Promise<string> =>
      (await failureOf(() => costsOf(rows, { costs: costs as never })))[1];
    expect(await refused({ under: 0, over: 0 })).toContain(
      'summarize.costs: expected under or over above 0, found both 0',
    );
    expect(await refused({ under: -1, over: 1 })).toContain(
      'summarize.costs.under: expected a number from 0, found -1',
    );
    expect(await refused({ under: 1 })).toContain('summarize.costs.over: expected a number from 0, found undefined');
    expect(await refused({ under: Infinity, over: 1 })).toContain('summarize.costs.under');
    const accuracy = createMemoryStorage();
    accuracy.put(
      'accuracy-metrics-values/Accuracy_bike_2021-12-14T13-20-10Z_part0.csv',
      'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,WAPE\n',
    );
    const [code] = await failureOf(() => summarize(accuracy, { costs: { under: 1, over: 1 } }));
    expect(code).toBe('TABLE_NOT_FOUND');
  });
});

const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1000, max: 1000, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, null, NaN, Infinity, 1e300, -1e300, 1e-300, 5e-324, 1e-16) },
);
const drawnRows = fc.array(
  fc.record({
    item: fc.constantFrom('a', 'b', 'c', 'd'),
    window: fc.constantFrom(0, 1, 2),
    y: number,
    mean: number,
    p10: number,
    p90: number,
  }),
  { minLength: 1, maxLength: 60 },
);

describe('costs are those of the slow reference, to the last bit', () => {
  it('whatever the order of rows, batches and states, with groups held and let go', async () => {
    const costs = { under: 0.7, over: 0.1 };
    await fc.assert(
      fc.asyncProperty(drawnRows, fc.integer(), async (drawn, seed) => {
        const random = seededRandom(seed);
        const rows = drawn.map(({ item, window, y, ...forecasts }, index): Row => {
          const start = Date.UTC(2019, 0, 1 + window);
          return {
            item_id: item,
            store: 'x',
            timestamp: start + index * 3_600_000,
            target_value: y,
            backtestwindow_start_time: start,
            backtestwindow_end_time: start + 3 * 3_600_000,
            ...forecasts,
          };
        });
        const together = rows.toSorted((a, b) => (String(a['item_id']) < String(b['item_id']) ? -1 : 1));
        const held = await finish(shuffled(rows, random), random, undefined);
        const letGo = await finish(together, random, { keepSums: true, held: 1 });
        for (const result of [held, letGo]) {
          const { byType, cheapest, saved, windows } = result.costs!;
          expect({ byType, cheapest, saved }).toEqual(slowCosts(rows, types, 'mean', costs));
          for (const { start, end: _end, ...window } of windows) {
            const own = rows.filter((row) => row['backtestwindow_start_time'] === Date.parse(start));
            expect(window).toEqual(slowCosts(own, types, 'mean', costs));
          }
          for (const group of result.groups) {
            const own = rows.filter((row) => row['item_id'] === group.key['item']);
            expect(group.costs).toEqual(slowCosts(own, types, 'mean', costs));
          }
        }
        expect(letGo).toEqual(held);
      }),
      { numRuns: 60 },
    );

    async function finish(
      rows: readonly Row[],
      random: () => number,
      letGo: { readonly keepSums: true; readonly held: number } | undefined,
    ): Promise<Awaited<ReturnType<ForecastAccumulator['finish']>>> {
      const options = { schema, by: ['item'], ...(letGo && { letGo }) };
      const total = new ForecastAccumulator(options);
      for (let rest = rows; rest.length > 0;) {
        const part = new ForecastAccumulator(options);
        const some = rest.slice(0, 1 + Math.floor(random() * rest.length));
        for (let from = 0; from < some.length; from += 7) part.add(schemaBatch(schema, some.slice(from, from + 7)));
        const state = await part.takeState();
        await total.mergeState(structuredClone(state, { transfer: transferList(state) }));
        rest = rest.slice(some.length);
      }
      const result = await total.finish({ costs });
      total.dispose();
      return result;
    }
  });

  it('on any number of threads, and through plan, map and reduce', async () => {
    const costs = { under: 6, over: 1 };
    const options = { by: ['item'], accuracyMetrics: false } as const;
    const one = await summarize(retail, { ...options, costs, threads: 1 });
    expect(one.costs).toMatchObject({ criticalRatio: 6 / 7, nearest: '0.9', cheapest: '0.9' });
    expect(one.groups[0]?.costs?.byType).toHaveLength(4);
    expect(await summarize(retail, { ...options, costs, threads: 2 })).toEqual(one);
    const lines = await planExport(retail, options);
    const states = (await Promise.all(lines.map((line) => collect(mapPart(line))))).flat();
    expect(await reduceStates(states.toReversed(), { costs })).toEqual(one);
  });
});
