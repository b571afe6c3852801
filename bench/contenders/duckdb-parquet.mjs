import { listOf, query } from './duckdb.mjs';

export function run(input) {
  return query(input, `read_parquet([${listOf(input.parts)}])`);
}
