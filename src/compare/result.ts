import type { Cell } from '../batch/forms/rows.ts';
import type { OpenOptions } from '../export/find/backtest-export.ts';
import type { RowPlace } from '../export/parts/locate-rows.ts';
import type { PlainIdentity } from '../naming/export-identity.ts';
import type { TableName } from '../schema/schema.ts';
import type { Reading } from '../metrics/base/reading.ts';
import type { Figure, GroupPhase } from '../metrics/base/summary.ts';

/** One of the exports that were compared. */
export interface ComparedExport extends PlainIdentity {
  /** `A`, `B` … in the order of the arguments; from the 27th on `#27`. */
  readonly label: string;
  readonly location: string;
  readonly format: 'CSV' | 'PARQUET';
}

/** A row that only one side has. */
export interface LoneRow {
  /** Texts and instants (ISO 8601; empty text for an empty cell) by the names of the key columns. */
  readonly key: Readonly<Record<string, string>>;
  readonly place: RowPlace;
}

/** Rows that only one side has: how many, and the first of them in the order of the files. */
export interface LoneRows {
  readonly count: number;
  readonly places: readonly LoneRow[];
}

/** Two cells of one key that are not the same. */
export interface CellDifference {
  readonly key: Readonly<Record<string, string>>;
  /** The column by its name in A. */
  readonly column: string;
  readonly a: Cell;
  readonly b: Cell;
  /** |a − b| / max(|a|, |b|); null where not both are finite numbers. */
  readonly relative: number | null;
  /** |a − b|; null where not both are finite numbers. */
  readonly absolute: number | null;
  readonly placeA: RowPlace;
  readonly placeB: RowPlace;
}

/** How one column of numbers differs over the rows that both sides have. */
export interface ColumnDifference {
  /** The column by its name in A. */
  readonly column: string;
  /** Cells that differ by more than the tolerance, or in kind. */
  readonly count: number;
  /** Those among them that are not two finite numbers: NaN, an infinity, an empty cell or `not defined` on a side. */
  readonly kinds: number;
  /** Cells whose bits differ, but by no more than the tolerance. */
  readonly tolerated: number;
  /** The greatest relative difference of two finite numbers, tolerated or not; null where there is none. */
  readonly greatest: CellDifference | null;
  /** The first differences that count, in the order of A. */
  readonly places: readonly CellDifference[];
}

/** One table of two exports, compared row by row. */
export interface TableComparison {
  readonly table: TableName;
  readonly equal: boolean;
  readonly rowsA: number;
  readonly rowsB: number;
  /** Rows whose key both sides have. */
  readonly common: number;
  /** Common rows with at least one cell that differs. */
  readonly different: number;
  /** Names of columns that one side's header does not have. */
  readonly columnsOnlyInA: readonly string[];
  readonly columnsOnlyInB: readonly string[];
  readonly onlyInA: LoneRows;
  readonly onlyInB: LoneRows;
  /** One for each compared column that has a difference, tolerated ones too, in the order of A's header. */
  readonly columns: readonly ColumnDifference[];
}

/** Two exports compared row by row, as plain data. */
export interface RowComparison {
  readonly on: 'rows';
  readonly equal: boolean;
  /** Relative; 0 asks for the same bits. */
  readonly tolerance: number;
  readonly exports: readonly ComparedExport[];
  /** The tables that at least one side has. */
  readonly tables: readonly TableComparison[];
}

/** An export in a comparison of metrics. */
export interface MeasuredExport extends ComparedExport {
  /** Rows of forecasted-values. */
  readonly rows: number;
  /** Rows that were left out since not every export has their key. */
  readonly leftOut: number;
  /** Common rows whose actual differs, by bits, from that of the first export. */
  readonly otherActuals: number;
}

/** How a figure compares with that of the first export. */
export type Verdict = 'better' | 'worse' | 'same';

/** One metric of every export over the same rows. */
export interface ComparedFigure {
  /** `averageWQL`, `wQL[0.9]`, `WAPE`, `WAPESum`, `RMSE`, `MAPE`, `MAE`, `bias` or `coverage[0.9]`. */
  readonly metric: string;
  /** By export. */
  readonly values: readonly Figure[];
  /**
   * By export: its error / the error of the first export. The error is the figure itself; of `bias` its magnitude, of
   * `coverage[τ]` its distance from τ. Null where a figure is missing, or the first error is 0.
   */
  readonly ratios: readonly Figure[];
  /** By export: 1 − ratio: above 0 where the export is better than the first. */
  readonly skills: readonly Figure[];
  /** By export, against the first; `same` within the tolerance; null where a figure is missing. */
  readonly verdicts: readonly (Verdict | null)[];
}

/** The figures of one window or group. */
export interface ComparedGroup {
  /** `window` as `start/end`, an item, a dimension or a step: as in `GroupSummary.key`. */
  readonly key: Readonly<Record<string, string | number | null>>;
  /** Rows with a finite actual, by export. */
  readonly counts: readonly number[];
  readonly figures: readonly ComparedFigure[];
}

