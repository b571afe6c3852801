import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planFigures } from '#src/metrics/forecast/figures.js';
import { FinishBlock } from '#src/metrics/forecast/finish-block.js';
import { planRecordShape } from '#src/metrics/forecast/record-shape.js';
import { MetricsKernel, stagingRows } from '#src/metrics/forecast/kernel/kernel.js';
import { RunFinder } from '#src/metrics/forecast/kernel/run-finder.js';
import { forecastSchema, seededRandom } from '../support/column-batch.ts';

// `npm test` runs a second or two of this; FUZZ_SECONDS and FUZZ_SEED make it longer and other (see .ci/run).
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 2);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);

const guard = 128;
const poison = 0xa5;
const poisoned = Buffer.alloc(guard, poison);
/** Where each piece that a kernel was given ends, and poison begins. */
const guards = new WeakMap<MetricsKernel, number[]>();
let checks = 0;

/** Nothing outside of what was handed out has changed: poison behind each piece, zeros behind the last. */
function check(kernel: MetricsKernel, call: string): void {
  checks++;
  const bytes = Buffer.from(kernel.u8.buffer);
  for (const end of guards.get(kernel) ?? []) {
    if (!bytes.subarray(end, end + guard).equals(poisoned)) throw new Error(`${call} wrote behind ${end}`);
  }
  const rest = bytes.subarray(kernel.mark());
  if (rest.length > 1 && (rest[0] !== 0 || rest.compare(rest, 1, rest.length, 0, rest.length - 1) !== 0)) {
    throw new Error(`${call} wrote behind all that was handed out`);
  }
}

