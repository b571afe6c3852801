import { query } from './duckdb.mjs';

/** `read_csv` as one writes it: DuckDB samples the files and finds delimiters and types by itself. */
export function run(input) {
  return query(input, 'header = true');
}
