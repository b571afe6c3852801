import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStorage, openExport } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { addBatch } from '#src/metrics/forecast/add-batch.js';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { createTallies } from '#src/metrics/forecast/tallies.js';
import { exportState, mergeState } from '#src/metrics/forecast/states/state.js';
import { planGrouping } from '#src/metrics/forecast/grouping-plan.js';
import { sortByRank } from '#src/metrics/forecast/sort-by-rank.js';
import { Pause } from '#src/pause.js';
import { forecastSchema, schemaBatch, seededRandom, type Row } from '../support/column-batch.ts';

const items = 10_000;
const windows = 2;
const storage = createMemoryStorage();
await generateExport(storage, { items, windows, horizon: 1 });
const { forecastedValues } = await openExport(storage);
const options = { schema: forecastedValues.schema, by: ['item'] };

async function manyGroups(): Promise<ForecastAccumulator> {
  const accumulator = new ForecastAccumulator(options);
  const columns = accumulator.requiredColumns;
  for await (const batch of forecastedValues.columnBatches({ columns })) accumulator.add(batch);
  return accumulator;
}

/** Makes all work find 25 ms gone whenever it looks at the clock, however fast the machine is. */
function hurryTheClock(): void {
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 25));
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Ends the work at the first turn of the event loop that it gives. */
function endAtFirstTurn(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new Error('enough')));
  return controller.signal;
}

describe('work on very many groups', () => {
  it('gives way while they are finished, and reports progress', async () => {
    const accumulator = await manyGroups();
    hurryTheClock();
    const told: number[] = [];
    const phases = new Set<string>();
    let turns = 0;
    let done = false;
    const count = (): void => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const summary = await accumulator.finish({
      onGroups: (some, total, phase) => {
        phases.add(phase);
        expect(total).toBe(phase === 'figures' ? items * windows : items);
        if (phase === 'figures') told.push(some);
        else expect(some).toBeLessThanOrEqual(total);
      },
    });
    done = true;
    expect(summary.groupCount).toBe(items);
    expect(turns).toBeGreaterThan(3);
    expect(told.length).toBeGreaterThan(1);
    expect([...phases].slice(0, 2)).toEqual(['figures', 'order']);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    accumulator.dispose();
  });

  it('heeds the signal while they are finished, handed over and merged', async () => {
    const accumulator = await manyGroups();
    hurryTheClock();
    await expect(accumulator.finish({ signal: endAtFirstTurn() })).rejects.toThrow('enough');
    // nothing of it shows afterwards
    expect((await accumulator.finish()).summary.count).toBe(items * windows);
    accumulator.dispose();
    const tallies = createTallies(planGrouping(options));
    const columns = [...tallies.plan.requiredColumns];
    for await (const batch of forecastedValues.columnBatches({ columns })) addBatch(tallies, batch);
    await expect(exportState(tallies, new Pause(endAtFirstTurn()))).rejects.toThrow('enough');
    const state = await exportState(tallies, new Pause());
    await expect(mergeState(createTallies(tallies.plan), state, new Pause(endAtFirstTurn()))).rejects.toThrow('enough');
  });

  it('lets the groups of an item with very many go in steps', async () => {
    const dimension = forecastSchema(['mean'], ['store']);
    const interim = new ForecastAccumulator({ schema: dimension, by: ['item', 'store'], letGo: {}, interim: true });
    const row = (item: string, store: number): Row => ({
      item_id: item,
      store: `store ${store}`,
      timestamp: 0,
      target_value: 1,
      backtestwindow_start_time: 0,
      backtestwindow_end_time: 0,
      mean: 2,
    });
    interim.add(schemaBatch(dimension, [row('first', 0)]));
    for (let from = 0; from < 20_000; from += 2000) {
      interim.add(
        schemaBatch(
          dimension,
          Array.from({ length: 2000 }, (_, index) => row('many', from + index)),
        ),
      );
    }
    expect(interim.isFull).toBe(true);
    interim.add(schemaBatch(dimension, [row('last', 0)]));
    await interim.relieve();
    expect(interim.isFull).toBe(false);
    const state = await interim.takeState();
    expect(state.letGo?.records).toBe(20_000);
    const total = new ForecastAccumulator({ schema: dimension, by: ['item', 'store'], letGo: {} });
    await total.mergeState(state);
    expect(total.isFull).toBe(false);
    expect((await total.finish()).groupCount).toBe(20_002);
    total.dispose();
  });

  it('merges two states at a time to what one after the other gives', async () => {
    const merged = async (together: boolean): Promise<unknown> => {
      const total = new ForecastAccumulator(options);
      const states = await Promise.all([manyGroups(), manyGroups()].map(async (each) => (await each).takeState()));
      if (together) await Promise.all(states.map((state) => total.mergeState(state)));
      else for (const state of states) await total.mergeState(state);
      return total.finish({ worst: { metric: 'WAPE', count: 50 } });
    };
    expect(await merged(true)).toEqual(await merged(false));
  });

  it('sorts by rank as sort does, equal values in their order', () => {
    const random = seededRandom(5);
    for (const length of [0, 1, 4096, 4097, 30_000]) {
      const values = Array.from({ length }, (_, index) => ({ key: Math.floor(random() * 5000), index }));
      const sorted = values.toSorted((a, b) => a.key - b.key);
      const ranks = Int32Array.from(values, ({ key }) => key);
      const order = sortByRank(
        Uint32Array.from(values, ({ index }) => index),
        ranks,
        5000,
      );
      expect([...order]).toEqual(sorted.map(({ index }) => index));
    }
  });
});
