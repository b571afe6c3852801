import type { MetricColumn } from '../../verify/judge/arithmetic.ts';
import { ofMean } from '../../verify/judge/arithmetic.ts';
import { metricCells, seriesColumns, type CheckedTables } from './checked-table.ts';
import { forecastWindows, sumColumns, type StepCount } from './forecast-windows.ts';
import { metricRows } from './metric-rows.ts';
import { listOf } from './sql-text.ts';

/** How the windows of all series are judged. */
export interface JudgeOptions {
  readonly steps: StepCount;
  /** Whether repeats of rows of accuracy-metrics-values are known. */
  readonly careful: boolean;
  /** The metric columns, with the quantile that each is about. */
  readonly columns: readonly MetricColumn[];
  /** A SELECT of `ws`, `we`, `steps` (NULL where unknown), `in_forecasts` and `in_metrics` (1, 0). */
  readonly windows: string;
}

type NamedTable = readonly [name: string, sql: string];

/**
 * Common table expressions, the last of which is `judged`: a row for each series and window, with what both tables have of it and what
 * the whole series has, so that each rule is a condition on one row.
 *
 * Columns, after the key: of forecasts (NULL without any) `n`, `seen`, `repeated`, `odd` and sums; of its Computed row `computed` (1 or
 * NULL), `c_nd` (1 if all metrics are `not defined`), `c_odd` (1 if some are, or are missing), `c0`, `c1` …; of a Summary row likewise
 * `summary`, `z_nd`, `z_odd`, `z0` …; `other` (1 or NULL); of the window `steps`, `in_forecasts`, `in_metrics`; of the series
 * `nth`, its number by window, that of the first one with forecasts, a Computed row …, and sums over its Computed rows.
 */
export function judgedWindows({ dialect, forecasts, metrics }: CheckedTables, options: JudgeOptions): NamedTable[] {
  const schema = (forecasts ?? metrics)?.schema;
  if (schema === undefined) return [];
  const series = seriesColumns(schema);
  const keys = [...series, 'ws', 'we'];
  const sums = forecasts === undefined ? [] : sumColumns(forecasts);
  const cells = metrics === undefined ? [] : metricCells(metrics.schema);
  const nothing = (type: string, name: string): string => `CAST(NULL AS ${type}) AS ${name}`;
  const noSums = sums.map(({ name, whole }) => nothing(whole ? 'BIGINT' : 'DOUBLE', name));
  const rowNames = ['kind', 'copies', 'nd', 'different'];
  const noRow = [...rowNames.map((name) => nothing('BIGINT', name)), ...cells.map((name) => nothing('DOUBLE', name))];
  const parts = [
    ...(forecasts === undefined
      ? []
      : [`  SELECT ${[...keys, ...sums.map(({ name }) => name), ...noRow].join(', ')}\n  FROM forecast_windows`]),
    ...(metrics === undefined
      ? []
      : [
          `  SELECT ${[...keys, ...noSums, 'CAST(kind AS BIGINT) AS kind', 'n AS copies', 'nd', 'CAST(different AS BIGINT) AS different', ...cells].join(', ')}\n  FROM metric_rows`,
        ]),
  ];
  return [
    ['windows', options.windows],
    ...(forecasts === undefined
      ? []
      : [['forecast_windows', forecastWindows(forecasts, options.steps, dialect)] satisfies NamedTable]),
    ...(metrics === undefined
      ? []
      : [['metric_rows', metricRows(metrics, options.careful, dialect)] satisfies NamedTable]),
    ['all_windows', parts.join('\n  UNION ALL\n')],
    ['by_window', byWindow(keys, sums, cells, dialect.isFinite)],
    ['numbered', numbered(series)],
    ['judged', judged(series, cells)],
  ];
}

function byWindow(
  keys: readonly string[],
  sums: readonly { readonly name: string }[],
  cells: readonly string[],
  isFinite: (expression: string) => string,
): string {
  const of = (kind: number, value: string): string => `MAX(CASE WHEN kind = ${kind} THEN ${value} END)`;
  const finite = cells.map((name) => `CASE WHEN ${isFinite(name)} THEN 1 ELSE 0 END`).join(' + ') || '0';
  const count = cells.length;
  const allUndefined = `CASE WHEN nd = ${count} AND nd > 0 THEN 1 ELSE 0 END`;
  const odd = `CASE WHEN different = 0 AND (nd = ${count} OR ${finite} = ${count}) THEN 0 ELSE 1 END`;
  const ofRow = (kind: number, row: string, letter: string): string[] => [
    `${of(kind, '1')} AS ${row}`,
    `${of(kind, allUndefined)} AS ${letter}_nd`,
    `${of(kind, odd)} AS ${letter}_odd`,
    ...cells.map((name, index) => `${of(kind, name)} AS ${letter}${index}`),
  ];
  return `  SELECT
${listOf(
  [
    ...keys,
    ...sums.map(({ name }) => `MAX(${name}) AS ${name}`),
    ...ofRow(0, 'computed', 'c'),
    ...ofRow(1, 'summary', 'z'),
    `${of(2, '1')} AS other`,
    'SUM(copies - 1) AS repeats',
  ],
  '    ',
)}
  FROM all_windows
  GROUP BY ${keys.join(', ')}`;
}

