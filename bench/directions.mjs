/** Passes of a process, and rounds, of those that are fast enough to be measured warm. */
const warm = [8, 2];
/** The same of the rest. */
const slow = [3, 2];

/**
 * The directions and who runs in each: [contender, passes per round, rounds, its share of the data]. Parquet is read
 * as this library writes it and, so that no one reads only his own files, as DuckDB does. The first third of the passes of
 * a process warms up and is dropped. A slow contender gets the small export (30 MB), and is compared by its speed. `native`
 * contenders run with `npm run bench -- native`. parquetjs-lite 0.8.7 is absent where DuckDB wrote: it fails at times in
 * microseconds (`Cannot mix BigInt`); and where texts are read: of a dictionary of more than 256 texts it reads runs as
 * other texts.
 */
export const directions = [
  {
    title: 'CSV to summary by window',
    from: 'csv',
    contenders: [
      ...both(['ours', 'duckdb', 'duckdb-as-is']),
      ['csv-parse', 1, 2],
      ['papaparse', 2, 2],
      ['udsv', 2, 2],
      ['plain-read:file', 3, 3],
      ['plain-read:stream', 3, 3],
      ['plain-read:buffer', 3, 3],
    ],
    native: both(['polars-sum', 'nodejs-polars-sum', 'duckdb2-sum']),
  },
  {
    title: 'Parquet to summary by window',
    from: 'parquet',
    contenders: [...both(['ours', 'duckdb-parquet']), ['hyparquet', 3, 3], ['parquetjs', 1, 2]],
    native: both(['polars-sum', 'nodejs-polars-sum', 'duckdb2-sum']),
  },
  {
    title: 'Parquet of DuckDB to summary by window',
    from: 'duckdbParquet',
    contenders: [...both(['ours', 'duckdb-parquet']), ['hyparquet', 3, 3]],
    native: both(['polars-sum', 'nodejs-polars-sum', 'duckdb2-sum']),
  },
  {
    title: 'CSV to Parquet',
    from: 'csv',
    to: 'PARQUET',
    contenders: [
      ...both(['ours-convert']),
      ['ours-unproven:1', ...warm],
      ...both(['duckdb-convert']),
      ['csv-parse-hyparquet-writer', 1, 2, 'small'],
      ['csv-parse-parquetjs', 1, 2, 'small'],
    ],
    native: both(['pyarrow-convert', 'duckdb2-convert']),
  },
  {
    title: 'Parquet to CSV',
    from: 'parquet',
    to: 'CSV',
    contenders: [
      ...both(['ours-convert']),
      ['ours-unproven:1', ...warm],
      ...both(['duckdb-convert']),
      ['hyparquet-csv-stringify', 1, 2, 'small'],
    ],
    native: both(['polars-convert', 'nodejs-polars-convert', 'duckdb2-convert']),
  },
  {
    title: 'Parquet of DuckDB to CSV',
    from: 'duckdbParquet',
    to: 'CSV',
    contenders: [
      ...both(['ours-convert']),
      ['ours-unproven:1', ...warm],
      ...both(['duckdb-convert']),
      ['hyparquet-csv-stringify', 1, 2, 'small'],
    ],
  },
  {
    title: 'CSV to Arrow',
    from: 'csv',
    result: 'columns',
    contenders: [...both(['ours-table', 'ours-batches', 'duckdb-table']), ['udsv-table', 1, 2, 'small']],
    native: both(['polars-arrow', 'nodejs-polars-arrow', 'pyarrow-arrow', 'duckdb2-arrow']),
  },
  {
    title: 'Parquet to Arrow',
    from: 'parquet',
    result: 'columns',
    contenders: [...both(['ours-table', 'ours-batches', 'duckdb-table']), ['parquet-wasm-table', ...warm]],
    native: both(['polars-arrow', 'nodejs-polars-arrow', 'pyarrow-arrow', 'duckdb2-arrow']),
  },
  {
    title: 'CSV to rows',
    from: 'csv',
    result: 'columns',
    contenders: [
      ['ours-rows:1', 3, 3],
      ['csv-parse-rows', 1, 2, 'small'],
      ['papaparse-rows', 1, 2, 'small'],
      ['udsv-rows', 1, 2, 'small'],
    ],
  },
  {
    title: 'Parquet to rows',
    from: 'parquet',
    result: 'columns',
    contenders: [
      ['ours-rows:1', 3, 3],
      ['hyparquet-rows', 1, 2],
    ],
  },
  grouping('CSV to the worst 10 items', { by: ['item'], worst: 10 }),
  grouping('CSV to summary by item', { by: ['item'] }),
  grouping('CSV to summary by step', { by: ['step'] }),
  shape('26 parts of 100 rows', 'small-parts'),
  shape('10 dimensions, 5 forecast types', 'wide'),
  shape('item ids of 64 characters', 'long-ids'),
  shape('every field quoted', 'quoted'),
  {
    title: 'Parquet with the settings of Spark to summary by window',
    of: 'spark',
    from: 'folder',
    contenders: both(['ours', 'duckdb-parquet']),
    needsNative: true,
    native: both(['polars-sum', 'nodejs-polars-sum', 'duckdb2-sum']),
  },
];

/** Contenders on one thread and on all. */
function both(names) {
  return names.flatMap((name) => {
    const passes = name.startsWith('nodejs-polars') ? slow : warm;
    return [`${name}:1`, `${name}:all`].map((each) => [each, ...passes]);
  });
}

/** CSV to groups, or the worst of them. */
function grouping(title, more) {
  return {
    title,
    from: 'csv',
    more,
    contenders: [...both(['ours-by', 'duckdb-by'])],
  };
}

/** CSV of another shape to a summary. */
function shape(words, of) {
  return {
    title: `CSV, ${words}, to summary by window`,
    of,
    from: 'folder',
    contenders: both(['ours', 'duckdb']),
    native: both(['polars-sum', 'nodejs-polars-sum']),
  };
}
