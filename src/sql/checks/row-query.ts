import type { Dialect } from '../dialects/dialect.ts';
import { forecastColumns, metricCells, quantileColumns, type CheckedTable } from './checked-table.ts';
import { countWhere, isNumber, listOf, recordsOf, withTables } from './sql-text.ts';

/** A count of the rows of one group, and the rule it is about. */
export interface RowCount {
  readonly code:
    | 'all'
    | 'header'
    | 'bad'
    | 'ACTUAL_MISSING'
    | 'FORECAST_MISSING'
    | 'METRIC_MISSING'
    | 'NUMBER_NOT_FINITE'
    | 'FORECAST_NEGATIVE'
    | 'QUANTILES_CROSSED'
    | 'NOT_DEFINED_PARTLY'
    | 'defined';
  /** Which rows, or cells, it counts: a condition for each, over `cells`. */
  readonly where: readonly string[];
  /** The number column that each condition is about: an index of `number columns`; -1 where it is about none. */
  readonly columns: readonly number[];
}

/** A query that groups rows, its group columns, and what it counts in each. */
export interface RowQuery {
  readonly sql: string;
  /** After the columns of the group, in this order. */
  readonly counts: readonly RowCount[];
}

/** More groups than this are refused: an export has few windows, and so few timestamps. */
export const mostGroups = 1_000_000;

/**
 * Counts of forecasted-values by window and timestamp, and by part: rules about single rows and times are judged from them.
 * Group columns: `ws`, `we`, `ts`, whether the row has no item (1, 0; 2 for a header line), the part; the last is NULL in groups by time, the others in
 * groups by part, which follow from `by_part` (1, 0) at the end of them.
 */
export function forecastRowQuery(table: CheckedTable, dialect: Dialect): RowQuery {
  return rowQuery(table, dialect, 'ts', forecastCounts(table, dialect));
}

/** The same of accuracy-metrics-values: by window and kind of row (0 Computed, 1 Summary, 2 another). */
export function metricRowQuery(table: CheckedTable, dialect: Dialect): RowQuery {
  return rowQuery(table, dialect, kindCode, metricCounts(table, dialect));
}

/** The kind of a row as a number. */
export const kindCode = `CASE kind WHEN 'Computed' THEN 0 WHEN 'Summary' THEN 1 ELSE 2 END`;

/** What is counted of forecasted-values. Column -1 is none, 0 the actual, 1 and up the forecasts. */
export function forecastCounts({ schema }: CheckedTable, dialect: Dialect): RowCount[] {
  const forecasts = forecastColumns(schema);
  const numbers = forecasts.map((_, index) => index + 1);
  const quantiles = quantileColumns(schema);
  const crossed = quantiles.slice(1).map(({ name }, index) => {
    const below = quantiles[index]?.name ?? '';
    return `(${isNumber(below, dialect)} AND ${below} > ${name})`;
  });
  const notFinite = (name: string): string => `${name} IS NOT NULL AND NOT ${dialect.isFinite(name)}`;
  return [
    { code: 'all', where: ['1 = 1'], columns: [-1] },
    { code: 'header', where: ['header = 1'], columns: [-1] },
    { code: 'bad', where: ['bad > 0'], columns: [-1] },
    { code: 'ACTUAL_MISSING', where: ['y IS NULL'], columns: [0] },
    { code: 'FORECAST_MISSING', where: forecasts.map((name) => `${name} IS NULL`), columns: numbers },
    { code: 'NUMBER_NOT_FINITE', where: ['y', ...forecasts].map(notFinite), columns: [0, ...numbers] },
    {
      code: 'FORECAST_NEGATIVE',
      where: forecasts.map((name) => `${name} < ${dialect.quoteDouble(0)}`),
      columns: numbers,
    },
    { code: 'QUANTILES_CROSSED', where: crossed.length === 0 ? [] : [crossed.join(' OR ')], columns: [-1] },
  ];
}

/** What is counted of accuracy-metrics-values. Columns are those of metrics; empty cells are counted by row. */
export function metricCounts({ schema }: CheckedTable, dialect: Dialect): RowCount[] {
  const metrics = metricCells(schema);
  const numbers = metrics.map((_, index) => index);
  const notFinite = metrics.map((name) => `${name} IS NOT NULL AND NOT ${dialect.isFinite(name)}`);
  return [
    { code: 'all', where: ['1 = 1'], columns: [-1] },
    { code: 'header', where: ['header = 1'], columns: [-1] },
    { code: 'bad', where: ['bad > 0'], columns: [-1] },
    // every NULL is an empty cell or `not defined`, which `nd` counts
    { code: 'METRIC_MISSING', where: metrics.map((name) => `${name} IS NULL`), columns: numbers },
    { code: 'NUMBER_NOT_FINITE', where: notFinite, columns: numbers },
    { code: 'NOT_DEFINED_PARTLY', where: [`nd > 0 AND nd < ${metrics.length}`], columns: [-1] },
    { code: 'defined', where: [`nd < ${metrics.length}`], columns: [-1] },
  ];
}

function rowQuery(table: CheckedTable, dialect: Dialect, third: string, counts: readonly RowCount[]): RowQuery {
  const isMissing = (code: RowCount['code']): boolean => code === 'METRIC_MISSING';
  const sums = counts.map(({ code, where }) => {
    const all = where.map((each) => countWhere(code === 'header' ? each : `header = 0 AND (${each})`)).join(' + ');
    const sum = where.length === 0 ? '0' : isMissing(code) ? `${all} - CAST(COALESCE(SUM(nd), 0) AS BIGINT)` : all;
    return `${sum} AS ${countName(code)}`;
  });
  const sql = `${withTables([
    ['cells', recordsOf(table, dialect)],
    [
      'keyed',
      `  SELECT *, CASE WHEN header = 1 THEN 2 WHEN item <> '' THEN 0 ELSE 1 END AS no_item${third === 'ts' ? '' : `, ${third} AS kind_code`}\n  FROM cells`,
    ],
  ])}SELECT
${listOf([...groupColumns(third), 'GROUPING(ws) AS by_part', ...sums])}
FROM keyed
GROUP BY GROUPING SETS ((${groupColumns(third).slice(0, 4).join(', ')}), (part))
LIMIT ${mostGroups + 1}`;
  return { sql, counts };
}

/** The column of a count in the answer. */
export function countName(code: RowCount['code']): string {
  return code === code.toLowerCase() ? `${code}_rows` : code.toLowerCase();
}

/** The columns of a group in the answer, after which `by_part` follows; `third` is `ts` or `kind_code`. */
export function groupColumns(third: string): string[] {
  return ['ws', 'we', third === 'ts' ? 'ts' : 'kind_code', 'no_item', 'part'];
}
