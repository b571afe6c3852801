import { DuckDBInstance } from '@duckdb/node-api';
import { sortFigures } from './ours-by.mjs';

/** Types are given, times as text but the two that a step is computed from: its best case. */
const types = `auto_detect = false, header = true, delim = ',', columns = {'item_id': 'VARCHAR',
  'timestamp': 'TIMESTAMP', 'target_value': 'DOUBLE', 'backtestwindow_start_time': 'TIMESTAMP',
  'backtestwindow_end_time': 'VARCHAR', 'mean': 'DOUBLE', 'p10': 'DOUBLE', 'p50': 'DOUBLE', 'p90': 'DOUBLE'}`;

const keys = {
  item: 'item_id',
  step: `date_diff('hour', backtestwindow_start_time, timestamp) + 1`,
};

/**
 * The figures by window and group, then averaged over windows and pooled, in one statement: wQL, WAPE and RMSE.
 * `input.by` lists `item` and `step`; `input.worst` keeps that many groups, the worst pooled WAPE first.
 */
export async function run({ parts, threads, by, worst }) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const files = parts.map((path) => `'${path}'`).join(', ');
  const reader = await connection.runAndReadAll(groupQuery(`read_csv([${files}], ${types})`, by, worst));
  const rows = reader.getRows();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

/** As `ours-by`. */
export function check(rows) {
  return sortFigures(rows.map((row) => [Number(row.at(-11)), row.at(-7), row.at(-6)]));
}

function groupQuery(source, by, worst) {
  const names = by.map((name) => `k_${name}`).join(', ');
  const taus = [0.1, 0.5, 0.9];
  const sums = taus.map((tau) => `sum(${loss(tau)}) AS l${tau * 100}`).join(', ');
  const pooled = [...taus.map((tau) => ratio(`sum(l${tau * 100})`)), ratio('sum(e)'), 'sqrt(sum(s) / sum(n))'];
  const averaged = [
    ...taus.map((tau) => `avg(${ratio(`l${tau * 100}`, 'a')})`),
    `avg(${ratio('e', 'a')})`,
    'avg(sqrt(s / n))',
  ];
  const order = worst === undefined ? names : 'pooled_wape DESC NULLS LAST';
  return `
    WITH windows AS (
      SELECT ${by.map((name) => `${keys[name]} AS k_${name}`).join(', ')}, backtestwindow_start_time AS w, count(*) AS n,
        sum(abs(target_value)) AS a, ${sums}, sum(abs(target_value - mean)) AS e,
        sum((target_value - mean) * (target_value - mean)) AS s
      FROM ${source} GROUP BY ALL)
    SELECT ${names}, sum(n), ${pooled.slice(0, 3).join(', ')}, ${pooled[3]} AS pooled_wape, ${pooled[4]}, ${averaged.join(', ')}
    FROM windows GROUP BY ${names} ORDER BY ${order}${worst === undefined ? '' : ` LIMIT ${worst}`}`;
}

function ratio(part, whole = 'sum(a)') {
  return `${part} / nullif(${whole}, 0)`;
}

function loss(tau) {
  const column = `p${tau * 100}`;
  return `2 * (${tau} * greatest(target_value - ${column}, 0) + ${1 - tau} * greatest(${column} - target_value, 0))`;
}
