import type { Dialect } from '../dialects/dialect.ts';
import { forecastColumns, metricCells, seriesColumns, type CheckedTable } from './checked-table.ts';
import { copiesOf } from './copies.ts';
import { validForecasts } from './forecast-windows.ts';
import { validMetrics } from './metric-rows.ts';
import { listOf, withTables } from './sql-text.ts';

/** More rows than this are not read of the answer: it has one for each pair of parts that repeat each other. */
export const mostPairs = 100_000;

/**
 * How rows of a table repeat others, where windows (or keys of metrics) have more rows than keys: a row for each `part`,
 * `first_part`, `likeness` (0 first of its key, 1 exact, 2 near, 3 different), `copies` of the key, with the count of rows. All
 * other rows of the table have one copy. Only windows with repeats are compared row by row.
 */
export function duplicateQuery(table: CheckedTable, dialect: Dialect): string {
  const columns = ['part', 'first_part', 'likeness', 'copies'];
  return `${withTables(comparedRows(table, dialect))}SELECT
${listOf([...columns, 'COUNT(*) AS n'])}
FROM compared
GROUP BY ${columns.join(', ')}
LIMIT ${mostPairs + 1}`;
}

/** The key of a duplicate's place, in the order of {@link duplicatePlaceQuery}. */
function duplicateKey({ schema }: CheckedTable): string[] {
  return [...seriesColumns(schema), 'ws', 'we', schema.table === 'forecasted-values' ? 'ts' : 'kind'];
}

/** The first places of duplicates of each likeness: likeness, the key, `part`, `first_part`; by key. */
export function duplicatePlaceQuery(table: CheckedTable, most: number, dialect: Dialect): string {
  const keys = duplicateKey(table);
  return `${withTables(comparedRows(table, dialect))}SELECT
${listOf(['likeness', ...keys, 'part', 'first_part'])}
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY likeness ORDER BY ${keys.join(', ')}, part) AS place
  FROM compared
  WHERE likeness > 0
) AS found_places
WHERE place <= ${most}
ORDER BY likeness, place`;
}

function comparedRows(table: CheckedTable, dialect: Dialect): (readonly [name: string, sql: string])[] {
  const { schema } = table;
  const isForecasts = schema.table === 'forecasted-values';
  const keys = duplicateKey(table);
  const series = seriesColumns(schema);
  const grouped = isForecasts ? [...series, 'ws', 'we'] : keys;
  const repeats = isForecasts ? 'COUNT(*) <> COUNT(DISTINCT ts)' : 'COUNT(*) > 1';
  const joined = grouped.map((name) => `valid.${name} = suspects.${name}`).join(' AND ');
  const copies = copiesOf({
    rows: `        SELECT valid.*\n        FROM valid\n        JOIN suspects ON ${joined}`,
    keys,
    values: isForecasts ? ['y', ...forecastColumns(schema)] : metricCells(schema),
    counts: isForecasts ? [] : ['nd'],
    dialect,
  });
  return [
    ['valid', isForecasts ? validForecasts(table, dialect) : validMetrics(table, dialect)],
    ['suspects', `  SELECT ${grouped.join(', ')}\n  FROM valid\n  GROUP BY ${grouped.join(', ')}\n  HAVING ${repeats}`],
    [
      'compared',
      `  SELECT *, COUNT(*) OVER (PARTITION BY ${keys.join(', ')}) AS copies\n  FROM (\n${copies}\n  ) AS copies_of_keys`,
    ],
  ];
}
