import { seriesColumns, type CheckedTables } from './checked-table.ts';
import { judgedWindows, type JudgeOptions } from './judged-windows.ts';
import type { SeriesCheck } from './series-checks.ts';
import { countWhere, differenceOf, fieldOf, listOf, maxRow, withTables } from './sql-text.ts';

/** What is asked about the series of an export. */
export interface SeriesQuery {
  readonly tables: CheckedTables;
  readonly judge: JudgeOptions;
  readonly checks: readonly SeriesCheck[];
  readonly tolerance: number;
}

/** The columns of a place: item, dimensions, `ws`, `we`, `expected`, `found`, `difference`. */
export function placeColumns({ forecasts, metrics }: CheckedTables): string[] {
  const schema = (forecasts ?? metrics)?.schema;
  return [...(schema === undefined ? [] : seriesColumns(schema)), 'ws', 'we', 'expected', 'found', 'difference'];
}

/**
 * Counts every check: a row for each that applies to a window, as its number; the sum of its amounts; of metrics how many cells differ;
 * and the cell with the greatest difference, as {@link placeColumns}.
 */
export function seriesCountQuery(query: SeriesQuery): string {
  return countQuery(query, undefined);
}

/** {@link seriesCountQuery} with the `names` of checks, for a reader, in place of their numbers, and windows as text. */
export function countQuery(query: SeriesQuery, names: readonly string[] | undefined): string {
  const { dialect } = query.tables;
  const columns = placeColumns(query.tables);
  const fields = columns.map((name, index) => {
    const field = fieldOf('greatest', name, index, dialect.name);
    return `${names !== undefined && (name === 'ws' || name === 'we') ? dialect.timeText(field) : field} AS ${name}`;
  });
  const name =
    names &&
    `CASE k\n${names.map((text, k) => `    WHEN ${k} THEN ${dialect.quoteText(text)}`).join('\n')}\n  END AS rule`;
  return `${withTables(checkedTables(query))}SELECT
${listOf([name ?? 'k', 'amount', 'differ', ...fields])}
FROM (
  SELECT k, CAST(SUM(amount) AS BIGINT) AS amount, ${differs(query)} AS differ,
    ${maxRow(columns, 'difference', dialect.name)} AS greatest
  FROM checked
  GROUP BY k
) AS counted
ORDER BY k`;
}

/** The first places of checks: their number, then {@link placeColumns}; by item, dimensions and window. */
export function seriesPlaceQuery(query: SeriesQuery, wanted: readonly number[], most: number): string {
  const columns = placeColumns(query.tables);
  const keys = columns.slice(0, -3).join(', ');
  const isFound = `(difference IS NULL OR difference > ${query.tables.dialect.quoteDouble(query.tolerance)})`;
  return `${withTables(checkedTables(query))}SELECT
${listOf(['k', ...columns])}
FROM (
  SELECT k, ${columns.join(', ')}, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ${keys}) AS place
  FROM checked
  WHERE k IN (${wanted.join(', ')}) AND amount > 0 AND ${isFound}
) AS found_places
WHERE place <= ${most}
ORDER BY k, place`;
}

function differs({ tolerance, tables }: SeriesQuery): string {
  return countWhere(`difference > ${tables.dialect.quoteDouble(tolerance)}`);
}

function checkedTables({ tables, judge, checks }: SeriesQuery): (readonly [name: string, sql: string])[] {
  const { dialect } = tables;
  const keys = placeColumns(tables).slice(0, -3);
  const firstMetric = checks.findIndex(({ expected }) => expected !== undefined);
  const numbers = checks.map((_, index) => `(${index})`).join(', ');
  const ofMetric = `k >= ${firstMetric < 0 ? checks.length : firstMetric}`;
  const difference = `CASE
      WHEN NOT (${ofMetric} AND amount > 0) THEN NULL
      WHEN expected IS NULL AND found IS NULL THEN ${dialect.quoteDouble(0)}
      WHEN expected IS NULL OR found IS NULL THEN ${dialect.quoteDouble(1)}
      ELSE ${differenceOf('expected', 'found', dialect)}
    END`;
  return [
    ...judgedWindows(tables, judge),
    [
      'answers',
      `  SELECT
${listOf(
  [
    'k',
    ...keys,
    `${caseOf(checks.map(({ amount }) => amount))} AS amount`,
    `${caseOf(checks.map(({ expected }) => expected))} AS expected`,
    `${caseOf(checks.map(({ found }) => found))} AS found`,
  ],
  '    ',
)}
  FROM judged
  CROSS JOIN (VALUES ${numbers}) AS checks (k)`,
    ],
    [
      'checked',
      `  SELECT *,
    ${difference} AS difference
  FROM answers
  WHERE amount > 0`,
    ],
  ];
}

/** The answer of check `k`, NULL of those without one. */
function caseOf(answers: readonly (string | undefined)[]): string {
  const cases = answers.flatMap((answer, index) =>
    answer === undefined ? [] : [`      WHEN ${index} THEN ${answer}`],
  );
  return cases.length === 0 ? 'CAST(NULL AS DOUBLE)' : `CASE k\n${cases.join('\n')}\n    END`;
}

/** A window of the list that a query is given. */
export interface ListedWindow {
  readonly start: number;
  readonly end: number;
  /** Its steps, null where they are unknown. */
  readonly steps: number | null;
  readonly inForecasts: boolean;
  readonly inMetrics: boolean;
}

/** {@link JudgeOptions.windows} from a list. */
export function windowList(windows: readonly ListedWindow[]): string {
  const rows = windows.map(
    ({ start, end, steps, inForecasts, inMetrics }) =>
      `CAST(${start} AS BIGINT) AS ws, CAST(${end} AS BIGINT) AS we, CAST(${steps ?? 'NULL'} AS BIGINT) AS steps, ${Number(inForecasts)} AS in_forecasts, ${Number(inMetrics)} AS in_metrics`,
  );
  if (rows.length === 0) return `${windowList([noWindow])}\n  WHERE 1 = 0`;
  return rows.map((row) => `  SELECT ${row}`).join('\n  UNION ALL\n');
}

const noWindow: ListedWindow = { start: 0, end: 0, steps: null, inForecasts: false, inMetrics: false };
