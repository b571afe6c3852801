import type { Frequency } from '../../schema/frequency.ts';
import type { ForecastType, TableSchema } from '../../schema/schema.ts';
import type { Figure } from './figure.ts';
import type { Note } from './notes.ts';
import type { ComparedCosts, StockingCosts, UnitCosts } from './costs.ts';
import type { Reading } from './reading.ts';

export type { Figure } from './figure.ts';

/**
 * The metrics of a window, of a group, or of all windows (then each is the arithmetic mean of the windows' figures).
 * y is the actual, m the point forecast (`ForecastSummary.point`), q a quantile forecast; every sum is exact and rounded once.
 */
export interface Metrics {
  /** By quantile, rising: 2 Σ(τ max(y−q, 0) + (1−τ) max(q−y, 0)) / Σ|y|. */
  readonly wQL: Readonly<Record<ForecastType, Figure>>;
  /** Mean of the quantiles' wQL. */
  readonly averageWQL: Figure;
  /** The ratio Σ|y−m| / Σ|y|, as `GetAccuracyMetrics` gives it. */
  readonly WAPE: Figure;
  /** The plain sum Σ|y−m|, as published accuracy-metrics-values files hold it in their `WAPE` column. */
  readonly WAPESum: Figure;
  /** √(Σ(y−m)² / n). */
  readonly RMSE: Figure;
  /** Σ over y ≠ 0 of |y−m|/|y|, divided by n; n counts the points with y = 0 too (see `Counts.zeroActuals`). */
  readonly MAPE: Figure;
  /** Always null: it needs the training history, which an export does not contain. */
  readonly MASE: null;
  /** Σ|y−m| / n. */
  readonly MAE: Figure;
  /** Σ(m−y) / n: above 0 where the point forecast is too high. */
  readonly bias: Figure;
  /** By quantile: the share of actuals at or below the forecast; a calibrated quantile τ has τ. */
  readonly coverage: Readonly<Record<ForecastType, Figure>>;
  /** The symmetric intervals of the export (τ and 1−τ both present), widest first. */
  readonly intervals: readonly IntervalMetrics[];
}

/** The figures of an interval between two quantiles. */
export interface IntervalMetrics {
  readonly lower: ForecastType;
  readonly upper: ForecastType;
  /** upper − lower: the share of actuals inside a calibrated interval. */
  readonly nominal: number;
  /** The share of actuals with lower ≤ y ≤ upper. */
  readonly coverage: Figure;
  /** Mean of upper − lower over the same points; negative where crossed quantiles dominate. */
  readonly meanWidth: Figure;
}

/** What the rows contain; sums over windows where a figure covers several. */
export interface Counts {
  readonly rows: number;
  /** Rows with a finite actual: only these enter a metric. rows = actuals + missingActuals + nonFiniteActuals. */
  readonly actuals: number;
  /** Rows whose actual is empty. */
  readonly missingActuals: number;
  /** Rows whose actual is NaN or infinite. */
  readonly nonFiniteActuals: number;
  /** Rows whose actual is 0: excluded from MAPE's sum, counted in its n. */
  readonly zeroActuals: number;
  /** Rows where a quantile's forecast is above that of the next higher quantile; a missing forecast is above none. */
  readonly crossedQuantiles: number;
  /** By forecast type: forecasts below 0, among all rows with a finite forecast, with an actual or without. */
  readonly negativeForecasts: Readonly<Record<ForecastType, number>>;
  /** By forecast type: empty forecasts, among all rows. */
  readonly missingForecasts: Readonly<Record<ForecastType, number>>;
  /** By forecast type: forecasts that are NaN or infinite, among all rows. */
  readonly nonFiniteForecasts: Readonly<Record<ForecastType, number>>;
}

/** Figures over all windows: each metric is the mean of the windows' metrics, each count their sum. */
export interface OverallSummary {
  /** Distinct windows. */
  readonly windowCount: number;
  /** Distinct item ids over all windows. */
  readonly itemCount: number;
  /** Rows with a finite actual; the same as `counts.actuals`. */
  readonly count: number;
  readonly counts: Counts;
  readonly metrics: Metrics;
}

/** Figures of one backtest window, pooled over its items. */
export interface WindowSummary {
  /** ISO 8601 in UTC, such as `2019-01-01T00:00:00.000Z`. */
  readonly start: string;
  /** ISO 8601 in UTC, the last timestamp of the window: inclusive, as in the file. */
  readonly end: string;
  /** Distinct item ids in the window. */
  readonly itemCount: number;
  /** Rows with a finite actual. */
  readonly count: number;
  readonly counts: Counts;
  readonly metrics: Metrics;
}

