import { describeValue } from '../describe-value.ts';
import { BacktestExportError } from '../errors.ts';
import { assertOptions } from '../options.ts';
import { isAsymmetric } from './matcher.ts';

/** Bounds of a metric, both included; at least one of them. A metric that is null lies within none. */
export interface MetricBounds {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Refuses what no metric can be, which would always pass with `not`. @throws `OPTION_INVALID` */
export function assertMetric(what: string, expected: unknown): void {
  if (typeof expected === 'number' || expected === null || isAsymmetric(expected)) return;
  const wanted = 'a number, null, { atLeast, atMost }, or a matcher such as expect.closeTo';
  if (typeof expected !== 'object') throw invalid(what, wanted, expected);
  const bounds: MetricBounds = expected;
  assertOptions(what, bounds, { atLeast: 'a number', atMost: 'a number' });
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = bounds;
  if (bounds.atLeast === undefined && bounds.atMost === undefined) throw invalid(what, wanted, expected);
  if (!(atLeast <= atMost)) {
    throw invalid(what, 'an atLeast that is not above atMost, and neither NaN', `${atLeast} and ${atMost}`);
  }
}

/** Whether an expected value, which {@link assertMetric} accepted, is {@link MetricBounds}. */
export function isBounds(expected: unknown): expected is MetricBounds {
  return typeof expected === 'object' && expected !== null && !isAsymmetric(expected);
}

/** Whether a figure lies within bounds. */
export function isWithin(
  found: number | null | undefined,
  { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: MetricBounds,
): boolean {
  return typeof found === 'number' && found >= atLeast && found <= atMost;
}

/** `at least 0.1`, `at most 0.2`, `0.1 to 0.2`. */
export function describeBounds({ atLeast, atMost }: MetricBounds): string {
  if (atLeast === undefined) return `at most ${atMost}`;
  return atMost === undefined ? `at least ${atLeast}` : `${atLeast} to ${atMost}`;
}

function invalid(what: string, wanted: string, found: unknown): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', `${what}: expected ${wanted}, found ${describeValue(found)}`);
}
