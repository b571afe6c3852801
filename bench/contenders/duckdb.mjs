import { DuckDBInstance } from '@duckdb/node-api';

const types = `auto_detect = false, header = true, delim = ',', columns = {'item_id': 'VARCHAR', 'timestamp': 'VARCHAR',
  'target_value': 'DOUBLE', 'backtestwindow_start_time': 'VARCHAR', 'backtestwindow_end_time': 'VARCHAR',
  'mean': 'DOUBLE', 'p10': 'DOUBLE', 'p50': 'DOUBLE', 'p90': 'DOUBLE'}`;

/** Column types are given, times as text, so that DuckDB neither samples nor guesses: its best case. */
export function run(input) {
  return query(input, types);
}

/** The figures by window, in one statement; `options` are those of the reading function. */
export async function query({ parts, threads }, options, reading = 'read_csv') {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const files = parts.map((path) => `'${path}'`).join(', ');
  const reader = await connection.runAndReadAll(`
    SELECT backtestwindow_start_time AS s, backtestwindow_end_time AS e, count(*) AS n,
      ${[0.1, 0.5, 0.9].map((tau) => wql(tau)).join(', ')},
      sum(abs(target_value - mean)) / sum(abs(target_value)) AS wape,
      sqrt(sum((target_value - mean) * (target_value - mean)) / count(*)) AS rmse
    FROM ${reading}([${files}]${options === '' ? '' : `, ${options}`})
    GROUP BY s, e ORDER BY s, e`);
  const rows = reader.getRows();
  connection.closeSync();
  instance.closeSync();
  return rows.map(([, , n, ...figures]) => ({
    count: Number(n),
    wQL: figures.slice(0, 3),
    WAPE: figures[3],
    RMSE: figures[4],
  }));
}

function wql(tau) {
  const column = `p${tau * 100}`;
  const loss = `${tau} * greatest(target_value - ${column}, 0) + ${1 - tau} * greatest(${column} - target_value, 0)`;
  return `2 * sum(${loss}) / sum(abs(target_value)) AS w${tau * 100}`;
}
