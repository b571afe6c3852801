import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactSum } from './exact-sum.ts';

const largest = Number.MAX_VALUE;
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('exactSum', () => {
  it.each([
    ['nothing', [], 0],
    ['zeros of both signs', [-0, 0, -0], 0],
    ['one value', [0.1], 0.1],
    ['tenths, rounded once', Array.from({ length: 10 }, () => 0.1), 1],
    ['what naive addition loses', [1, 1e100, 1, -1e100], 2],
    ['cancellation at the top', [1e308, 1, -1e308], 1],
    ['a detour beyond the largest double', [largest, largest, -largest], largest],
    ['a sum beyond the largest double', [largest, largest], Infinity],
    ['a negative one', [-largest, -largest], -Infinity],
    ['just too little to round up to Infinity', [largest, 2 ** 969], largest],
    ['a tie at the top, to even, which is Infinity', [largest, 2 ** 970], Infinity],
    ['subnormals', [5e-324, 5e-324, 5e-324], 1.5e-323],
    ['subnormals up to a normal', [2.2250738585072009e-308, 5e-324], 2.2250738585072014e-308],
    ['a subnormal below a normal', [2.2250738585072014e-308, -5e-324], 2.2250738585072009e-308],
    ['a tie, to even below', [2 ** 53, 1], 2 ** 53],
    ['a tie, to even above', [2 ** 53 + 2, 1], 2 ** 53 + 4],
    ['a hair more than a tie', [2 ** 53, 1, 5e-324], 2 ** 53 + 2],
    ['a hair less than a tie', [2 ** 53 + 2, 1, -5e-324], 2 ** 53 + 2],
    ['a tie below zero', [-(2 ** 53) - 2, -1], -(2 ** 53) - 4],
    ['a carry into the exponent', [2 ** 53 - 1, 0.5], 2 ** 53],
    ['Infinity', [Infinity, -1e308], Infinity],
    ['Infinity of both signs', [Infinity, -Infinity, 1], NaN],
    ['NaN', [1, NaN], NaN],
  ])('%s', (_, values, sum) => {
    expect(exactSum(values)).toBe(sum);
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (values, keys) => {
        const shuffled = values.map((value) => ({ value, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
        expect(exactSum(shuffled.map(({ value }) => value))).toBe(exactSum(values));
      }),
    );
  });

  it('of two values is the addition of IEEE 754', () => {
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(exactSum([a, b])).toBe(a + b === 0 ? 0 : a + b);
      }),
      { numRuns: 5000 },
    );
  });

  it('of values and their negatives is zero', () => {
    fc.assert(
      fc.property(fc.array(finite), (values) => {
        expect(exactSum([...values, ...values.map((value) => -value)])).toBe(0);
      }),
    );
  });
});
