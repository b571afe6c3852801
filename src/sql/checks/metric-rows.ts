import type { Dialect } from '../dialects/dialect.ts';
import { metricCells, seriesColumns, type CheckedTable } from './checked-table.ts';
import { kindCode } from './row-query.ts';
import { belongs, cellsOf, listOf } from './sql-text.ts';
import { copiesOf } from './copies.ts';

/**
 * One row for each series, window and kind of accuracy-metrics-values: the key, `n` rows of it, `nd` metrics that are `not defined`,
 * `different` (1, 0) whether rows of the key have other values, then the metrics. Without repeats (`careful` false) that is a
 * plain grouping; where some are known (`careful`) the first of each key by part and values counts, and rows are compared.
 */
export function metricRows(table: CheckedTable, careful: boolean, dialect: Dialect): string {
  const { schema } = table;
  const keys = [...seriesColumns(schema), 'ws', 'we', 'kind'];
  const metrics = metricCells(schema);
  if (careful) {
    const copies = copiesOf({ rows: validMetrics(table, dialect), keys, values: metrics, counts: ['nd'], dialect });
    return `  SELECT
${listOf([...keys, 'n', 'nd', 'different', ...metrics], '    ')}
  FROM (
    SELECT *,
      COUNT(*) OVER (PARTITION BY ${keys.join(', ')}) AS n,
      MAX(CASE WHEN likeness = 3 THEN 1 ELSE 0 END) OVER (PARTITION BY ${keys.join(', ')}) AS different
    FROM (
${copies}
    ) AS compared
  ) AS copies
  WHERE likeness = 0`;
  }
  const values = metrics.map((name) => `MIN(${name}) AS ${name}`);
  return `  SELECT
${listOf([...keys, 'COUNT(*) AS n', 'MIN(nd) AS nd', '0 AS different', ...values], '    ')}
  FROM (
${validMetrics(table, dialect)}
  ) AS metrics
  GROUP BY ${keys.join(', ')}`;
}

/** The rows of accuracy-metrics-values that belong to a series and a window; `kind` as a number. */
export function validMetrics(table: CheckedTable, dialect: Dialect): string {
  const { schema } = table;
  const [item = '', ...dimensions] = seriesColumns(schema);
  const texts = dimensions.map((name) => `COALESCE(${name}, '') AS ${name}`);
  const columns = [item, ...texts, 'ws', 'we', `${kindCode} AS kind`, 'nd', ...metricCells(schema), 'part'];
  return `    SELECT ${columns.join(', ')}
    FROM (
${cellsOf(table, dialect)}
    ) AS cells
    WHERE ${belongs}`;
}
