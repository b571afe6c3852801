import { describe, expect, it } from 'vitest';
import { emptyMeasured, FinishBlock } from '#src/metrics/forecast/finish-block.js';
import { planFigures, reasonOf, type Figures } from '#src/metrics/forecast/figures.js';
import { MetricsKernel, stagingRows } from '#src/metrics/forecast/kernel/kernel.js';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import { planRecordShape } from '#src/metrics/forecast/record-shape.js';
import { forecastSchema, seededRandom } from '../support/column-batch.ts';
import { slowFigures, slowMeans, type SlowFigure, type SlowRecord } from '../reference/slow-figures.ts';

// `npm test` runs a few seeds of this; FINISH_SEEDS and FUZZ_SEED make it longer and other.
const seeds = Number(process.env['FINISH_SEEDS'] ?? 300);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);

/** In this one a number below 1e-300 decides a tie in the mean of a window's losses. */
const hairOfTie = 9726;

const shapes = [
  planRecordShape(forecastSchema(['mean', '0.1', '0.5', '0.9'])),
  planRecordShape(forecastSchema(['mean', '0.1', '0.5', '0.9']), 'p90'),
  planRecordShape(forecastSchema(['0.1', '0.9'])),
  planRecordShape(forecastSchema(['mean'])),
  planRecordShape(forecastSchema(['0.01', '0.05', '0.25', '0.5', '0.75', '0.95', '0.99'])),
];

/** What makes targets and forecasts, so that groups differ in kind. */
const draws: ((random: () => number) => number)[] = [
  (random) => random() * 100,
  (random) => Math.round(random() * 20) / 2,
  (random) => (random() < 0.8 ? 0 : random() * 5),
  () => 0,
  (random) => (random() < 0.3 ? Number.NaN : random() * 1e6 - 1e5),
  () => Number.NaN,
  (random) => (random() - 0.3) * 10 ** (random() * 60 - 30),
  (random) => (random() < 0.2 ? 1.7e308 : 1e300) * (random() < 0.5 ? 1 : -1),
  (random) => random() * 1e-300,
  // a mean over windows of these needs more than two doubles for its sum
  (random) => [1, 2 ** 60, -(2 ** 60), 2 ** -60, 2 ** 53][Math.floor(random() * 5)]! * (1 + random()),
];

function stageRows(kernel: MetricsKernel, record: number, columns: number, random: () => number): void {
  const rows = 1 + Math.floor(random() * 6);
  const target = draws[Math.floor(random() * draws.length)]!;
  const forecast = random() < 0.6 ? target : draws[Math.floor(random() * draws.length)]!;
  kernel.u32.set([record, rows], kernel.staging.runs >>> 2);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const at = column * stagingRows + row;
      kernel.f64[(kernel.staging.values >>> 3) + at] = (column === 0 ? target : forecast)(random);
      kernel.u8[kernel.staging.states + at] = random() < 0.5 ? 1 : 0;
    }
  }
  kernel.inspect(rows);
  kernel.accumulate(1);
}

/** The counts and rounded sums of some records together, merged one by one. */
function together(kernel: MetricsKernel, records: readonly number[], counts: number): SlowRecord {
  const total = kernel.allocate(kernel.recordBytes);
  for (const record of records) {
    kernel.normalize(record);
    kernel.mergeGroup(total, record);
    for (let node = kernel.firstWide(record); node !== 0; node = kernel.nextWide(node)) kernel.mergeWide(total, node);
  }
  const at = (total + map.COUNTS) >>> 3;
  const sums = [...kernel.finish(total)];
  return { counts: [...kernel.f64.subarray(at, at + counts)], sums };
}

const shown = ({ values, reasons }: Figures): SlowFigure[] =>
  Array.from(values, (value, place) => ({ value, reason: reasonOf(reasons[place]) }));