beforeEach(() => {
  // oxlint-disable-next-line typescript/unbound-method -- each is called with the kernel that it is of
  const { allocate, findRuns, inspect, accumulate, normalize, mergeGroup, mergeWide, finish } = MetricsKernel.prototype;
  vi.spyOn(MetricsKernel.prototype, 'allocate').mockImplementation(function (this: MetricsKernel, bytes) {
    const whole = (bytes + 15) & ~15;
    const address = allocate.call(this, whole + guard);
    // what is rounded up is not the kernel's either
    this.u8.fill(poison, address + bytes, address + whole + guard);
    guards.set(this, [...(guards.get(this) ?? []), address + whole]);
    return address;
  });
  const onlyRead = (kernel: MetricsKernel): Buffer[] => {
    const { runs, values, states } = kernel.staging;
    const columns = (states - values) / (stagingRows * 8);
    return [
      Buffer.from(kernel.u8.slice(0, 4096)),
      Buffer.from(kernel.u8.slice(runs, values)),
      Buffer.from(kernel.u8.slice(values, states)),
      Buffer.from(kernel.u8.slice(states, states + columns * stagingRows)),
    ];
  };
  const expectSame = (kernel: MetricsKernel, before: readonly Buffer[], call: string): void => {
    for (const [index, bytes] of onlyRead(kernel).entries()) {
      expect(bytes.equals(before[index]!), `what ${call} only reads, ${index}`).toBe(true);
    }
    check(kernel, call);
  };
  vi.spyOn(MetricsKernel.prototype, 'findRuns').mockImplementation(function (this: MetricsKernel, ...keys) {
    const before = onlyRead(this);
    const answer = findRuns.call(this, ...keys);
    for (const [index, bytes] of onlyRead(this).entries()) {
      expect(index === 1 || bytes.equals(before[index]!), `what findRuns does not write, ${index}`).toBe(true);
    }
    check(this, 'findRuns');
    return answer;
  });
  vi.spyOn(MetricsKernel.prototype, 'inspect').mockImplementation(function (this: MetricsKernel, rows) {
    const before = onlyRead(this);
    const answer = inspect.call(this, rows);
    expectSame(this, before, 'inspect');
    return answer;
  });
  vi.spyOn(MetricsKernel.prototype, 'accumulate').mockImplementation(function (this: MetricsKernel, runs) {
    const before = onlyRead(this);
    accumulate.call(this, runs);
    expectSame(this, before, 'accumulate');
  });
  vi.spyOn(MetricsKernel.prototype, 'normalize').mockImplementation(function (this: MetricsKernel, group) {
    normalize.call(this, group);
    check(this, 'normalize');
  });
  vi.spyOn(MetricsKernel.prototype, 'mergeGroup').mockImplementation(function (this: MetricsKernel, group, source) {
    mergeGroup.call(this, group, source);
    check(this, 'mergeGroup');
  });
  vi.spyOn(MetricsKernel.prototype, 'mergeWide').mockImplementation(function (this: MetricsKernel, group, source) {
    mergeWide.call(this, group, source);
    check(this, 'mergeWide');
  });
  vi.spyOn(MetricsKernel.prototype, 'finish').mockImplementation(function (this: MetricsKernel, group) {
    const answer = finish.call(this, group);
    check(this, 'finishGroup');
    return answer;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Doubles of every magnitude: most in the middle, some where only wide sums do, some that are no numbers. */
function anyDouble(random: () => number): number {
  const kind = random();
  const sign = random() < 0.3 ? -1 : 1;
  if (kind < 0.6) return sign * random() * 1000;
  if (kind < 0.7) return 0;
  if (kind < 0.75) return [Number.NaN, Infinity, -Infinity][Math.floor(random() * 3)]!;
  if (kind < 0.8)
    return (
      sign * [Number.MAX_VALUE, Number.MIN_VALUE, 2 ** -111, 2 ** 49, 2 ** 81, 2 ** -207][Math.floor(random() * 6)]!
    );
  return sign * 2 ** Math.floor(random() * 2090 - 1070) * (1 + random());
}

function sortedDoubles(length: number, random: () => number): Float64Array {
  const share = random();
  let value = 0;
  return Float64Array.from({ length }, () => (random() < share ? value++ : value));
}

/** Stages rows of the groups in runs, and returns how many runs. */
function stage(
  kernel: MetricsKernel,
  groups: readonly number[],
  rows: number,
  columns: number,
  random: () => number,
): number {
  const usual = random();
  let runs = 0;
  for (let row = 0; row < rows; runs++) {
    const group = random() < 0.1 ? 0 : groups[Math.floor(random() * groups.length)]!;
    const end = Math.min(rows, row + 1 + Math.floor(random() ** 4 * 100));
    kernel.u32.set([group, end - row], (kernel.staging.runs >>> 2) + 2 * runs);
    for (; row < end; row++) {
      const isUsual = random() < usual;
      for (let column = 0; column < columns; column++) {
        const at = column * stagingRows + row;
        kernel.f64[(kernel.staging.values >>> 3) + at] = isUsual ? random() * 100 : anyDouble(random);
        kernel.u8[kernel.staging.states + at] = random() < 0.1 ? 1 : 0;
      }
    }
  }
  return runs;
}

/** Finishes the groups, some of them together, as windows or within one. */
function finishSome(kernel: MetricsKernel, block: FinishBlock, groups: readonly number[], random: () => number): void {
  const { staging } = kernel;
  const before = kernel.u8.slice(staging.states, staging.states + (staging.states - staging.values) / 8);
  for (let from = 0; from < groups.length;) {
    const count = Math.min(groups.length - from, 1 + Math.floor(random() ** 3 * 20));
    if (!block.makeRoom(count)) {
      block.finish(() => undefined);
      check(kernel, 'finishGroups');
    }
    for (let index = 0; index < count; index++) {
      block.add(groups[from + index]!, index === count - 1 || random() < 0.5, index === count - 1);
    }
    from += count;
  }
  block.finish(() => undefined);
  check(kernel, 'finishGroups');
  const after = kernel.u8.subarray(staging.states, staging.states + before.length);
  expect(Buffer.from(after).equals(before), 'the states, behind what is written').toBe(true);
}

describe('no region of the metrics kernel is left', () => {
  it(
    `whatever the types, rows, groups and magnitudes (${seconds} s from seed ${firstSeed})`,
    () => {
      const all = ['mean', ...Array.from({ length: 99 }, (_, percent) => String((percent + 1) / 100))];
      const end = performance.now() + seconds * 1000;
      for (let seed = firstSeed; seed < firstSeed + 8 || performance.now() < end; seed++) {
        const random = seededRandom(seed);
        const share = seed % 8 === 0 ? 1 : random() * random();
        const types = all.filter((_, index) => index === 50 || random() < share);
        const shape = planRecordShape(forecastSchema(types));
        const kernel = new MetricsKernel(shape);
        const groups = Array.from({ length: 1 + Math.floor(random() ** 3 * 300) }, () =>
          kernel.allocate(kernel.recordBytes),
        );
        const columns = { times: Math.floor(random() * 4), codes: Math.floor(random() * 4) };
        const finder = new RunFinder(kernel, columns.times, columns.codes);
        for (const rows of [1, 3, 4, 5, 1024, 1025, stagingRows].filter(() => random() < 0.6)) {
          const times = Array.from({ length: columns.times }, () => sortedDoubles(rows, random));
          const codes = Array.from({ length: columns.codes }, () => Int32Array.from(sortedDoubles(rows, random)));
          expect(finder.find(times, codes, 0, rows)).toBeGreaterThan(0);
          const runs = stage(kernel, groups, rows, 1 + shape.types.length, random);
          kernel.inspect(rows);
          kernel.accumulate(runs);
        }
        const total = kernel.allocate(kernel.recordBytes);
        kernel.u32.set(
          groups.flatMap((group) => [total, group]),
          kernel.staging.runs >>> 2,
        );
        kernel.mergePairs(groups.length);
        check(kernel, 'mergePairs');
        for (const group of groups) kernel.finish(group);
        kernel.finish(total);
        const block = new FinishBlock(kernel, planFigures(shape), random() < 0.5);
        finishSome(kernel, block, groups, random);
        guards.delete(kernel);
        kernel.free();
      }
      expect(checks).toBeGreaterThan(50);
    },
    (seconds + 60) * 1000,
  );
});
