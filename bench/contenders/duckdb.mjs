import { DuckDBInstance } from '@duckdb/node-api';
import { quantilesOf } from './columns.mjs';

/** Column types are given, times as text, so that DuckDB neither samples nor guesses: its best case. */
export function run(input) {
  return query(input, csvReader(input.parts, input.columns, 'VARCHAR'));
}

/** `read_csv` with the types of all columns; times as the given type. */
export function csvReader(parts, { all, times, numbers }, timeType) {
  const typeOf = (name) => (numbers.includes(name) ? 'DOUBLE' : times.includes(name) ? timeType : 'VARCHAR');
  const types = all.map((name) => `'${name}': '${typeOf(name)}'`).join(', ');
  return `read_csv([${listOf(parts)}], auto_detect = false, header = true, delim = ',', columns = {${types}})`;
}

/** Paths as a list of SQL texts. */
export function listOf(parts) {
  return parts.map((path) => `'${path}'`).join(', ');
}

/** The figures by window, in one statement. */
export async function query({ threads, columns }, from) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const quantiles = quantilesOf(columns);
  const reader = await connection.runAndReadAll(`
    SELECT backtestwindow_start_time AS s, backtestwindow_end_time AS e, count(*) AS n,
      ${quantiles.map((quantile) => wql(quantile)).join(', ')},
      sum(abs(target_value - mean)) / sum(abs(target_value)) AS wape,
      sqrt(sum((target_value - mean) * (target_value - mean)) / count(*)) AS rmse
    FROM ${from}
    GROUP BY s, e ORDER BY s, e`);
  const rows = reader.getRows();
  connection.closeSync();
  instance.closeSync();
  return rows.map(([, , n, ...figures]) => ({
    count: Number(n),
    wQL: figures.slice(0, quantiles.length),
    WAPE: figures.at(-2),
    RMSE: figures.at(-1),
  }));
}

function wql([column, tau]) {
  const loss = `${tau} * greatest(target_value - ${column}, 0) + ${1 - tau} * greatest(${column} - target_value, 0)`;
  return `2 * sum(${loss}) / sum(abs(target_value)) AS w${column}`;
}
