const programs = {
  ours: 'backtest-export',
  'ours-convert': 'backtest-export, proven',
  'ours-unproven': 'the same, decoding and encoding only',
  'ours-table': 'backtest-export, `table`',
  'ours-batches': 'backtest-export, `batches`',
  'ours-rows': 'backtest-export, `rows`',
  'ours-by': 'backtest-export, groups',
  duckdb: 'DuckDB of npm',
  'duckdb-as-is': 'DuckDB of npm, `read_csv` as it comes',
  'duckdb-parquet': 'DuckDB of npm',
  'duckdb-convert': 'DuckDB of npm, `COPY`',
  'duckdb-table': 'DuckDB of npm, own vectors',
  'duckdb-by': 'DuckDB of npm, groups',
  'duckdb2-sum': 'DuckDB of PyPI',
  'duckdb2-convert': 'DuckDB of PyPI, `COPY`',
  'duckdb2-arrow': 'DuckDB of PyPI',
  'polars-sum': 'polars',
  'polars-convert': 'polars',
  'polars-arrow': 'polars',
  'nodejs-polars-sum': 'nodejs-polars',
  'nodejs-polars-convert': 'nodejs-polars',
  'nodejs-polars-arrow': 'nodejs-polars',
  'pyarrow-convert': 'pyarrow',
  'pyarrow-arrow': 'pyarrow',
  'csv-parse': 'csv-parse',
  'csv-parse-rows': 'csv-parse',
  papaparse: 'Papa Parse',
  'papaparse-rows': 'Papa Parse',
  udsv: 'uDSV',
  'udsv-rows': 'uDSV',
  'udsv-table': 'uDSV and apache-arrow',
  hyparquet: 'hyparquet',
  'hyparquet-rows': 'hyparquet',
  parquetjs: 'parquetjs-lite',
  'parquet-wasm-table': 'parquet-wasm',
  'csv-parse-hyparquet-writer': 'csv-parse and hyparquet-writer',
  'csv-parse-parquetjs': 'csv-parse and parquetjs-lite',
  'hyparquet-csv-stringify': 'hyparquet and csv-stringify',
};

const ways = { file: 'plain read, `readFile`', stream: 'plain read, read stream', buffer: 'plain read, one buffer' };

/** A contender in words: `DuckDB of npm, 2 threads`. */
export function labelOf(name, cores) {
  const [kind, variant] = name.split(':');
  if (kind === 'plain-read') return ways[variant];
  const threads = variant === 'all' ? cores : Number(variant);
  const words = threads > 0 ? `, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : '';
  return `${programs[kind] ?? kind}${words}`;
}
