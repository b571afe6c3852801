/**
 * The four directions and who runs in each: [contender, passes per round, rounds, its share of the data]. Parquet is read
 * as this library writes it and, so that no one reads only his own files, as DuckDB does. The first pass of a process
 * warms up and is dropped where there are several. A slow contender gets the small export (30 MB), and is compared by its
 * speed. parquetjs-lite 0.8.7 is absent where DuckDB wrote: it fails at times in microseconds (`Cannot mix BigInt`); and
 * where texts are read: of a dictionary of more than 256 texts it reads runs as other texts.
 */
export const directions = [
  {
    title: 'CSV to summary by window',
    from: 'csv',
    contenders: [
      ['ours:1', 4, 3],
      ['ours:all', 4, 3],
      ['duckdb:1', 3, 3],
      ['duckdb:all', 3, 3],
      ['duckdb-as-is:1', 3, 3],
      ['duckdb-as-is:all', 3, 3],
      ['csv-parse', 1, 2],
      ['papaparse', 2, 2],
      ['udsv', 2, 2],
      ['plain-read:file', 3, 3],
      ['plain-read:stream', 3, 3],
      ['plain-read:buffer', 3, 3],
    ],
  },
  {
    title: 'Parquet to summary by window',
    from: 'parquet',
    contenders: [
      ['ours:1', 4, 3],
      ['ours:all', 4, 3],
      ['duckdb-parquet:1', 3, 3],
      ['duckdb-parquet:all', 3, 3],
      ['hyparquet', 3, 3],
      ['parquetjs', 1, 2],
    ],
  },
  {
    title: 'Parquet of DuckDB to summary by window',
    from: 'duckdbParquet',
    contenders: [
      ['ours:1', 4, 3],
      ['ours:all', 4, 3],
      ['duckdb-parquet:1', 3, 3],
      ['duckdb-parquet:all', 3, 3],
      ['hyparquet', 3, 3],
    ],
  },
  {
    title: 'CSV to Parquet',
    from: 'csv',
    to: 'PARQUET',
    contenders: [
      ['ours-convert:1', 3, 3],
      ['ours-convert:all', 3, 3],
      ['ours-unproven:1', 3, 3],
      ['duckdb-convert:1', 3, 3],
      ['duckdb-convert:all', 3, 3],
      ['csv-parse-hyparquet-writer', 1, 2, 'small'],
      ['csv-parse-parquetjs', 1, 2, 'small'],
    ],
  },
  {
    title: 'Parquet to CSV',
    from: 'parquet',
    to: 'CSV',
    contenders: [
      ['ours-convert:1', 3, 3],
      ['ours-convert:all', 3, 3],
      ['ours-unproven:1', 3, 3],
      ['duckdb-convert:1', 3, 3],
      ['duckdb-convert:all', 3, 3],
      ['hyparquet-csv-stringify', 1, 2, 'small'],
    ],
  },
  {
    title: 'Parquet of DuckDB to CSV',
    from: 'duckdbParquet',
    to: 'CSV',
    contenders: [
      ['ours-convert:1', 3, 3],
      ['ours-convert:all', 3, 3],
      ['ours-unproven:1', 3, 3],
      ['duckdb-convert:1', 3, 3],
      ['duckdb-convert:all', 3, 3],
      ['hyparquet-csv-stringify', 1, 2, 'small'],
    ],
  },
];
