/** How serious a finding is: an error makes the export fail, a warning does not. */
export type Severity = 'warn' | 'error';

/** What a rule finds, and its default severity. */
export interface FindingRule {
  readonly severity: Severity;
  /** What is counted, as a sentence. */
  readonly message: string;
}

/**
 * The default severity and the message of each rule by its code, which its finding has too, in the order of a report:
 * folder, rows, across the tables, arithmetic. The list is closed; `docs/verify.md` explains each with an example, and
 * `test/verify/rules-documented.test.ts` keeps the two in step.
 */
const rules = {
  SUCCESS_MARKER_MISSING: ['error', 'no _SUCCESS marker, which is written last: the export may be incomplete'],
  CHECK_MARKER_MISSING: ['warn', 'no _CHECK marker, which the service writes first'],
  MARKERS_SHARED: ['warn', 'several exports share the folder and its markers, so any of them may still be incomplete'],
  TABLE_MISSING: ['error', 'a table of the export has no part'],
  TABLE_MISPLACED: ['error', 'parts are in the folder of the other table, or named for it'],
  PART_MISSING: ['error', 'part numbers are missing from a table'],
  PART_NUMBER_REPEATED: ['error', 'parts have the same number as another part'],
  PART_REPEATED: ['error', 'parts duplicate another part; they are excluded from every other check'],
  FORMATS_MIXED: ['error', 'the export has CSV and Parquet parts; the format with fewer parts is not read'],
  PART_COLUMNS_DIFFER: ['error', 'parts have different columns from the other parts; none of their rows are used'],
  PART_UNREADABLE: ['error', 'parts cannot be read; none of their rows are used'],
  ENTRY_NOT_REGULAR: ['error', 'entries are named like parts but are not regular files'],
  FILE_FOREIGN: ['warn', 'files do not belong to an export'],
  SWAP_UNFINISHED: ['warn', 'a writer has not finished replacing files; the complete version is checked'],
  COLUMN_LEFT_OUT: ['warn', 'tables have columns that were left out on request'],
  COLUMN_COUNTS_ROWS: ['warn', 'the first column of a table counts its rows, like an index added by a program'],
  EXPORTS_MERGED: [
    'error',
    'every row of a table appears several times, as if exports of one predictor had been merged',
  ],
  HEADER_REPEATED: ['error', 'header lines are repeated in the data, as if part files had been concatenated'],
  DUPLICATE_EXACT: ['error', 'duplicate rows: the key and values of an earlier row'],
  DUPLICATE_NEAR: ['error', 'duplicate keys whose values differ from the earlier row only in the last bits'],
  DUPLICATE_DIFFERENT: ['error', 'duplicate keys whose values differ from the earlier row'],
  ITEM_EMPTY: ['error', 'rows have no item'],
  TIME_MISSING: ['error', 'rows have a missing timestamp, window start or window end'],
  TIME_OUTSIDE_WINDOW: ['error', 'timestamps are outside their backtest window'],
  TIME_OFF_FREQUENCY: ['error', "timestamps are between the steps of the export's frequency"],
  STEP_MISSING: ['error', 'steps of a backtest window have no row'],
  WINDOW_REVERSED: ['error', 'rows belong to a window that starts after its end'],
  WINDOWS_OVERLAP: ['warn', 'backtest windows start before the previous one has ended'],
  WINDOW_KIND_UNKNOWN: ['error', 'rows have a backtest_window that is neither Computed nor Summary'],
  ACTUAL_MISSING: ['warn', 'rows have a missing target_value'],
  FORECAST_MISSING: ['error', 'forecasts are missing'],
  METRIC_MISSING: ['error', 'metrics are missing'],
  NUMBER_NOT_FINITE: ['error', 'numbers are NaN or infinite'],
  NOT_DEFINED_PARTLY: ['error', 'rows have `not defined` for some metrics and numbers for others'],
  FORECAST_NEGATIVE: ['warn', 'forecasts are below 0'],
  QUANTILES_CROSSED: ['warn', 'rows have a lower quantile above a higher one'],
  WINDOW_WITHOUT_METRICS: ['error', 'backtest windows have forecasts but no metrics'],
  WINDOW_WITHOUT_FORECASTS: ['error', 'backtest windows have metrics but no forecasts'],
  SERIES_WITHOUT_METRICS: ['error', 'time series have forecasts but no metrics'],
  SERIES_WITHOUT_FORECASTS: ['error', 'time series have metrics but no forecasts'],
  METRICS_ABSENT: ['error', 'windows of a time series have forecasts but no Computed row'],
  FORECASTS_ABSENT: ['error', 'Computed rows have metrics but no forecasts'],
  NOT_DEFINED_WITH_FORECASTS: ['error', 'Computed rows have `not defined` despite forecasts'],
  SUMMARY_ABSENT: ['error', 'time series have Computed rows but no Summary row'],
  COMPUTED_ABSENT: ['error', 'time series have a Summary row but no Computed row'],
  SUMMARY_SPAN: ['error', 'Summary rows do not span the first start to the last end of their Computed rows'],
  COMPUTED_DIFFERS: ['error', 'metrics of Computed rows differ from those of their forecasts'],
  SUMMARY_DIFFERS: ['error', 'metrics of Summary rows differ from the mean of their Computed rows'],
} as const;