/** Numbers for the windows of a series, by start and end: the place of what is found in a series is its first window. */
function numbered(series: readonly string[]): string {
  const [item = '', ...dimensions] = series;
  const order = [...dimensions, 'ws', 'we'].join(', ');
  const ofItem = `ROW_NUMBER() OVER (PARTITION BY ${item} ORDER BY ${order})`;
  const ofSeries = `ROW_NUMBER() OVER (PARTITION BY ${series.join(', ')} ORDER BY ws, we)`;
  if (dimensions.length === 0) return `  SELECT *, ${ofSeries} AS nth\n  FROM by_window`;
  return `  SELECT *,
    ${ofSeries} AS nth,
    ${ofItem} AS nth_of_item
  FROM by_window`;
}

function judged(series: readonly string[], cells: readonly string[]): string {
  const over = `OVER (PARTITION BY ${series.map((name) => `w.${name}`).join(', ')})`;
  const isDefined = 'w.computed = 1 AND w.c_nd = 0';
  const first = (condition: string): string => `MIN(CASE WHEN ${condition} THEN w.nth END) ${over}`;
  const count = (condition: string): string => `COUNT(CASE WHEN ${condition} THEN 1 END) ${over}`;
  const facts = [
    `${first('w.n IS NOT NULL')} AS first_forecast`,
    `${first('w.computed = 1')} AS first_computed`,
    `${first(isDefined)} AS first_defined`,
    `${first('w.summary = 1')} AS first_summary`,
    `${count('w.other = 1')} AS other_count`,
    `${count(isDefined)} AS defined_count`,
    `${count('w.n IS NOT NULL AND (w.computed IS NULL OR w.c_nd = 1)')} AS unsound_count`,
    `${count('w.c_odd = 1')} AS odd_count`,
    `MIN(CASE WHEN w.computed = 1 THEN w.ws END) ${over} AS first_start`,
    `MAX(CASE WHEN w.computed = 1 THEN w.we END) ${over} AS last_end`,
    ...cells.map((_, index) => `SUM(CASE WHEN ${isDefined} THEN w.c${index} END) ${over} AS sum_${index}`),
  ];
  return `  SELECT
${listOf(['w.*', 'windows.steps', 'windows.in_forecasts', 'windows.in_metrics', ...facts], '    ')}
  FROM numbered AS w
  LEFT JOIN windows ON windows.ws = w.ws AND windows.we = w.we`;
}

/** The value of a metric that the forecasts of a window give, as an expression over `judged`; undefined where they give none. */
export function recomputed(
  column: MetricColumn,
  { columns, quoteDouble, hasMean }: RecomputeOptions,
): string | undefined {
  const { metric, quantile } = column;
  if (ofMean.has(metric) && !hasMean) return undefined;
  if (!ofMean.has(metric) && quantile < 0) return undefined;
  const share = (numerator: string): string => ratioOf(numerator, quoteDouble);
  switch (metric) {
    case 'wQL':
      return share(`(${quoteDouble(2)} * loss_${quantile})`);
    case 'averageWQL': {
      const losses = columns.filter((each) => each.metric === 'wQL').map((_, index) => index);
      const all = losses.map((index) => share(`(${quoteDouble(2)} * loss_${index})`)).join(' + ');
      return `(${all}) / ${quoteDouble(losses.length)}`;
    }
    case 'RMSE':
      return 'sqrt(squared_error / seen)';
    case 'WAPE':
      return share('abs_error');
    case 'MAPE':
      return 'error_share / seen';
    case 'MASE':
      break;
  }
  return undefined;
}

/** What {@link recomputed} needs to know. */
export interface RecomputeOptions extends Pick<JudgeOptions, 'columns'> {
  readonly quoteDouble: (value: number) => string;
  readonly hasMean: boolean;
}

/** The numerator alone where all actuals are 0. */
function ratioOf(numerator: string, quoteDouble: (value: number) => string): string {
  const zero = quoteDouble(0);
  return `CASE WHEN abs_y = ${zero} THEN ${numerator} ELSE ${numerator} / abs_y END`;
}
