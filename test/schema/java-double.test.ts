import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJavaDouble } from '#src/schema/java-double.js';

describe('formatJavaDouble', () => {
  it.each([
    [5, '5.0'],
    [0.48, '0.48'],
    [-13.25, '-13.25'],
    [123.45678901234567, '123.45678901234567'],
    [2.295408381527212e-4, '2.295408381527212E-4'],
    [-2.295408381527212e-4, '-2.295408381527212E-4'],
    [0.001, '0.001'],
    [0.0009999999999999998, '9.999999999999998E-4'],
    [1e-7, '1.0E-7'],
    [9999999, '9999999.0'],
    [9999999.999999998, '9999999.999999998'],
    [1e7, '1.0E7'],
    [-1e7, '-1.0E7'],
    [12345678, '1.2345678E7'],
    [1e21, '1.0E21'],
    [1.7976931348623157e308, '1.7976931348623157E308'],
    [5e-324, '5.0E-324'],
    [0, '0.0'],
    [-0, '-0.0'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [-Infinity, '-Infinity'],
  ])('%d is %s', (value, text) => {
    expect(formatJavaDouble(value)).toBe(text);
  });

  it('reads back to the same bits, whatever the double', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(Number(formatJavaDouble(value))).toBe(value);
      }),
      { numRuns: 5000 },
    );
  });

  it('formats every finite double as Java does', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const magnitude = Math.abs(value);
        const plain = magnitude === 0 || (magnitude >= 1e-3 && magnitude < 1e7);
        expect(formatJavaDouble(value)).toMatch(plain ? /^-?\d{1,7}\.\d+$/ : /^-?[1-9]\.\d+E-?\d+$/);
      }),
      { numRuns: 5000 },
    );
  });
});