/** The code of a rule. */
export type FindingCode = keyof typeof rules;

/** Every {@link FindingCode}, in the order of a report. */
export const findingCodes: readonly FindingCode[] = Object.keys(rules) as FindingCode[];

/** Every rule by its code. */
export const findingRules: Readonly<Record<FindingCode, FindingRule>> = Object.fromEntries(
  Object.entries(rules).map(([code, [severity, message]]) => [code, { severity, message }]),
) as Record<FindingCode, FindingRule>;

/** Why something was not checked, as a sentence, by its code. In the order of a report; the list is closed. */
export const notCheckedReasons = {
  PARTS_INCOMPLETE: 'parts are missing or unreadable: they may contain what the tables lack',
  TABLE_ABSENT: 'forecasted-values or accuracy-metrics-values is missing: the two could not be compared',
  FREQUENCY_UNKNOWN: 'the step between timestamps is unknown: timestamps were not checked against it',
  WINDOWS_UNTOLD:
    'windows of time series: the steps are unknown, or more than 10,000; missing ones were not searched for',
  NO_MEAN_COLUMN: 'WAPE, RMSE, MAPE and MASE need the mean forecast, which the export does not have',
  MASE_NEEDS_HISTORY:
    'MASE needs the training history, which an export does not contain: pass it as history (--history)',
  SEASON_UNKNOWN: 'MASE needs a season, which the frequency does not imply: pass it as season (--season)',
  HISTORY_INCOMPLETE:
    'Computed rows: the history of the series has gaps, duplicates or too few values before the window',
  HISTORY_FLAT: 'Computed rows: the history does not change over a season, so MASE would divide by 0',
  QUANTILE_ABSENT: 'wQL columns: forecasted-values has no column of their quantile',
  ROWS_MISSING: 'Computed rows: steps, actuals or forecasts of their window are missing or not finite',
  ROWS_REPEATED: 'Computed rows: their window has duplicate rows',
  SUMMARY_OF_ODD_ROWS: 'Summary rows: one of their Computed rows is missing, duplicated or faulty',
  WAPE_AMBIGUOUS: 'WAPE is either the plain sum of errors or the ratio; the data does not show which',
  TEXT_OF_FILES:
    'an engine read the rows: quotes, line ends, encoding, checksums and the order of rows were not checked',
} as const;

/** The code of something that was not checked. */
export type NotCheckedCode = keyof typeof notCheckedReasons;

/** Every {@link NotCheckedCode}, in the order of a report. */
export const notCheckedCodes: readonly NotCheckedCode[] = Object.keys(notCheckedReasons) as NotCheckedCode[];
