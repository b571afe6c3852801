import type { FindingCode } from '../../verify/base/rules.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { metricCells, seriesColumns, type CheckedTable } from './checked-table.ts';
import type { FoundTimes } from './judge-rows.ts';
import { forecastCounts, metricCounts } from './row-query.ts';
import { belongs, cellsOf, listOf, withTables } from './sql-text.ts';

/** The first rows with a finding about single rows. */
export interface RowPlaceQuery {
  /** Columns: item, dimensions, `ws`, `we`, `ts` (of accuracy-metrics-values NULL), `part`, and the index of the column concerned. */
  readonly sql: string;
  /** The columns concerned: of forecasted-values 0 is the actual, 1 and up are forecasts, else they are metrics; -1 is none. */
  readonly columns: readonly number[];
}

/**
 * Finds the first rows of a finding, by key: at most `most`. Undefined for findings about anything else. `times` are those of
 * timestamps between the steps, which only the calendar knows.
 */
export function rowPlaceQuery(
  table: CheckedTable,
  code: FindingCode,
  times: readonly FoundTimes[],
  most: number,
  dialect: Dialect,
): RowPlaceQuery | undefined {
  const found = conditionsOf(table, code, times, dialect);
  if (found === undefined || found.where.length === 0) return undefined;
  const { where, columns } = found;
  const isForecasts = table.schema.table === 'forecasted-values';
  const series = seriesColumns(table.schema);
  const keys = [...series, 'ws', 'we', isForecasts ? 'ts' : 'CAST(NULL AS BIGINT) AS ts', 'part'];
  const numbers = where.map((_, index) => `(${index})`).join(', ');
  const cases = where.map((condition, index) => `WHEN ${index} THEN CASE WHEN ${condition} THEN 1 END`);
  const sql = `${withTables([['cells', cellsOf(table, dialect)]])}SELECT
${listOf([...keys, 'k'])}
FROM cells
CROSS JOIN (VALUES ${numbers}) AS checks (k)
WHERE CASE k ${cases.join(' ')} END = 1
ORDER BY ${[...series, 'ws', 'we', ...(isForecasts ? ['ts'] : []), 'part', 'k'].join(', ')}
LIMIT ${most}`;
  return { sql, columns };
}

interface Conditions {
  readonly where: readonly string[];
  readonly columns: readonly number[];
}

function conditionsOf(
  table: CheckedTable,
  code: FindingCode,
  times: readonly FoundTimes[],
  dialect: Dialect,
): Conditions | undefined {
  const isForecasts = table.schema.table === 'forecasted-values';
  const one = (condition: string): Conditions => ({ where: [condition], columns: [-1] });
  const ofRows: Partial<Record<FindingCode, string>> = {
    ITEM_EMPTY: `COALESCE(item, '') = ''`,
    TIME_MISSING: `ws IS NULL OR we IS NULL${isForecasts ? ` OR (ts IS NULL AND ${belongs})` : ''}`,
    WINDOW_REVERSED: 'ws > we',
    TIME_OUTSIDE_WINDOW: `${belongs} AND (ts < ws OR ts > we)`,
    TIME_OFF_FREQUENCY: `item <> '' AND (${times.map(sameTimes).join(' OR ') || '1 = 0'})`,
    WINDOW_KIND_UNKNOWN: `COALESCE(kind, '') NOT IN ('Computed', 'Summary')`,
  };
  const condition = ofRows[code];
  if (condition !== undefined) return one(condition);
  const counts = isForecasts ? forecastCounts(table, dialect) : metricCounts(table, dialect);
  const count = counts.find((each) => each.code === code);
  if (count === undefined) return undefined;
  if (code === 'FORECAST_NEGATIVE' || code === 'QUANTILES_CROSSED') {
    return { ...count, where: count.where.map((each) => `${belongs} AND ts IS NOT NULL AND (${each})`) };
  }
  if (code !== 'METRIC_MISSING') return count;
  // in a row with both, which cell is empty and which is `not defined` is not known
  const missing = metricCells(table.schema).map((name) => `CASE WHEN ${name} IS NULL THEN 1 ELSE 0 END`);
  const some = one(`nd > 0 AND ${missing.join(' + ')} > nd`);
  return {
    where: [...count.where.map((each) => `nd = 0 AND ${each}`), ...some.where],
    columns: [...count.columns, ...some.columns],
  };
}

function sameTimes({ start, end, third }: FoundTimes): string {
  return `(ws = ${start ?? 'NULL'} AND we = ${end ?? 'NULL'} AND ts = ${third ?? 'NULL'})`;
}
