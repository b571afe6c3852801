import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize } from 'backtest-export';
import type { FinishOptions, ForecastSummary, TakeGroup } from '#src/metrics/base/summary.js';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { ItemsScattered } from '#src/metrics/forecast/groups/let-go.js';
import { transferList, type ForecastState } from '#src/metrics/forecast/states/state.js';
import { makeFrequency } from '#src/schema/frequency.js';
import { forecastSchema, schemaBatch, seededRandom, type Row } from '../support/column-batch.ts';

const schema = forecastSchema(['mean', '0.1', '0.9'], ['store']);
const frequency = makeFrequency('hour', 1);

/** Rows as Forecast writes them: by item, then window, then step; some zeros, gaps and times off the frequency. */
function rowsOf(items: number, random: () => number): Row[][] {
  return Array.from({ length: items }, (_, item) =>
    Array.from({ length: 12 }, (_unused, index): Row => {
      const start = Date.UTC(2019, 0, 1 + Math.floor(index / 4));
      const hour = random() < 0.1 ? 0.5 : index % 4;
      return {
        // not in the order of their texts
        item_id: `item${(item * 7919) % 1000}`,
        store: random() < 0.5 ? 'x' : 'y',
        timestamp: start + hour * 3_600_000,
        target_value: random() < 0.4 ? 0 : random() < 0.05 ? null : random() * 10 ** (random() * 3),
        backtestwindow_start_time: random() < 0.02 ? null : start,
        backtestwindow_end_time: start + 3 * 3_600_000,
        mean: random() < 0.05 ? null : random() * 100,
        p10: random() * 100 - 10,
        p90: random() < 0.01 ? 1e300 : random() * 100,
      };
    }),
  );
}

/** What parts that let groups go add up to; each starts in the middle of an item. */
async function letGo(
  parts: readonly (readonly Row[])[],
  by: readonly string[],
  options: FinishOptions,
  held: number,
): Promise<unknown> {
  const { worst, reading } = options;
  const chosen = { ...(worst && { worst }), ...(reading && { reading }), frequency, held };
  const total = new ForecastAccumulator({ schema, by, letGo: chosen });
  for (const part of parts) {
    const accumulator = new ForecastAccumulator({ schema, by, letGo: chosen, interim: true });
    for (let from = 0; from < part.length; from += 17) {
      accumulator.add(schemaBatch(schema, part.slice(from, from + 17)));
    }
    const state = await accumulator.takeState();
    await total.mergeState(structuredClone(state, { transfer: transferList(state) }));
  }
  const result = await total.finish(options);
  expect(await total.finish(options)).toEqual(result);
  total.dispose();
  return result;
}

