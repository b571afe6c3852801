/** The two tables of an export, named as their folders are, in the order in which they are shown. */
export const tableNames = ['forecasted-values', 'accuracy-metrics-values'] as const;

/** One of the two tables. */
export type TableName = (typeof tableNames)[number];

/** Whether a text, such as a folder's name, is the name of a table. */
export function isTableName(text: string | undefined): text is TableName {
  return tableNames.some((table) => table === text);
}

/** What `make` gives for each table, by its name. */
export function byTable<Value>(make: (table: TableName) => Value): Record<TableName, Value> {
  const [forecasts, accuracy] = tableNames;
  return { [forecasts]: make(forecasts), [accuracy]: make(accuracy) };
}

/** How a column is decoded. */
export type ColumnKind = 'text' | 'time' | 'number';

/** What a column means. */
export type ColumnRole =
  | 'item'
  | 'dimension'
  | 'timestamp'
  | 'target'
  | 'windowStart'
  | 'windowEnd'
  | 'forecast'
  | 'backtestWindow'
  | 'metric';

/** A forecast type as the API names it: `mean`, or a quantile from `0.01` to `0.99` without trailing zeros. */
export type ForecastType = string;

/** One column of a table. */
export interface ColumnSchema {
  /** The name exactly as in the header. */
  readonly name: string;
  readonly role: ColumnRole;
  readonly kind: ColumnKind;
  /** The forecast type of a `forecast` column, or the quantile of a `wQL[tau]` metric column. */
  readonly forecastType?: ForecastType;
  /** The metric of a `metric` column by its canonical name: `wQL`, `averageWQL`, `RMSE`, `WAPE`, `MAPE`, `MASE`. */
  readonly metric?: MetricName;
  /** Whether the text `not defined` may replace a number (metric columns). */
  readonly allowsNotDefined: boolean;
}

/** The metrics of the accuracy folder. */
export type MetricName = 'wQL' | 'averageWQL' | 'RMSE' | 'WAPE' | 'MAPE' | 'MASE';

/** A column of a file that was left out of its table. */
export interface LeftOutColumn {
  /** The name in the header; may be empty. */
  readonly name: string;
  /** Its index in the header, from 0. */
  readonly field: number;
}

/** One table of one export, as its header describes it. Columns are in header order. */
export interface TableSchema {
  readonly table: TableName;
  readonly columns: readonly ColumnSchema[];
  /** Name of the item column: `item_id`, or another domain's. */
  readonly itemColumn: string;
  /** Names of the 0 to 10 forecast dimension columns. */
  readonly dimensions: readonly string[];
  /** Forecast types: `mean`, then quantiles ascending; in the accuracy table the quantiles of the wQL columns. */
  readonly forecastTypes: readonly ForecastType[];
  /** Columns of the file that were left out on request, in header order; absent if there are none. */
  readonly leftOut?: readonly LeftOutColumn[];
}
