/** Every kind of note that a result of metrics/ can carry. */
export const noteCodes = [
  'NO_ROWS',
  'NO_MEAN_COLUMN',
  'NO_QUANTILES',
  'NO_ACTUALS',
  'NO_FORECASTS',
  'MASE_NEEDS_HISTORY',
  'ACTUALS_SUM_ZERO',
  'ALL_ACTUALS_ZERO',
  'FIGURE_OVERFLOW',
  'WINDOW_LEFT_OUT',
  'MISSING_ACTUALS',
  'NON_FINITE_ACTUALS',
  'ZERO_ACTUALS',
  'MISSING_FORECASTS',
  'NON_FINITE_FORECASTS',
  'NEGATIVE_FORECASTS',
  'CROSSED_QUANTILES',
  'ROWS_WITHOUT_WINDOW',
  'FREQUENCY_UNKNOWN',
  'TIMESTAMPS_WITHOUT_STEP',
] as const;

/** One of {@link noteCodes}. */
export type NoteCode = (typeof noteCodes)[number];

/** Something a reader of the figures must know. */
export interface Note {
  readonly code: NoteCode;
  /** A sentence for people. */
  readonly message: string;
  /** The metric concerned, such as `WAPE`, `wQL[0.9]` or `interval[0.1,0.9]`; absent where it is none in particular. */
  readonly metric?: string;
  /** The forecast type concerned; absent where it is none in particular. */
  readonly forecastType?: string;
  /** Rows concerned, for notes about rows; else figures (summary, windows and groups) concerned. */
  readonly count: number;
  /** The first figure concerned: `summary`, `window <start>/<end>` or `group <key>`; absent for notes about rows. */
  readonly where?: string;
}
