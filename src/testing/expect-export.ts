import { describeValue, readMember } from '../describe-value.ts';
import { quoteText } from '../errors.ts';
import { isDate, timeOf } from '../options.ts';
import { isAsymmetric, type ExportLike, type MatcherContext } from './matcher.ts';
import { matchers, type BacktestExportMatchers } from './matchers.ts';

/** What {@link expectExport} returns. */
export interface ExportExpectation extends BacktestExportMatchers {
  /** The opposite: what is expected not to match. */
  readonly not: BacktestExportMatchers;
}

/**
 * The matchers without vitest or Jest, for `node:test` and every other framework, and for programs:
 * `await expectExport('exports/bike').toHaveNoVerificationErrors()`. Expected values may be matchers of any framework
 * (objects with `asymmetricMatch`).
 * @throws Error named `AssertionError`, with `code` `ERR_ASSERTION`, as those of `node:assert`; its message is the matcher's
 */
export function expectExport(received: ExportLike): ExportExpectation {
  return { ...bind(received, false), not: bind(received, true) };
}

function bind(received: ExportLike, isNot: boolean): BacktestExportMatchers {
  const context: MatcherContext = { isNot, equals, utils: { stringify } };
  const run = async (name: keyof BacktestExportMatchers, expected: unknown, options?: unknown): Promise<void> => {
    const { pass, message } = await matchers[name].call(context, received, expected, options);
    if (pass === isNot) throw new AssertionError(message());
  };
  return {
    toBeBacktestExport: (expected) => run('toBeBacktestExport', expected),
    toEqualExport: (other, options) => run('toEqualExport', other, options),
    toHaveNoVerificationErrors: (options) => run('toHaveNoVerificationErrors', options),
    toHaveMetrics: (expected, options) => run('toHaveMetrics', expected, options),
  };
}

/** Named like the error of `node:assert`, by which test runners know a failed assertion. */
class AssertionError extends Error {
  override readonly name = 'AssertionError';
  readonly code = 'ERR_ASSERTION';
}

/** Equality of what exports have: texts, numbers, Dates and lists of texts. */
function equals(found: unknown, expected: unknown): boolean {
  if (isAsymmetric(expected)) return expected.asymmetricMatch(found);
  if (isDate(found) && isDate(expected)) return Object.is(timeOf(found), timeOf(expected));
  if (!Array.isArray(found) || !Array.isArray(expected)) return Object.is(found, expected);
  return found.length === expected.length && found.every((each, index) => equals(each, expected[index]));
}

function stringify(value: unknown): string {
  if (typeof value === 'string') return quoteText(value, '"');
  if (Array.isArray(value)) return `[${value.map(stringify).join(', ')}]`;
  if (isDate(value)) return String(Number.isNaN(timeOf(value)) ? value : value.toISOString());
  if (isAsymmetric(value)) return quoteText(describeAsymmetric(value), '');
  if (typeof value !== 'object' || value === null) return describeValue(value);
  return `{${Object.entries(value)
    .map(([name, each]) => `${quoteText(name, '"')}: ${stringify(each)}`)
    .join(', ')}}`;
}

/** `Any<String>` as vitest and Jest describe their matchers, as far as they do; otherwise the class. */
function describeAsymmetric(value: object): string {
  const describe = readMember(value, 'toAsymmetricMatcher');
  return typeof describe === 'function' ? String(describe.call(value)) : describeValue(value);
}
