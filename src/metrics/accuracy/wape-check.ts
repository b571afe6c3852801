import type { AccuracyDistributionSummary } from './accuracy-distribution.ts';
import type { WindowSummary } from '../base/summary.ts';

/** Relative slack between sums of doubles that were rounded on their way, and our exact ones. */
const slack = 1e-9;

/**
 * Whether the WAPE cells of a window add up to Σ|y−m| of its forecasts, in every window where that tells the plain sum
 * from the ratio. One window that does not is `false`, which is no proof of the ratio: the tables may differ otherwise.
 * Null where no window can be asked: one table lacks it, a cell has no number, there is no mean forecast, or pooled sum
 * and ratio are the same number (Σ|y| is 0 or 1).
 */
export function holdsErrorSums(
  accuracy: AccuracyDistributionSummary['windows'],
  forecasts: readonly WindowSummary[],
): boolean | null {
  const metricsOf = new Map(forecasts.map(({ start, end, metrics }) => [`${start}/${end}`, metrics]));
  let asked = false;
  for (const { start, end, metrics } of accuracy) {
    const cells = metrics['WAPE'];
    const { WAPE = null, WAPESum = null } = metricsOf.get(`${start}/${end}`) ?? {};
    if (cells === undefined || cells.mean === null || cells.empty + cells.nonFinite > 0) continue;
    if (WAPESum === null || WAPE === null || isClose(WAPE, WAPESum)) continue;
    asked = true;
    if (!isClose(cells.mean * cells.count, WAPESum)) return false;
  }
  return asked ? true : null;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= slack * Math.max(Math.abs(a), Math.abs(b));
}
