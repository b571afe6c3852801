import { describe, expect, it } from 'vitest';
import { relativeDifference } from '#src/batch/columns/relative-difference.js';

describe('relativeDifference', () => {
  const least = Number.MIN_VALUE;
  const cases: readonly (readonly [number, number, number])[] = [
    [4, 3, 0.25],
    [-4, -3, 0.25],
    [1, -1, 2],
    [5, 0, 1],
    [0, -0, 0],
    [1e308, -1e308, 2],
    [1.5e308, -0.75e308, 1.5],
    [Number.MAX_VALUE, -Number.MAX_VALUE, 2],
    [Number.MAX_VALUE, least, 1],
    [least, 0, 1],
    [least, -least, 2],
    [4 * least, 3 * least, 0.25],
    [1, 1 + Number.EPSILON, Number.EPSILON / (1 + Number.EPSILON)],
    [Infinity, Infinity, 0],
    [-Infinity, -Infinity, 0],
    [Infinity, -Infinity, Infinity],
    [Infinity, 1e308, Infinity],
    [0, -Infinity, Infinity],
    [Number.NaN, 1, Number.NaN],
    [Number.NaN, Number.NaN, Number.NaN],
    [Number.NaN, Infinity, Number.NaN],
  ];

  it.each(cases)('of %d and %d is %d, in either order', (a, b, expected) => {
    expect(relativeDifference(a, b)).toBe(expected);
    expect(relativeDifference(b, a)).toBe(expected);
  });
});
