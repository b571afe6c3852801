import type { AccuracyDistributionSummary } from './item-distributions.ts';
import { describeAccuracy, distributionsOf, type AccuracyNote } from './distribution-notes.ts';
import type { ForecastSummary, WindowSummary } from '../base/summary.ts';
import type { WapeMeaning } from './wape-meaning.ts';

/** The accuracy-metrics-values table of an export: how each metric is distributed over items. Plain data. */
export interface AccuracySummary extends AccuracyDistributionSummary {
  /** Parts of accuracy-metrics-values, empty ones too. */
  readonly parts: number;
  readonly bytes: number;
  /** Rows that were read, of every kind. */
  readonly rows: number;
  /** Largest bound on the relative error of any quantile: 0 where all are exact. */
  readonly quantileError: number;
  /**
   * Whether the WAPE cells of every window sum to the Σ|y−m| of its forecasts, which makes them plain sums; null where
   * that cannot be checked (no forecasts, no mean among them or another point forecast chosen, bad parts left out, cells
   * without a number).
   */
  readonly wapeAddsUp: boolean | null;
  readonly notes: readonly AccuracyNote[];
}

/** What was read of the table. */
export interface AccuracyReading {
  readonly parts: number;
  readonly bytes: number;
  readonly rows: number;
  /** Nothing of either table was left out. */
  readonly whole: boolean;
}

/**
 * Completes the distributions with what the forecasts show about them. The meaning of WAPE comes from the forecasts where
 * its cells sum to their errors, otherwise from the bounds of `WapeJudge`, which need no forecasts but decide less often.
 */
export function completeAccuracy(
  distributions: AccuracyDistributionSummary,
  forecasts: Pick<ForecastSummary, 'point' | 'windows'>,
  reading: AccuracyReading,
): AccuracySummary {
  const { parts, bytes, rows, whole } = reading;
  // the service's WAPE is always that of the mean
  const comparable = whole && forecasts.point === 'mean';
  const wapeAddsUp = comparable ? holdsErrorSums(distributions.windows, forecasts.windows) : null;
  const known = { ...distributions, wapeMeaning: settleMeaning(distributions.wapeMeaning, wapeAddsUp) };
  return {
    ...known,
    parts,
    bytes,
    rows,
    quantileError: distributionsOf(known).reduce((most, { quantileError }) => Math.max(most, quantileError), 0),
    wapeAddsUp,
    notes: describeAccuracy(known, rows),
  };
}

/** Cells that do not sum to the errors are not plain sums, but need not be ratios either. */
function settleMeaning(judged: WapeMeaning, wapeAddsUp: boolean | null): WapeMeaning {
  if (wapeAddsUp === true) return 'sum';
  return wapeAddsUp === false && judged === 'sum' ? 'unknown' : judged;
}

/** Relative tolerance between the file's sums, rounded on the way, and exact ones. */
const slack = 1e-9;

/**
 * Whether the WAPE cells of a window sum to Σ|y−m| of its forecasts, in every window where that distinguishes the plain
 * sum from the ratio. False where one window does not, which does not prove the ratio: the tables may differ otherwise.
 * Null where no window can be checked: one table lacks it, a cell has no number, there is no mean forecast, or pooled sum
 * and ratio are the same number (Σ|y| is 0 or 1).
 */
function holdsErrorSums(
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
