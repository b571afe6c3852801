import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccuracyDistribution, type AccuracyDistributionState } from '#src/metrics/accuracy/item-distributions.js';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { transferList } from '#src/metrics/forecast/states/state.js';
import type { ForecastState } from '#src/metrics/forecast/states/state.js';
import {
  accuracySchema,
  forecastSchema,
  schemaBatch,
  seededRandom,
  shuffled,
  type Row,
} from '../support/column-batch.ts';

const schema = forecastSchema(['mean', '0.1', '0.5', '0.9'], ['store']);
const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1000, max: 1000, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, null, NaN, Infinity, 1e300, -1e300, 1e-300, 5e-324, 1e-16) },
);
const rowsOf = fc.array(
  fc.record({
    item_id: fc.constantFrom('a', 'b', 'ü', ''),
    store: fc.constantFrom('x', 'y'),
    window: fc.constantFrom(0, 1, 2),
    hour: fc.constantFrom(0, 1, 2, 3, 3.5),
    y: number,
    forecasts: fc.tuple(number, number, number, number),
  }),
  { minLength: 1, maxLength: 80 },
);

/** A double whose mantissa is nearly all ones, from 2^-60 to 2^60. */
function fullMantissa(random: () => number): number {
  return (2 - 2 ** -52 - Math.floor(random() * 4) * 2 ** -52) * 2 ** (Math.floor(random() * 120) - 60);
}

interface Gathering<State> {
  add(rows: readonly Row[]): void;
  takeState(): State | Promise<State>;
  mergeState(state: State): void | Promise<void>;
}

/** Splits rows into batches and accumulators at random, then merges those in a random tree. */
async function scattered<State, Whole extends Gathering<State>>(
  rows: readonly Row[],
  random: () => number,
  make: () => Whole & Gathering<State>,
): Promise<Whole> {
  const all = Array.from({ length: 1 + Math.floor(random() * 5) }, make);
  for (let rest = shuffled(rows, random); rest.length > 0;) {
    const size = 1 + Math.floor(random() * rest.length);
    all[Math.floor(random() * all.length)]!.add(rest.slice(0, size));
    rest = rest.slice(size);
  }
  while (all.length > 1) {
    const from = all.splice(Math.floor(random() * all.length), 1)[0]!;
    const state = await from.takeState();
    await all[Math.floor(random() * all.length)]!.mergeState(state);
  }
  return all[0]!;
}

describe('results are the same to the last bit', () => {
  it('for forecasted-values, whatever the order of rows, batches, accumulators and merges', async () => {
    await fc.assert(
      fc.asyncProperty(
        rowsOf,
        fc.integer(),
        fc.subarray(['window', 'item', 'store', 'step']),
        async (drawn, seed, by) => {
          const rows = drawn.map(({ item_id, store, window, hour, y, forecasts: [mean, p10, p50, p90] }): Row => {
            const start = Date.UTC(2019, 0, 1 + window);
            return {
              item_id,
              store,
              timestamp: start + hour * 3_600_000,
              target_value: y,
              backtestwindow_start_time: start,
              backtestwindow_end_time: start + 3 * 3_600_000,
              mean,
              p10,
              p50,
              p90,
            };
          });
          const make = () => {
            const accumulator = new ForecastAccumulator({ schema, by });
            return {
              add: (some: readonly Row[]) => accumulator.add(schemaBatch(schema, some)),
              takeState: async () => {
                const state = await accumulator.takeState();
                return structuredClone(state, { transfer: transferList(state) });
              },
              mergeState: (state: ForecastState) => accumulator.mergeState(state),
              finish: () => accumulator.finish(),
            };
          };
          const whole = make();
          whole.add(rows);
          const expected = await whole.finish();
          const parts = await scattered<ForecastState, ReturnType<typeof make>>(rows, seededRandom(seed), make);
          expect(await parts.finish()).toEqual(expected);
          expect(await parts.finish()).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('for many rows of a group, past several carries', async () => {
    const random = seededRandom(7);
    const start = Date.UTC(2019, 0, 1);
    const rows = Array.from({ length: 6000 }, (): Row => {
      return {
        item_id: 'a',
        store: 'x',
        timestamp: start,
        target_value: fullMantissa(random),
        mean: fullMantissa(random),
        p10: fullMantissa(random),
        p50: fullMantissa(random),
        p90: fullMantissa(random),
        backtestwindow_start_time: start,
        backtestwindow_end_time: start,
      };
    });
    const measured = [rows, shuffled(rows, random)].map((some) => {
      const accumulator = new ForecastAccumulator({ schema });
      for (let from = 0; from < some.length; from += 900)
        accumulator.add(schemaBatch(schema, some.slice(from, from + 900)));
      return accumulator.finish();
    });
    const results = await Promise.all(measured);
    expect(results[1]).toEqual(results[0]);
  });

  it('for accuracy-metrics-values', async () => {
    const accuracy = accuracySchema(['0.5'], ['RMSE', 'WAPE']);
    const random = seededRandom(11);
    for (const length of [10, 990, 3000]) {
      const rows = Array.from({ length }, (_, index): Row => ({
        item_id: String(index),
        backtest_window: random() < 0.3 ? 'Summary' : 'Computed',
        backtestwindow_start_time: Date.UTC(2019, 0, 1 + Math.floor(random() * 2)),
        backtestwindow_end_time: Date.UTC(2019, 0, 3),
        'wQL[0.5]':
          random() < 0.1 ? 'not defined' : random() < 0.05 ? null : random() * 10 ** Math.floor(random() * 9 - 4),
        RMSE: random() * 1e3,
        WAPE: random() * 1e4,
      }));
      const make = () => {
        const accumulator = new AccuracyDistribution({ schema: accuracy, stepsPerWindow: 24 });
        return {
          add: (some: readonly Row[]) => accumulator.add(schemaBatch(accuracy, some)),
          takeState: () => structuredClone(accumulator.takeState()),
          mergeState: (state: AccuracyDistributionState) => accumulator.mergeState(state),
          finish: () => accumulator.finish(),
        };
      };
      const whole = make();
      whole.add(rows);
      for (let run = 0; run < 10; run++) {
        const parts = await scattered<AccuracyDistributionState, ReturnType<typeof make>>(rows, random, make);
        expect(parts.finish()).toEqual(whole.finish());
      }
    }
  });
});
