import { describe, expect, it } from 'vitest';
import { MetricsKernel, stagingRows } from '#src/metrics/forecast/kernel/kernel.js';
import { RunFinder } from '#src/metrics/forecast/kernel/run-finder.js';
import { planRecordShape } from '#src/metrics/forecast/record-shape.js';
import { forecastSchema, seededRandom } from '../support/column-batch.ts';

const shape = planRecordShape(forecastSchema(['mean']));
const hour = 3_600_000;

/** Lengths of the runs, row by row. */
function referenceRuns(columns: readonly ArrayLike<number>[], from: number, to: number): number[] {
  const runs: number[] = [];
  for (let row = from; row < to; row++) {
    const isSame = row > from && columns.every((column) => Object.is(column[row], column[row - 1]));
    if (isSame) runs[runs.length - 1]!++;
    else runs.push(1);
  }
  return runs;
}

function foundRuns(kernel: MetricsKernel, count: number): number[] {
  const staged = kernel.u32.subarray(kernel.staging.runs >>> 2, (kernel.staging.runs >>> 2) + 2 * count);
  expect(staged.filter((_, index) => index % 2 === 0).every((group) => group === 0)).toBe(true);
  return Array.from(staged.filter((_, index) => index % 2 === 1));
}

describe('runs of equal keys', () => {
  it('are those that a comparison row by row finds, whichever columns differ, and where', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const rows = seed % 10 === 0 ? stagingRows : 1 + Math.floor(random() * 100);
      const from = Math.floor(random() * 3);
      const usual = 1 / (1 + Math.floor(random() * 40));
      const column = (next: (before: number) => number): number[] => {
        let value = next(0);
        return Array.from({ length: from + rows }, () => (random() < usual ? (value = next(value)) : value));
      };
      const time = (): Float64Array =>
        Float64Array.from(
          column((before) => (random() < 0.1 ? Number.NaN : random() < 0.3 ? before + 2 ** -20 : before + hour)),
        );
      const code = (): Int32Array => Int32Array.from(column((before) => (random() < 0.2 ? -1 : before + 1)));
      const times = Array.from({ length: 1 + Math.floor(random() * 3) }, time);
      const codes = Array.from({ length: Math.floor(random() * 4) }, code);
      const kernel = new MetricsKernel(shape);
      const finder = new RunFinder(kernel, times.length, codes.length);
      // what an earlier block left there
      kernel.u32.fill(7, kernel.staging.runs >>> 2, (kernel.staging.runs >>> 2) + 2 * stagingRows);
      const count = finder.find(times, codes, from, from + rows);
      expect(foundRuns(kernel, count), `seed ${seed}`).toEqual(referenceRuns([...times, ...codes], from, from + rows));
      kernel.free();
    }
  });

  it('end at every single row of a block where only that row differs', () => {
    const kernel = new MetricsKernel(shape);
    const finder = new RunFinder(kernel, 2, 1);
    for (let other = 0; other < 40; other++) {
      for (let column = 0; column < 3; column++) {
        const times = [new Float64Array(40), new Float64Array(40)];
        const codes = new Int32Array(40);
        [...times, codes][column]![other] = 1;
        const runs = [other, 1, 39 - other].filter((length) => length > 0);
        const count = finder.find(times, [codes], 0, 40);
        expect(foundRuns(kernel, count), `row ${other}, column ${column}`).toEqual(runs);
      }
    }
    kernel.free();
  });
});
