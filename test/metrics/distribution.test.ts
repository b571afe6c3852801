import { describe, expect, it } from 'vitest';
import { stateNotDefined, stateNull, stateValue } from '#src/batch/columns/column-batch.js';
import { DistributionGatherer } from '#src/metrics/accuracy/distribution.js';
import { ExactSum } from '#src/metrics/base/exact-sum.js';
import { exactSum } from '../reference/exact-sum.ts';
import { slowDistribution, type MetricCell } from '../reference/slow-distribution.ts';
import { seededRandom } from '../support/column-batch.ts';

const random = seededRandom(20);
const magnitude = (from: number, to: number): number => 2 ** (from + random() * (to - from));
const sign = (): number => (random() < 0.5 ? -1 : 1);

/** Kinds of columns: where their values lie decides how they are counted. */
const kinds: Record<string, () => MetricCell> = {
  'of one size, as metrics are': () => random() + 0.01,
  'within 16 factors of two': () => magnitude(-7, 8),
  'far beyond 16 factors of two': () => magnitude(-1000, 1000),
  'of both signs': () => sign() * magnitude(-20, 20),
  'zero, subnormal and the least normal one': () =>
    [0, -0, 5e-324, -5e-324, 2 ** -1022, -(2 ** -1022)][(random() * 6) | 0],
  'nearly too large to add up': () => sign() * magnitude(1000, 1011),
  equal: () => 0.1,
  'not all numbers': () => [undefined, null, NaN, Infinity, -Infinity, random(), 3][(random() * 7) | 0],
};

function add(gatherer: DistributionGatherer, cells: readonly MetricCell[]): void {
  const values = Float64Array.from(cells, (cell) => cell ?? NaN);
  const states = Uint8Array.from(cells, (cell) =>
    cell === undefined ? stateNotDefined : cell === null ? stateNull : stateValue,
  );
  gatherer.add({ kind: 'number', values, states }, Int32Array.from(cells.keys()), 0, cells.length);
}

/** Some of the cells at a time, some of them by way of another gatherer's state. */
function gather(cells: readonly MetricCell[], most: number): DistributionGatherer {
  const whole = new DistributionGatherer();
  for (let from = 0; from < cells.length;) {
    const to = from + 1 + Math.floor(random() * most);
    if (random() < 0.5) add(whole, cells.slice(from, to));
    else {
      const part = new DistributionGatherer();
      add(part, cells.slice(from, from + 1));
      add(part, cells.slice(from + 1, to));
      whole.merge(structuredClone(part.export()));
    }
    from = to;
  }
  return whole;
}

describe('DistributionGatherer', () => {
  it.each(Object.keys(kinds))('gives what the slow reference gives, to the last bit, of values %s', (kind) => {
    for (const length of [0, 1, 7, 999, 1000, 1001, 6000]) {
      const cells = Array.from({ length }, () => kinds[kind]?.());
      const expected = slowDistribution(cells);
      for (const most of [10, 300, 4000]) expect(gather(cells, most).finish(), `${length} cells`).toEqual(expected);
    }
  });

  it('counts a value that comes after the ones that it is far from', () => {
    const cells = [...Array.from({ length: 2000 }, (_, index) => 1 + index / 2000), 1e-30, -1e-30, 0, 1e30];
    const expected = slowDistribution(cells);
    expect(gather(cells, 10).finish()).toEqual(expected);
    expect(gather(cells.toReversed(), 10).finish()).toEqual(expected);
  });
});

describe('ExactSum.addAll', () => {
  it('adds up exactly, whatever can be split and whatever cannot', () => {
    for (const [from, to] of [
      [-3, 3],
      [-40, 40],
      [-1060, -900],
      [900, 1000],
    ] as const) {
      for (const length of [1, 3, 4, 255, 1024, 1025, 3000]) {
        const values = Float64Array.from({ length: length + 5 }, () => sign() * magnitude(from, to));
        const sum = new ExactSum();
        sum.addAll(values, length);
        expect(sum.round(), `${length} values of 2^${from} to 2^${to}`).toBe(exactSum(values.subarray(0, length)));
      }
    }
  });

  it.each([
    ['what is left when the large ones cancel out', [2 ** 60, 2 ** -40, 3, -(2 ** 60), -3], 2 ** -40],
    ['what cannot be split near the largest double', Array.from({ length: 6 }, () => 2 ** 1020), 6 * 2 ** 1020],
    ['a zero below zero', [-0, -0, -0, -0, -0], -0],
    ['a hair more than a tie', [2 ** 53, 1, 5e-324], 2 ** 53 + 2],
  ])('keeps %s', (_, values, expected) => {
    const sum = new ExactSum();
    sum.addAll(Float64Array.from(values), values.length);
    expect(sum.round()).toBe(expected);
  });
});

describe('ExactSum near the largest double', () => {
  const most = Number.MAX_VALUE;

  it.each([
    ['halfway', [most, most, -most], most],
    ['below zero', [-most, -1e308, -1e308, most, 1e308], -1e308],
    ['many times', [most, most, most, most, -most, -most, -most, -most, 5e-324], 5e-324],
    ['by a tie that a hair undoes', [most, 2 ** 970, -5e-324], most],
    ['and stays beyond', [most, 2 ** 970], Infinity],
    ['and stays beyond, twice', [-most, -most, -most], -Infinity],
  ])('finds a sum that overflows %s', (_, values, expected) => {
    for (const list of [values, values.toReversed(), values.toSorted((a, b) => a - b)]) {
      const sum = new ExactSum();
      for (const value of list) sum.add(value);
      expect(sum.round()).toBe(expected);
    }
  });

  it('is the same in every order, and merged', () => {
    for (let round = 0; round < 3000; round++) {
      const edge = (): number => (random() < 0.3 ? most : magnitude(random() < 0.7 ? 1015 : -1074, 1023.9));
      const values = Array.from({ length: 2 + Math.floor(random() * 12) }, () => sign() * edge());
      const expected = exactSum(values);
      const [whole, first, second] = [new ExactSum(), new ExactSum(), new ExactSum()];
      for (const [index, value] of values.entries()) {
        whole.add(value);
        (index % 2 === 0 ? first : second).add(value);
      }
      first.merge(second.export());
      expect(whole.round(), String(values)).toBe(expected);
      expect(first.round(), String(values)).toBe(expected);
    }
  });
});