describe('groups finished by the kernel', () => {
  it(`have the figures, reasons and counts of the reference, to the last bit (${seeds} seeds from ${firstSeed})`, () => {
    const found = new Set<string | undefined>();
    for (let index = 0; index <= seeds; index++) {
      const seed = index < seeds ? firstSeed + index : hairOfTie;
      const random = seededRandom(seed);
      const shape = shapes[seed % shapes.length]!;
      const plan = planFigures(shape);
      const kernel = new MetricsKernel(shape);
      const numerator = random() < 0.3;
      // groups of windows of records
      const groups = Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
        Array.from({ length: 1 + Math.floor(random() ** 2 * 12) }, () =>
          Array.from({ length: 1 + Math.floor(random() ** 4 * 4) }, () => {
            const record = kernel.allocate(kernel.recordBytes);
            stageRows(kernel, record, shape.types.length, random);
            return record;
          }),
        ),
      );
      const expected = groups.map((windows) => {
        const pooled = together(kernel, windows.flat(), shape.counts);
        const figures = slowFigures(plan, pooled, numerator);
        const each = windows.map((records) => slowFigures(plan, together(kernel, records, shape.counts), numerator));
        const averaged = windows.length === 1 ? undefined : slowMeans(each);
        return { windowCount: windows.length, counts: pooled.counts, pooled: figures, averaged };
      });
      const block = new FinishBlock(kernel, plan, numerator);
      for (const windows of groups) {
        expect(block.makeRoom(windows.flat().length)).toBe(true);
        for (const [index, records] of windows.entries()) {
          for (const record of records) {
            const isLast = record === records.at(-1);
            block.add(record, isLast, isLast && index === windows.length - 1);
          }
        }
      }
      const measured = emptyMeasured(plan);
      block.finish((group) => {
        block.read(group, measured);
        const { windowCount, counts, pooled, averaged } = measured;
        const one = {
          windowCount,
          counts: [...counts],
          pooled: shown(pooled),
          averaged: windowCount === 1 ? undefined : shown(averaged),
        };
        expect(one, `seed ${seed}, group ${group}`).toEqual(expected[group]);
        for (const { reason } of [...one.pooled, ...(one.averaged ?? [])]) found.add(reason);
      });
      expect(block.records).toBe(0);
      kernel.free();
    }
    expect(found.size).toBe(11); // all ten reasons of the kernel were there, and none
  });

  it('leave rows that are added afterwards alone', () => {
    const shape = shapes[0]!;
    const kernel = new MetricsKernel(shape);
    const block = new FinishBlock(kernel, planFigures(shape));
    const add = (number: number): number => {
      const record = kernel.allocate(kernel.recordBytes);
      let drawn = 0;
      stageRows(kernel, record, shape.types.length, () => (drawn++ === 0 ? 0.5 : number));
      return record;
    };
    const finish = (records: readonly number[]): void => {
      block.makeRoom(records.length);
      for (const [index, record] of records.entries()) block.add(record, true, index === records.length - 1);
      block.finish(() => undefined);
    };
    finish([add(0.05), add(0.05)]);
    const wide = add(0.75); // numbers out of reach of compact sums
    const sums = [...kernel.finish(wide)];
    finish([add(0.75), add(0.75)]);
    expect(kernel.firstWide(wide)).not.toBe(0);
    expect([...kernel.finish(wide)]).toEqual(sums);
    kernel.free();
  });

  it('may have more records than the staging area takes', () => {
    const shape = shapes[0]!;
    const plan = planFigures(shape);
    const kernel = new MetricsKernel(shape);
    const records = Array.from({ length: stagingRows + 3 }, () => kernel.allocate(kernel.recordBytes));
    for (const record of records) stageRows(kernel, record, shape.types.length, () => 0.25);
    const before = kernel.mark();
    const block = new FinishBlock(kernel, plan);
    expect(block.makeRoom(records.length)).toBe(true);
    for (const [index, record] of records.entries()) block.add(record, true, index === records.length - 1);
    const measured = emptyMeasured(plan);
    block.finish((group) => block.read(group, measured));
    expect(measured.windowCount).toBe(records.length);
    const rows = records.length * 2;
    expect(measured.counts[map.ROWS]).toBe(rows);
    expect([...measured.averaged.values]).toEqual([...measured.pooled.values]);
    expect(kernel.mark()).toBe(before);
    expect(block.makeRoom(1)).toBe(true);
    kernel.free();
  });
});
