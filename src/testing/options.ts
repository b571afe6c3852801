import type { ErrorCode } from '../errors.ts';
import type { ForecastType, TableName } from '../schema/schema.ts';
import type { TimeSpelling } from './time-option.ts';
import type { DefectName } from './defects/names.ts';

/** A forecast dimension: its column name and number of values. */
export interface DimensionOption {
  readonly name: string;
  /** At least 1; each item appears with each combination of dimension values. */
  readonly cardinality: number;
}

/**
 * What item ids and dimension values look like: `plain` `item_0001`; `digits` `000123`, leading zeros included;
 * `unicode` several scripts and an emoji; `hostile` commas, quotes, line breaks, formulas, and words such as `NaN`;
 * `formulas` only text that a spreadsheet would run as a formula.
 */
export type TextStyle = 'plain' | 'digits' | 'unicode' | 'hostile' | 'formulas';

/** How the time columns spell the zone. */
export interface TimeSpellings {
  /** `timestamp`; default `Z`. */
  readonly timestamp?: TimeSpelling;
  /** `backtestwindow_start_time` of both tables; default `none`. */
  readonly windowStart?: TimeSpelling;
  /** `backtestwindow_end_time` of both tables; default `none`. */
  readonly windowEnd?: TimeSpelling;
}

/** A defect and where to plant it; omitted fields are chosen deterministically. */
export interface DefectOption {
  readonly name: DefectName;
  /** Default: the table that the defect concerns, usually `forecasted-values`. */
  readonly table?: TableName;
  /** Part number; default: the first part with rows that no other defect has edited. */
  readonly part?: number;
  /** Data record in the part, from 1; default: the middle one. */
  readonly record?: number;
}

/** Options of {@link generateExport}; all have defaults, so `{}` gives a small hourly export. */
export interface GenerateOptions {
  /** A whole number from 0; default 1. The same seed and options give the same bytes on every machine. */
  readonly seed?: number;
  /** Folder below the storage's root for the export; default `''`, the root. */
  readonly folder?: string;
  /** Whether to replace existing files; default false (`FILE_EXISTS`). */
  readonly overwrite?: boolean;
  /** Number of items; default 100. Time series = items × the product of the cardinalities. */
  readonly items?: number;
  /** Forecast dimensions, up to 10; default none. */
  readonly dimensions?: readonly DimensionOption[];
  /** Number of backtest windows; default 1. */
  readonly windows?: number;
  /** Steps in each window (the forecast horizon); default 24. */
  readonly horizon?: number;
  /** Steps from the start of one window to the start of the next; default `horizon`. */
  readonly windowOffset?: number;
  /** Step length as the API spells it: `H` (default), `D`, `W`, `M`, `Y`, `15min`, `2H` … */
  readonly frequency?: string;
  /** Start of the first window, UTC; default `2021-11-01T00:00:00`. */
  readonly firstWindowStart?: string;
  /** Name of the item column; default `item_id`. */
  readonly itemColumn?: string;
  /** Style of item ids and dimension values; default `plain`. */
  readonly textStyle?: TextStyle;
  /** `mean` and quantiles `0.01` to `0.99`; default `['mean', '0.1', '0.5', '0.9']`. Mean is written first. */
  readonly forecastTypes?: readonly ForecastType[];
  /** Parts per table, at most one per item; default 1. */
  readonly parts?: number;
  /** `CreatePredictorBacktestExportJob` name; default `synthetic_backtest`. */
  readonly jobName?: string;
  /** Export timestamp as in file names; default `2021-12-14T13-20-10Z`. */
  readonly exportedAt?: string;
  /** `CSV` (default) or `PARQUET`, which holds one part in memory and allows no defects. */
  readonly format?: 'CSV' | 'PARQUET';
  /** `seen` (default) `Forecasts_<job>_<time>_part<N>.csv`; `documented` `<job>_<time>_<N>.csv`. */
  readonly naming?: 'seen' | 'documented';
  /** `2020` writes wQL, RMSE and WAPE; `2021` (default) also the average wQL, MAPE and MASE. */
  readonly metrics?: '2020' | '2021';
  /** Header of the average wQL; default `Average wQL`. */
  readonly averageColumn?: 'Average wQL' | 'AverageWeightedQuantileLoss';
  /** Whether the WAPE column holds the plain sum of |y - m| (`sum`, default, as seen) or the ratio. */
  readonly wapeMeaning?: 'sum' | 'ratio';
  /** Spelling of the zone per time column. */
  readonly timeSpelling?: TimeSpellings;
  /** Empty marker files to write; default both, `_CHECK` first and `_SUCCESS` last. */
  readonly markers?: readonly ('_CHECK' | '_SUCCESS')[];
  /** Share of series and windows with missing actuals: `not defined` metrics, no forecast rows; 0 to 1, default 0. */
  readonly missingActuals?: number;
  /** Share of points whose actual is 0; 0 to 1, default 0. Low demand adds some more. */
  readonly zeroActuals?: number;
  /** Share of rows with negative forecasts, all types of the row; 0 to 1, default 0. */
  readonly negativeForecasts?: number;
  /** Share of rows with the lowest and highest quantile exchanged; 0 to 1, default 0. */
  readonly crossedQuantiles?: number;
  /** Defects to plant, in this order; default none. The export must have at most 64 MB. */
  readonly defects?: readonly (DefectName | DefectOption)[];
}

/** One written file. */
export interface GeneratedFile {
  /** Path below the storage's root. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Where a defect was planted, and how reading must react. */
export interface PlantedDefect {
  readonly name: DefectName;
  /** The file, or the folder if a whole folder is affected. */
  readonly path: string;
  /** The data record from 1 (the header is 0), if one record is affected. */
  readonly record?: number;
  /** The line of text where that record begins, from 1; quoted line breaks count. */
  readonly line?: number;
  /** First byte of the damaged field or, if damaged as a whole, of the record; for a single bad byte, that byte. */
  readonly byte?: number;
  /** The column of the damaged field, by its name in the clean header. */
  readonly column?: string;
  /** The error code of reading the export; absent if reading must succeed, perhaps with a finding. */
  readonly expectedCode?: ErrorCode;
}

/** The result of {@link generateExport}. */
export interface GeneratedExport {
  readonly jobName: string;
  readonly exportedAt: string;
  /** In the order of writing. */
  readonly files: readonly GeneratedFile[];
  /** Sum of the file sizes. */
  readonly bytes: number;
  /** The headers, before defects. */
  readonly columns: Readonly<Record<TableName, readonly string[]>>;
  /** Data rows, before defects. */
  readonly rows: Readonly<Record<TableName, number>>;
  /** Number of time series: items × combinations of dimension values. */
  readonly series: number;
  /** First and last (inclusive) time of each backtest window, `2021-11-01T00:00:00`, UTC. */
  readonly windows: readonly { readonly start: string; readonly end: string }[];
  readonly planted: readonly PlantedDefect[];
}
