/**
 * The layout, in memory and on disk, of the records of rows and runs of rows: records of doubles, some of which hold two
 * 32-bit words instead. Offsets ending in `Word` count words, all others doubles. Every kind begins with its key.
 *
 * A run is consecutive rows of one part, time series and window, with rising timestamps: in a correct export, all rows of a
 * window. So keys cost one record per window of a series, not one per row.
 */
export const key = {
  /** Four words: the hash of item and dimensions. */
  seriesWord: 0,
  /** Two words of the item's hash; the first decides the partition, so that an item is in one partition. */
  itemWord: 4,
} as const;

/** What follows the key of every run and row: its window, and where it is. */
export const place = {
  start: 3,
  end: 4,
  /** Words: the part, by its number among all that are read, and the (first) record in it. */
  fileWord: 10,
  recordWord: 11,
} as const;

/** A run of forecasted-values. */
export const run = {
  /** Words: rows; and bit 0 where an actual or a forecast is missing or not finite, above it the run's first gap. */
  countWord: 12,
  stateWord: 13,
  first: 7,
  last: 8,
  /** Two words: a seeded hash of timestamps, actuals and forecasts, which finds possible duplicates. */
  contentWord: 18,
  absoluteActuals: 10,
  absoluteErrors: 11,
  squaredErrors: 12,
  errorShares: 13,
  /** Pinball loss, one for each quantile. */
  losses: 14,
} as const;

/** Doubles of a {@link run}. */
export function runDoubles(quantiles: number): number {
  return run.losses + quantiles;
}

/** A row of accuracy-metrics-values. */
export const metricRow = {
  /** Words: one of {@link rowKind}, and bits of {@link rowState}. */
  kindWord: 12,
  stateWord: 13,
  /** One for each metric column, as `batch/columns/cell-bits.ts` writes cells: NaN where there is no number. */
  values: 7,
} as const;

/** The value of `backtest_window`. */
export const rowKind = { computed: 0, summary: 1, other: 2 } as const;

/** Bits about the metrics of a row. */
export const rowState = { someNotDefined: 1, someDefined: 2, odd: 4 } as const;

/** Doubles of a {@link metricRow}. */
export function metricRowDoubles(metrics: number): number {
  return metricRow.values + metrics;
}

/** A row of forecasted-values that had to be read again. */
export const forecastRow = {
  time: 6,
  /** Actual and forecasts, as `batch/columns/cell-bits.ts` writes cells. */
  values: 7,
} as const;

/** A value of the training history. */
export const historyValue = { time: 3, value: 4, doubles: 5 } as const;

/** Doubles of a {@link forecastRow}. */
export function forecastRowDoubles(forecastTypes: number): number {
  return forecastRow.values + 1 + forecastTypes;
}
