import type { MeasuredExport, PairedMetric } from '../../compare/result.ts';
import type { ReadingNote } from '../../export/reading-notes.ts';
import type { AccuracySummary } from '../../metrics/accuracy/against-forecasts.ts';
import type { Distribution } from '../../metrics/accuracy/distribution.ts';
import type { StockingCosts } from '../../metrics/base/costs.ts';
import type { Note } from '../../metrics/base/notes.ts';
import type { Counts, Figure, Metrics, OverallSummary, WindowSummary } from '../../metrics/base/summary.ts';
import type { SkippedPart, SummarizedExport } from '../../metrics/summarize.ts';
import type { ForecastType } from '../../schema/schema.ts';
import type { VerificationReport } from '../../verify/base/report.ts';

export type { PairedMetric, PairedDifference } from '../../compare/result.ts';

/**
 * Everything that a report shows, as plain data: `JSON.stringify` of it is the report as JSON. Its size is bounded: it grows
 * with windows, horizon steps, the items asked for and bad parts, never with the number of items or rows. Times are ISO 8601 in UTC.
 */
export interface Report {
  /** The version of this shape; it grows when a member changes its meaning or goes. */
  readonly version: 1;
  /** Of this package. */
  readonly madeBy: { readonly name: 'backtest-export'; readonly version: string };
  readonly export: SummarizedExport;
  /** Step between timestamps in Forecast's spelling, such as `D`; null where it is unknown. */
  readonly frequency: string | null;
  readonly forecastTypes: readonly ForecastType[];
  /** The forecast type that WAPE, RMSE, MAPE, MAE and bias are of; null for none. */
  readonly point: ForecastType | null;
  readonly summary: OverallSummary;
  /** By start, then end. */
  readonly windows: readonly WindowSummary[];
  /** By horizon step, from 1; empty where no step is known. */
  readonly steps: readonly ReportedStep[];
  readonly items: ReportedItems;
  /** The forecasts of single items, to be drawn: the costliest, the worst, the median, the best, then those asked for; at most 50. */
  readonly series: readonly ReportedSeries[];
  /** How the metrics of accuracy-metrics-values are distributed over items; null without that table. */
  readonly accuracyMetrics: AccuracySummary | null;
  /** What `verifyExport` says; its lists of places are cut. */
  readonly verification: VerificationReport;
  /** What it costs to stock by each forecast; null where no costs were given. */
  readonly costs: StockingCosts | null;
  /** Against other exports; null where none were given. */
  readonly comparison: ReportedComparison | null;
  /** Parts that could not be read: no figure counts their rows. */
  readonly skippedParts: readonly SkippedPart[];
  /**
   * Files of parts with the same rows as another one: the figures count their rows as well, as those of `summarize` do, the
   * verification leaves them out (`PART_REPEATED`).
   */
  readonly repeatedParts: readonly string[];
  /** Why a figure is null and what was left out. */
  readonly notes: readonly Note[];
  readonly readingNotes: readonly ReadingNote[];
}

/** The figures of a horizon step, pooled over all windows and items. */
export interface ReportedStep {
  /** From 1: the first timestamp of a window. */
  readonly step: number;
  readonly count: number;
  readonly counts: Counts;
  readonly metrics: Metrics;
}

/** The figures of one item (of one time series where the export has dimensions), pooled over its windows. */
export interface ReportedItem {
  readonly item: string;
  /** By dimension name; empty where there are none. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly windowCount: number;
  /** Rows with a finite actual. */
  readonly count: number;
  readonly metrics: Metrics;
  /** Its share, from 0 to 1, of Σ|y−m| over all items; null where that is 0 or unknown. */
  readonly errorShare: Figure;
  /** Its share, from 0 to 1, of Σ|y| over all items; null where that is 0 or unknown. */
  readonly actualShare: Figure;
}

/** The items of an export, as far as a report shows them. */
export interface ReportedItems {
  /** Items; time series where the export has dimensions. */
  readonly count: number;
  /** The metric by which the worst and the best are chosen, such as `WAPE`; null where no item has one. */
  readonly rankedBy: string | null;
  /** Largest share of the total error first. */
  readonly costliest: readonly ReportedItem[];
  /** By `rankedBy`, worst first. */
  readonly worst: readonly ReportedItem[];
  /** By `rankedBy`, best first. */
  readonly best: readonly ReportedItem[];
  /** The one in the middle by `rankedBy`, or one near it; null where no item has the metric. */
  readonly median: ReportedItem | null;
  /** Those asked for by their id, in that order, each of their time series; at most 1,000. */
  readonly chosen: readonly ReportedItem[];
  /** Time series of the items asked for that are not in `chosen`, as there are too many. */
  readonly chosenLeftOut: number;
  /** Ids that were asked for, but are not in the export. */
  readonly notFound: readonly string[];
  /** By metric, in the order of results: how it is distributed over items. */
  readonly spread: readonly ItemSpread[];
  /** Rising share of items, largest errors first: what share of the total error they hold. From (0, 0) to (1, 1); empty where unknown. */
  readonly pareto: readonly ParetoPoint[];
}

/** How one metric is distributed over items. */
export interface ItemSpread {
  /** As `listMetrics` names it. */
  readonly metric: string;
  readonly distribution: Distribution;
  /** Items by value, in bins that touch: rising, none beyond the extremes. Values far out are in the first and last bin. */
  readonly bins: readonly SpreadBin[];
}

/** Items whose value is from `from` up to, but not including, `to`; the last bin includes it. */
export interface SpreadBin {
  readonly from: number;
  readonly to: number;
  readonly items: number;
}

/** The items with the largest errors, and their part of the total. */
export interface ParetoPoint {
  /** Share of the items, from 0 to 1. */
  readonly items: number;
  /** Their share of Σ|y−m|, from 0 to 1. */
  readonly error: number;
}

/** Why a series is drawn. */
export type SeriesReason = 'chosen' | 'costliest' | 'worst' | 'median' | 'best';

/** The actuals and forecasts of one item in its windows. */
export interface ReportedSeries {
  readonly item: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** At least one: an item may be the worst and the costliest. */
  readonly reasons: readonly SeriesReason[];
  readonly metrics: Metrics;
  /** By start; the latest ones where there are very many. */
  readonly windows: readonly SeriesWindow[];
  /** Windows that are not in `windows`. */
  readonly windowsLeftOut: number;
  /** Rows of the series that are not in `windows`: of windows left out, without a timestamp, or of a key that another row has. */
  readonly rowsLeftOut: number;
  /** Values of the training history before the first window, oldest first; empty without a history. */
  readonly history: readonly HistoryValue[];
}

/** One window of a series. Its lists are as long as `timestamps`. */
export interface SeriesWindow {
  readonly start: string;
  readonly end: string;
  /** Rising. */
  readonly timestamps: readonly string[];
  /** Null where the actual is missing or not finite. */
  readonly actuals: readonly Figure[];
  /** By forecast type; null where the forecast is missing or not finite. */
  readonly forecasts: Readonly<Record<ForecastType, readonly Figure[]>>;
}

/** A value of the training history. */
export interface HistoryValue {
  readonly timestamp: string;
  readonly value: number;
}

/** The export beside others, on the rows that all of them have. */
export interface ReportedComparison {
  /** The export of the report first. */
  readonly exports: readonly MeasuredExport[];
  /** Rows whose key every export has. */
  readonly common: number;
  readonly metrics: readonly PairedMetric[];
}