describe('groups that are let go when the rows of another item follow', () => {
  const choices = fc.record({
    seed: fc.integer(),
    by: fc.subarray(['window', 'store', 'step']),
    worst: fc.option(fc.constantFrom('WAPE', 'RMSE', 'bias', 'coverage[0.9]'), { nil: undefined }),
    count: fc.constantFrom(1, 3, 1000),
    reading: fc.constantFrom('pooled' as const, 'averaged' as const),
    held: fc.constantFrom(1, 20, 1024),
  });

  it('have the figures, order and notes of groups that are held to the end', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async ({ seed, by, worst, count, reading, held }) => {
        const random = seededRandom(seed);
        const rows = rowsOf(2 + Math.floor(random() * 30), random).flat();
        const keys = random() < 0.5 ? ['item', ...by] : [...by, 'item'];
        const options = { reading, frequency, ...(worst === undefined ? {} : { worst: { metric: worst, count } }) };
        const whole = new ForecastAccumulator({ schema, by: keys });
        whole.add(schemaBatch(schema, rows));
        const expected = await whole.finish(options);
        whole.dispose();
        const cuts = [0, Math.floor(random() * rows.length), Math.floor(random() * rows.length), rows.length];
        cuts.sort((a, b) => a - b);
        const parts = cuts.slice(1).map((cut, index) => rows.slice(cuts[index], cut));
        if (random() < 0.5) parts.reverse();
        expect(await letGo(parts, keys, options, held)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('are refused when rows of an item turn up later, in its part or in another', async () => {
    const items = rowsOf(12, seededRandom(3));
    const [first = [], second = []] = items;
    const again = [...items.flat(), ...second, ...first];
    await expect(letGo([again], ['item'], {}, 1)).rejects.toThrow(ItemsScattered);
    const half = items.slice(0, 6).flat();
    await expect(letGo([half, half], ['item'], {}, 1024)).rejects.toThrow(ItemsScattered);
    const lastIsHeld = [...items.slice(6).flat(), ...second];
    await expect(letGo([half, lastIsHeld], ['item'], {}, 1024)).rejects.toThrow(ItemsScattered);
  });
});

describe('a part of so many items that most repeats are not found in it', () => {
  const items = Array.from({ length: 30_000 }, (_, item) => item);
  const rowOf = (item: number): Row => ({
    item_id: `item${item}`,
    store: 'x',
    timestamp: 0,
    target_value: 1 + (item % 7),
    backtestwindow_start_time: 0,
    backtestwindow_end_time: 0,
    mean: 1,
    p10: 1,
    p90: 1,
  });
  const stateOf = async (
    numbers: readonly number[],
    by: readonly string[],
    letsGo: boolean,
  ): Promise<ForecastState> => {
    const interim = new ForecastAccumulator({ schema, by, interim: true, ...(letsGo && { letGo: { frequency } }) });
    const rows = numbers.map(rowOf);
    for (let from = 0; from < rows.length; from += 1000)
      interim.add(schemaBatch(schema, rows.slice(from, from + 1000)));
    return interim.takeState();
  };

  it('counts each item once, and has one group of it', async () => {
    for (const by of [[], ['item']]) {
      const total = new ForecastAccumulator({ schema, by });
      await total.mergeState(await stateOf([...items, 15_000, 15_001], by, false));
      const { summary, groupCount, groups } = await total.finish();
      expect(summary.itemCount).toBe(30_000);
      expect(summary.count).toBe(30_002);
      expect(groupCount).toBe(by.length * 30_000);
      if (by.length > 0) expect(groups.find(({ key }) => key['item'] === 'item15001')?.count).toBe(2);
      total.dispose();
    }
  });

  it('is refused by whoever adds the parts up', async () => {
    // one of them is held by its part, as the last, or both are finished
    for (const again of [[15_000], [15_000, 40_000], [0], [29_999, 15_000, 0]]) {
      const total = new ForecastAccumulator({ schema, by: ['item'], letGo: { frequency } });
      const summed = async (): Promise<unknown> => {
        await total.mergeState(await stateOf([...items, ...again], ['item'], true));
        return total.finish({ frequency });
      };
      // the first item is held to the end: its rows may be anywhere in the part
      if (again.length === 1 && again[0] === 0) expect(await summed()).toMatchObject({ groupCount: 30_000 });
      else await expect(summed()).rejects.toThrow(ItemsScattered);
      total.dispose();
    }
  });
});

describe('an export whose items are scattered', () => {
  it('has the summary of one whose items are together', async () => {
    const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p90';
    const random = seededRandom(8);
    const lines = Array.from({ length: 60 }, (_, item) =>
      Array.from({ length: 24 }, (_unused, index) => {
        const day = `2020-01-0${1 + Math.floor(index / 12)}`;
        const hour = String(index % 12).padStart(2, '0');
        return `item${item},${day}T${hour}:00:00Z,${random()},${day}T00:00:00,${day}T11:00:00,${random()},${random()}`;
      }),
    ).flat();
    const figures = async (order: readonly string[]): Promise<unknown> => {
      const storage = createMemoryStorage();
      for (let part = 0; part < 3; part++) {
        const some = order.slice(part * 480, (part + 1) * 480);
        storage.put(
          `forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part${part}.csv`,
          [header, ...some, ''].join('\n'),
        );
      }
      const { export: about, ...rest } = await summarize(await openExport(storage), {
        by: ['item', 'step'],
        threads: 1,
      });
      expect(about.rows).toBe(1440);
      return rest;
    };
    const shuffled = lines.map((line) => ({ line, at: random() })).sort((a, b) => a.at - b.at);
    expect(await figures(shuffled.map(({ line }) => line))).toEqual(await figures(lines));
  });
});

describe('groups of an accumulator', () => {
  it.each([2, 1024])(
    'are handed over as soon as they are finished, once each, and kept nowhere (%i held)',
    async (held) => {
      const random = seededRandom(11);
      const rows = rowsOf(9, random).flat();
      const by = ['item', 'store'];
      const whole = new ForecastAccumulator({ schema, by });
      whole.add(schemaBatch(schema, rows));
      const taken: unknown[] = [];
      const take: TakeGroup = (group, actuals) => taken.push([group, actuals]);
      const letGoing = { frequency, held, take };
      const total = new ForecastAccumulator({ schema, by, letGo: letGoing });
      for (const part of [rows.slice(0, 40), rows.slice(40)]) {
        const accumulator = new ForecastAccumulator({ schema, by, letGo: letGoing, interim: true });
        for (let from = 0; from < part.length; from += 17) {
          accumulator.add(schemaBatch(schema, part.slice(from, from + 17)));
        }
        await total.mergeState(await accumulator.takeState());
      }
      expect(taken.length).toBeGreaterThan(0);
      const phases = new Set<string>();
      const onGroups = (_done: number, _total: number, phase: string): unknown => phases.add(phase);
      const { groups: none, ...figures } = await total.finish({ take, onGroups });
      // nor are their texts put in order
      expect([...phases]).toEqual(['figures']);
      const { groups, ...expected } = await whole.finish();
      expect([none, figures]).toEqual([[], expected]);
      const listed = await whole.finishListed();
      const pairs: unknown[] = [];
      await listed.groups.forEach((group, actuals) => void pairs.push([group, actuals]), {});
      expect(pairs).toHaveLength(groups.length);
      expect(inOrder(taken)).toEqual(inOrder(pairs));
      const heldOnes: unknown[] = [];
      const takeRecord: TakeGroup = (group, actuals, { sums }) => {
        heldOnes.push([group, actuals]);
        expect(sums[0]).toBe(actuals);
      };
      expect((await whole.finish({ take: takeRecord })).groups).toEqual([]);
      expect(inOrder(heldOnes)).toEqual(inOrder(pairs));
    },
  );

  it('counts no items where that is not asked for, and holds no texts of them', async () => {
    const rows = rowsOf(5, seededRandom(12)).flat();
    const figuresOf = async (countsItems: boolean): Promise<ForecastSummary> => {
      const total = new ForecastAccumulator({ schema, by: ['store', 'step'], countsItems });
      const accumulator = new ForecastAccumulator({ schema, by: ['store', 'step'], countsItems });
      accumulator.add(schemaBatch(schema, rows));
      const state = await accumulator.takeState();
      expect(state.texts[0]?.bytes.byteLength === 0).toBe(!countsItems);
      await total.mergeState(state);
      return total.finish({ frequency });
    };
    const [all, without] = [await figuresOf(true), await figuresOf(false)];
    const uncounted = {
      ...all,
      summary: { ...all.summary, itemCount: 0 },
      windows: all.windows.map((window) => ({ ...window, itemCount: 0 })),
    };
    expect(without).toEqual(uncounted);
    expect(all.summary.itemCount).toBe(5);
  });
});

/** Sorted by their text. */
function inOrder(groups: readonly unknown[]): string[] {
  return groups.map((group) => JSON.stringify(group)).sort();
}
