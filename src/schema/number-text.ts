/** What a number cell can be besides a number. */
export type NumberProblem = 'invalid' | 'overflow';

/** The text that Forecast writes for a metric that is NaN (API documentation). */
export const notDefined = 'not defined';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const word = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

/**
 * Parses a number as the kernel does: decimal digits with an optional point and exponent, or `NaN`, `Infinity`, `inf`
 * in any case; no spaces, separators or other bases. Returns the nearest double (`test/csv/double.test.ts`), or
 * `overflow` for a number that would round to infinity.
 */
export function parseNumberText(text: string): number | NumberProblem {
  if (decimal.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : 'overflow';
  }
  const match = word.exec(text);
  if (match === null) return 'invalid';
  if (match[2] !== undefined) return Number.NaN;
  return match[1] === '-' ? -Infinity : Infinity;
}