/** Figures of one group of the asked-for grouping. */
export interface GroupSummary {
  /**
   * By grouping key, in the order of `by`: the text of an item or dimension; a horizon step from 1, or null where the
   * timestamp is empty or off the frequency; a window as `start/end` (an ISO 8601 interval).
   */
  readonly key: Readonly<Record<string, string | number | null>>;
  /** Windows that the group has rows in. */
  readonly windowCount: number;
  /** Rows with a finite actual. */
  readonly count: number;
  readonly counts: Counts;
  /**
   * Over all rows of the group, regardless of their window. A ratio is null where the actuals sum to 0: the numerator
   * alone is in units of the target, not a ratio.
   */
  readonly pooled: Metrics;
  /**
   * The mean of the figures of its windows, those left out that have none, as a Summary row of accuracy-metrics-values
   * is. The same object as `pooled` where there is one window.
   */
  readonly averaged: Metrics;
  /** What it costs to stock by each forecast, over all rows of the group; absent where no costs were given. */
  readonly costs?: ComparedCosts;
}

/** Everything that one pass over forecasted-values computes. Plain data, ready for JSON. */
export interface ForecastSummary {
  readonly forecastTypes: readonly ForecastType[];
  /**
   * The forecast type that WAPE, WAPESum, RMSE, MAPE, MAE and bias are of; null where there is neither `mean` nor `0.5` and
   * none was chosen: then they are null.
   */
  readonly point: ForecastType | null;
  /** The grouping as asked for. */
  readonly by: readonly string[];
  /** The reading by which groups are ranked, and which is shown where only one is. */
  readonly reading: Reading;
  /** Given by the caller or inferred from the timestamps; null where unknown (timestamps are read for `step` only). */
  readonly frequency: Frequency | null;
  readonly summary: OverallSummary;
  /** By start, then end. */
  readonly windows: readonly WindowSummary[];
  /**
   * One for each distinct key, sorted key by key in the order of `by` (text by code unit, steps as numbers, null last);
   * with `worst` only those, worst first. Empty where `by` is empty.
   */
  readonly groups: readonly GroupSummary[];
  /** Distinct keys, also where `worst` shows fewer. */
  readonly groupCount: number;
  /** The choice of groups as asked for; null where all are shown. */
  readonly worst: Worst | null;
  /** What it costs to stock by each forecast, over all rows of all windows, and by window; null where no costs were given. */
  readonly costs: StockingCosts | null;
  /** Why a figure is null and what was left out: sorted, each kind once, with a count. */
  readonly notes: readonly Note[];
}

/** Which groups to show. */
export interface Worst {
  /**
   * `averageWQL`, `wQL[0.9]`, `WAPE`, `WAPESum`, `RMSE`, `MAPE`, `MAE` (largest is worst), `bias` (largest magnitude) or
   * `coverage[0.9]` (farthest from its quantile).
   */
  readonly metric: string;
  /** How many, at least 1. */
  readonly count: number;
}

/** Options of a `ForecastAccumulator`. */
export interface ForecastAccumulatorOptions {
  /** Schema of the forecasted-values table. */
  readonly schema: TableSchema;
  /** Any of `window`, `item`, `step` and the dimension names; none by default. Those three words take precedence over a dimension. */
  readonly by?: readonly string[];
  /** Most groups (windows × distinct keys); no limit by default. Beyond: `TOO_MANY_GROUPS`. */
  readonly maxGroups?: number;
  /** The point forecast, `mean`, `p50` …; by default `mean` where there is one, else p50. */
  readonly point?: string;
}

/**
 * What is done with groups once all rows are read: their figures are computed (for each window of each distinct key), they
 * are put in order, they are made into plain data.
 */
export type GroupPhase = 'figures' | 'order' | 'list';

/** The counts and rounded sums of a group over all its rows, as its `RecordShape` numbers them. */
export interface GroupRecord {
  readonly counts: Float64Array | Uint32Array;
  /** Infinite where one overflows. */
  readonly sums: Float64Array;
}

/**
 * Takes a finished group, Σ|y| of its rows, which is null where it overflows, and its record, valid during the call; that is
 * empty where the groups of a list have not kept their sums.
 */
export type TakeGroup = (group: GroupSummary, absoluteActuals: Figure, record: GroupRecord) => void;

/** Options of `finish`. */
export interface FinishOptions {
  /** Takes each group as soon as it is finished, in any order, instead of keeping it: then the result lists none. */
  readonly take?: TakeGroup;
  /** Which reading of groups to rank by; `pooled` by default. */
  readonly reading?: Reading;
  readonly signal?: AbortSignal;
  /** Called periodically with the groups done in a phase and their total. */
  readonly onGroups?: (done: number, total: number, phase: GroupPhase) => void;
  /** Show only the worst groups; all by default. */
  readonly worst?: Worst;
  /** What a unit too few and one too many cost: then the result has costs. Where groups are let go, that must keep sums. */
  readonly costs?: UnitCosts;
  /** Whether finished groups keep their sums, as `costs` needs; false by default. */
  readonly keepSums?: boolean;
  /** Step between timestamps, where the caller knows it; inferred by default (when `by` holds `step`). */
  readonly frequency?: Frequency;
}
