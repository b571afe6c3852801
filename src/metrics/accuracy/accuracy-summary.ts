import type { AccuracyDistributionSummary } from './accuracy-distribution.ts';
import { describeAccuracy, distributionsOf, type AccuracyNote } from './accuracy-notes.ts';
import type { ForecastSummary } from '../base/summary.ts';
import { holdsErrorSums } from './wape-check.ts';
import type { WapeMeaning } from './wape-meaning.ts';

/** What an export's accuracy-metrics-values table tells: how each metric is spread over items. Plain data. */
export interface AccuracySummary extends AccuracyDistributionSummary {
  /** Parts of accuracy-metrics-values, empty ones too. */
  readonly parts: number;
  readonly bytes: number;
  /** Rows that were read, of every kind. */
  readonly rows: number;
  /** Largest bound on the relative error of any quantile: 0 where all are exact. */
  readonly quantileError: number;
  /**
   * Whether the WAPE cells of every window add up to the Σ|y−m| of its forecasts, which makes them plain sums; null
   * where that cannot be asked (no forecasts, no mean among them or another point forecast chosen, bad parts left out, cells
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
 * Completes the distributions by what the forecasts tell of them. What WAPE means is taken from the forecasts where its
 * cells add up to their errors; else from the bounds of `WapeJudge`, which need no forecasts but can tell less.
 */
export function completeAccuracy(
  distributions: AccuracyDistributionSummary,
  forecasts: ForecastSummary,
  reading: AccuracyReading,
): AccuracySummary {
  const { parts, bytes, rows, whole } = reading;
  // the service's WAPE is of the mean, whatever the summary's is of
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

/** Sums that do not add up are none, but that does not make them ratios. */
function settleMeaning(judged: WapeMeaning, wapeAddsUp: boolean | null): WapeMeaning {
  if (wapeAddsUp === true) return 'sum';
  return wapeAddsUp === false && judged === 'sum' ? 'unknown' : judged;
}