/** A 95% confidence interval. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** How another export differs from the first by one metric, over all windows. */
export interface PairedDifference {
  readonly export: ComparedExport['label'];
  /** Value of the other export − value of the first. */
  readonly difference: Figure;
  /**
   * Of the difference, by the paired jackknife over items (docs/metrics.md); null with fewer than ten items, and where a window
   * lacks the figure, its actuals sum to 0, or all of them are of one item.
   */
  readonly interval: Interval | null;
  /** Items that are better, worse, or as good in the other export, over all windows; those without the figure are in none. */
  readonly won: number;
  readonly lost: number;
  readonly tied: number;
}

/** One metric of every export on the common rows, each against the first. */
export interface PairedMetric {
  readonly metric: string;
  /** By export: over all windows. */
  readonly values: readonly Figure[];
  /** By export; null for the first, which the others are compared with. */
  readonly differences: readonly (PairedDifference | null)[];
}

/** An export's place among the others by one metric. */
export interface Rank {
  /** From 1; exports whose error is the same share a rank. Null where the figure is missing. */
  readonly rank: number | null;
  /** Index into `exports`. */
  readonly export: number;
  readonly value: Figure;
  /** 1 − its error / the error of the first export. */
  readonly skill: Figure;
}

/** The exports from the best to the worst by one metric, over all windows. */
export interface Ranking {
  readonly metric: string;
  readonly ranks: readonly Rank[];
}

/** The figures of two or more exports on the rows that all of them have, as plain data. */
export interface MetricComparison {
  readonly on: 'metrics';
  /** Whether every export has the same keys and, within the tolerance, the same figures. */
  readonly equal: boolean;
  readonly tolerance: number;
  readonly exports: readonly MeasuredExport[];
  /** Rows whose key every export has; every figure is computed from these alone. */
  readonly common: number;
  /** The forecast types that every export has; the average wQL is over these. */
  readonly forecastTypes: readonly string[];
  /** The forecast type that WAPE, WAPESum, RMSE, MAPE, MAE and bias are of, in every export; null for none. */
  readonly point: string | null;
  /** Over all windows. */
  readonly overall: readonly ComparedFigure[];
  readonly windows: readonly ComparedGroup[];
  /** By `by`; empty without it. */
  readonly by: readonly string[];
  /** How the groups' figures are read, see `GroupSummary`. */
  readonly reading: Reading;
  readonly groups: readonly ComparedGroup[];
  readonly leaderboard: readonly Ranking[];
  /** Each metric over all windows with confidence intervals, and items won and lost; null where they were not asked for. */
  readonly paired: readonly PairedMetric[] | null;
}

/** What is done with groups, of one export after another; at last those of all are compared. */
export type ComparisonPhase = GroupPhase | 'aligning';

/** The progress of a comparison. */
export interface ComparisonProgress {
  readonly bytes: number;
  /** Grows where a part of the work needs another pass. */
  readonly totalBytes: number;
  /** Absent while rows are read. */
  readonly phase?: ComparisonPhase;
  /** Groups that are done in this phase, and their total. */
  readonly groups?: number;
  readonly totalGroups?: number;
}

/** Options of `compareExports` and `rankExports`. */
export interface CompareOptions {
  /** How the exports are chosen and read, where locations are given; refused where all are open. */
  readonly open?: OpenOptions;
  /**
   * `rows` compares cell by cell, `metrics` figure by figure. By default `rows` for two exports of one job and one
   * time, `metrics` for others.
   */
  readonly on?: 'rows' | 'metrics';
  /**
   * Relative: two numbers are the same when |a − b| ≤ tolerance · max(|a|, |b|). 0, the default, asks for the same bits:
   * then -0 is not 0. NaN is always the same as NaN; NaN, an empty cell and `not defined` are never the same.
   */
  readonly tolerance?: number;
  /** Places to list of each kind of difference; 10 by default. */
  readonly maxPlaces?: number;
  /** Rows out of step to hold in memory, of both sides together; 1,000,000 by default, 75 to 150 bytes each. */
  readonly maxHeldRows?: number;
  /** Metrics to compare by name (`metrics` only); all by default. */
  readonly metrics?: readonly string[];
  /** Any of `window`, `item`, `step` and the dimension names (`metrics` only); none by default. */
  readonly by?: readonly string[];
  /** Groups' figures `pooled` over all their rows (the default), or `averaged` over windows (`metrics` only). */
  readonly reading?: Reading;
  /**
   * The forecast type that WAPE, RMSE, MAPE, MAE and bias are of (`metrics` only): by default `mean` where every export has
   * it, else p50.
   */
  readonly point?: string;
  /** Most groups of a summary to hold (`metrics` only), see `SummarizeOptions`. */
  readonly maxGroups?: number;
  /**
   * Whether differences have confidence intervals, and items are counted as won and lost (`metrics` only); false by default.
   * Reads each export twice more.
   */
  readonly intervals?: boolean;
  readonly signal?: AbortSignal;
  /** Called periodically. */
  readonly onProgress?: (progress: ComparisonProgress) => void;
}
