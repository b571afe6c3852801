import { listOf, query } from './duckdb.mjs';

/** As most people would write it: DuckDB detects dialect, columns and types by sampling. */
export function run(input) {
  return query(input, `read_csv([${listOf(input.parts)}], header = true)`);
}
