import type { Dialect } from '../dialects/dialect.ts';
import { meanColumn, forecastColumns, quantileColumns, seriesColumns, type CheckedTable } from './checked-table.ts';
import { belongs, cellsOf, listOf } from './sql-text.ts';

/** How the rows of a window are told from repeats. Both ways are exact where the first may be used. */
export type StepCount =
  /**
   * By one bit for each step of a fixed length, which a row sets: two rows of one step set one bit. Rows between steps set none and so
   * look like repeats; so this is only for tables without such rows, or to find out whether there are any.
   */
  | { readonly by: 'bits'; readonly milliseconds: number; readonly steps: number }
  /** By grouping the rows by every key first, for which an engine moves or keeps every row. */
  | { readonly by: 'keys' };

/** Steps that one BIGINT holds: no negative numbers, which engines shift differently. */
const stepsOfBits = 62;

/** With more BIGINTs than these a query gets long; Forecast's longest horizon, 500, needs nine. */
export const mostBitSteps: number = 16 * stepsOfBits;

/** The name of each column of {@link forecastWindows} after the key, and whether it is a BIGINT. */
export function sumColumns({ schema }: CheckedTable): { readonly name: string; readonly whole: boolean }[] {
  const sums = ['abs_y', ...(meanColumn(schema) === undefined ? [] : ['abs_error', 'squared_error', 'error_share'])];
  const losses = quantileColumns(schema).map((_, index) => `loss_${index}`);
  return [
    ...['n', 'seen', 'repeated', 'odd'].map((name) => ({ name, whole: true })),
    ...[...sums, ...losses].map((name) => ({ name, whole: false })),
  ];
}

/**
 * One row for each series and window with forecasts: `n` rows, `seen` distinct timestamps, `repeated` (1, 0) whether some rows repeat others so
 * that it is not known which count, `odd` timestamps with an actual or forecast that is missing or not finite, and the sums of the
 * metrics, plain: their terms are at least 0, so the relative error of a sum is at most 1.2e-16 for each row, in whatever order they
 * are added. Rows that are there equally often, with the same numbers, count once.
 */
export function forecastWindows(table: CheckedTable, steps: StepCount, dialect: Dialect): string {
  const keys = [...seriesColumns(table.schema), 'ws', 'we'];
  const from = steps.by === 'bits' ? validForecasts(table, dialect) : forecastsByKey(table, dialect);
  const counts =
    steps.by === 'bits'
      ? ['COUNT(*) AS n', `${countSteps(steps, dialect)} AS seen`]
      : [
          'CAST(SUM(copies) AS BIGINT) AS n',
          'COUNT(*) AS seen',
          'CASE WHEN MAX(copies) = 1 OR (MIN(copies) = MAX(copies) AND MIN(same) = 1) THEN 0 ELSE 1 END AS repeated',
        ];
  const finite = ['y', ...forecastColumns(table.schema)].map(dialect.isFinite).join(' AND ');
  const odd = `CAST(SUM(CASE WHEN ${finite} THEN 0 ELSE 1 END) AS BIGINT) AS odd`;
  const names = sumColumns(table).map(({ name }) => name);
  const grouped = `    SELECT
${listOf([...keys, ...counts, odd, ...sums(table, dialect)], '      ')}
    FROM (
${from}
    ) AS forecasts
    GROUP BY ${keys.join(', ')}`;
  const repeated = 'CASE WHEN n <> seen THEN 1 ELSE 0 END AS repeated';
  const columns = names.map((name) => (name === 'repeated' && steps.by === 'bits' ? repeated : name));
  return `  SELECT ${[...keys, ...columns].join(', ')}
  FROM (
${grouped}
  ) AS by_window`;
}

/** Each key once: how often it is there, `same` (1, 0) whether always with the same numbers, and these. */
function forecastsByKey(table: CheckedTable, dialect: Dialect): string {
  const keys = [...seriesColumns(table.schema), 'ws', 'we', 'ts'];
  const numbers = ['y', ...forecastColumns(table.schema)];
  const same = numbers.map(
    (name) => `(COUNT(${name}) = 0 OR (COUNT(${name}) = COUNT(*) AND MIN(${name}) = MAX(${name})))`,
  );
  const least = numbers.map((name) => `MIN(${name}) AS ${name}`);
  return `    SELECT
${listOf([...keys, 'COUNT(*) AS copies', `CASE WHEN ${same.join(' AND ')} THEN 1 ELSE 0 END AS same`, ...least], '      ')}
    FROM (
${validForecasts(table, dialect)}
    ) AS forecasts
    GROUP BY ${keys.join(', ')}`;
}

/** The rows of forecasted-values that belong to a series, a window and a time. Empty dimensions are an empty text. */
export function validForecasts(table: CheckedTable, dialect: Dialect): string {
  const { schema } = table;
  const [item = '', ...dimensions] = seriesColumns(schema);
  const texts = dimensions.map((name) => `COALESCE(${name}, '') AS ${name}`);
  const columns = [item, ...texts, 'ws', 'we', 'ts', 'y', ...forecastColumns(schema), 'part'];
  return `    SELECT ${columns.join(', ')}
    FROM (
${cellsOf(table, dialect)}
    ) AS cells
    WHERE ${belongs} AND ts IS NOT NULL`;
}

function countSteps(
  { milliseconds, steps }: Extract<StepCount, { readonly by: 'bits' }>,
  { bit, bitCount, bitOr }: Dialect,
): string {
  const pieces: string[] = [];
  for (let first = 0; first < steps; first += stepsOfBits) {
    const last = Math.min(steps, first + stepsOfBits) - 1;
    const at = `CAST(floor((ts - ws) / ${milliseconds}) - ${first} AS INTEGER)`;
    const range = `ts - ws BETWEEN ${first * milliseconds} AND ${last * milliseconds}`;
    const onStep = `(ts - ws) % ${milliseconds} = 0`;
    pieces.push(`COALESCE(${bitCount(bitOr(`CASE WHEN ${range} AND ${onStep} THEN ${bit(at)} END`))}, 0)`);
  }
  return pieces.join('\n      + ');
}

function sums({ schema }: CheckedTable, { quoteDouble }: Dialect): string[] {
  const mean = meanColumn(schema);
  const zero = quoteDouble(0);
  const ofMean =
    mean === undefined
      ? []
      : [
          `SUM(abs(y - ${mean})) AS abs_error`,
          `SUM((y - ${mean}) * (y - ${mean})) AS squared_error`,
          `SUM(CASE WHEN y <> ${zero} THEN abs(y - ${mean}) / abs(y) ELSE ${zero} END) AS error_share`,
        ];
  const losses = quantileColumns(schema).map(({ name, tau }, index) => {
    const [over, under] = [quoteDouble(tau), quoteDouble(tau - 1)];
    return `SUM(CASE WHEN y > ${name} THEN ${over} * (y - ${name}) ELSE ${under} * (y - ${name}) END) AS loss_${index}`;
  });
  return ['SUM(abs(y)) AS abs_y', ...ofMean, ...losses];
}
