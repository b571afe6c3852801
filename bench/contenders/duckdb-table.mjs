import { DuckDBInstance } from '@duckdb/node-api';
import { csvReader, listOf } from './duckdb.mjs';

/** All rows in DuckDB's own vectors within this process: its Node API does not hand out Arrow. */
export async function run({ parts, threads, columns }) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const from = parts[0].endsWith('.csv') ? csvReader(parts, columns, 'TIMESTAMP') : `read_parquet([${listOf(parts)}])`;
  const result = await connection.run(`SELECT * FROM ${from}`);
  return { chunks: await result.fetchAllChunks(), names: result.columnNames(), numbers: columns.numbers };
}

export function check({ chunks, names, numbers }) {
  const sums = Object.fromEntries(numbers.map((name) => [name, 0]));
  let rows = 0;
  for (const chunk of chunks) {
    rows += chunk.rowCount;
    for (const name of numbers) for (const value of chunk.getColumnValues(names.indexOf(name))) sums[name] += value;
  }
  return { rows, sums };
}
