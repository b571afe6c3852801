import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a program writes what is read here, or reads what is written here. */
export type Direction = 'writes' | 'reads';

/** The programs that this library is tested against. */
export const peers = [
  'DuckDB',
  'pyarrow',
  'pandas',
  'polars',
  'fastparquet',
  'Spark',
  'hyparquet-writer',
  'hyparquet',
  'parquetjs-lite',
] as const;
export type Peer = (typeof peers)[number];

/** By program which of its cases prove a claim, by their names. */
type Proofs = Partial<Record<Peer, RegExp | undefined>>;
type Rows = readonly (readonly [claim: string, proofs: Proofs])[];

const writes: Rows = [
  [
    'UNCOMPRESSED',
    {
      DuckDB: /^uncompressed, /,
      pyarrow: /^none, /,
      pandas: /^pandas, None/,
      polars: /^polars, uncompressed/,
      fastparquet: /^fastparquet, None/,
      Spark: /^none, /,
      'hyparquet-writer': /^uncompressed$/,
      'parquetjs-lite': /^uncompressed, /,
    },
  ],
  [
    'SNAPPY',
    {
      DuckDB: /^snappy, /,
      pyarrow: /^snappy, /,
      pandas: /^pandas, snappy/,
      polars: /^polars, snappy/,
      fastparquet: /^fastparquet, SNAPPY/,
      Spark: /^snappy, /,
      'hyparquet-writer': /^snappy$/,
      'parquetjs-lite': /^snappy, /,
    },
  ],
  [
    'GZIP',
    {
      DuckDB: /^gzip, /,
      pyarrow: /^gzip, /,
      pandas: /^pandas, gzip/,
      polars: /^polars, gzip/,
      fastparquet: /^fastparquet, GZIP/,
      Spark: /^gzip, /,
      'hyparquet-writer': /^gzip$/,
      'parquetjs-lite': /^gzip, /,
    },
  ],
  [
    'ZSTD',
    {
      DuckDB: /^zstd, /,
      pyarrow: /^zstd, /,
      pandas: /^pandas, zstd/,
      polars: /^polars, zstd/,
      fastparquet: /^fastparquet, ZSTD/,
      Spark: /^zstd, /,
      'hyparquet-writer': /^zstd$/,
    },
  ],
  [
    'BROTLI',
    {
      DuckDB: /^brotli, /,
      pyarrow: /^brotli, /,
      pandas: /^pandas, brotli/,
      polars: /^polars, brotli/,
      fastparquet: /^fastparquet, BROTLI/,
      'hyparquet-writer': /^brotli$/,
    },
  ],
  [
    'LZ4_RAW',
    {
      DuckDB: /^lz4_raw, /,
      pyarrow: /^lz4, /,
      pandas: /^pandas, lz4/,
      polars: /^polars, lz4/,
      fastparquet: /^fastparquet, LZ4_RAW/,
      Spark: /^lz4_raw, /,
    },
  ],
  ['LZ4 in frames of Hadoop', { Spark: /^lz4, / }],
  ['LZ4 without frames', { fastparquet: /^fastparquet, LZ4$/ }],
  [
    'data pages of version 1',
    {
      DuckDB: /PARQUET_VERSION V1$/,
      pyarrow: /data pages 1\.0/,
      pandas: /^pandas, /,
      polars: /^polars, /,
      fastparquet: /^fastparquet, /,
      Spark: /writer version v1/,
      'hyparquet-writer': /^snappy$/,
      'parquetjs-lite': /data pages v1/,
    },
  ],
  [
    'data pages of version 2',
    { pyarrow: /data pages 2\.0/, Spark: /writer version v2/, 'parquetjs-lite': /data pages v2/ },
  ],
  [
    'several row groups',
    {
      DuckDB: /^snappy, /,
      pyarrow: /^snappy, /,
      pandas: /^pandas, several row groups/,
      polars: /^polars, snappy/,
      fastparquet: /^fastparquet, SNAPPY/,
      Spark: /^several row groups/,
      'hyparquet-writer': /^snappy$/,
      'parquetjs-lite': /^snappy, /,
    },
  ],
  ['page CRC-32', { pyarrow: /^page CRC-32/, Spark: /^page CRC-32/ }],
  [
    'dictionaries',
    {
      DuckDB: /^snappy, PARQUET_VERSION/,
      pyarrow: /, with dictionaries$/,
      pandas: /^pandas, categories/,
      polars: /^polars, categories/,
      fastparquet: /^fastparquet, categories/,
      Spark: /^snappy, writer version/,
      'hyparquet-writer': /^texts RLE_DICTIONARY/,
    },
  ],
  [
    'DELTA_BINARY_PACKED',
    {
      DuckDB: /^numbers as BIGINT, V2/,
      pyarrow: /^times DELTA_BINARY_PACKED/,
      Spark: /^times as TIMESTAMP_MICROS, without dictionaries, writer version v2/,
      'hyparquet-writer': /^times DELTA_BINARY_PACKED/,
    },
  ],
  [
    'DELTA_LENGTH_BYTE_ARRAY',
    {
      DuckDB: /^distinct texts, .*V2/,
      pyarrow: /^texts DELTA_LENGTH_BYTE_ARRAY/,
      'hyparquet-writer': /^texts DELTA_LENGTH_BYTE_ARRAY/,
    },
  ],
  [
    'DELTA_BYTE_ARRAY',
    {
      pyarrow: /^texts DELTA_BYTE_ARRAY/,
      Spark: /^texts without dictionaries, writer version v2/,
      'hyparquet-writer': /^texts DELTA_BYTE_ARRAY/,
    },
  ],
  [
    'BYTE_STREAM_SPLIT',
    {
      DuckDB: /^dictionaries refused/,
      pyarrow: /^doubles BYTE_STREAM_SPLIT/,
      Spark: /^byte stream split/,
      'hyparquet-writer': /^numbers BYTE_STREAM_SPLIT/,
    },
  ],
  [
    'texts as bytes without a logical type',
    { DuckDB: /^texts as BLOB/, pyarrow: /^texts as plain bytes/, 'parquetjs-lite': /^texts as BYTE_ARRAY/ },
  ],
  [
    'times in milliseconds, UTC',
    {
      pyarrow: /^times in ms, UTC/,
      pandas: /^pandas, times in ms, UTC/,
      polars: /^polars, times in ms, UTC/,
      fastparquet: /^fastparquet, times in ms$/,
      Spark: /^times as TIMESTAMP_MILLIS/,
      'hyparquet-writer': /^times as TIMESTAMP MILLIS, UTC/,
      'parquetjs-lite': /^times as TIMESTAMP_MILLIS/,
    },
  ],
  [
    'times in microseconds, UTC',
    {
      DuckDB: /^times as TIMESTAMPTZ/,
      pyarrow: /^times in us, UTC/,
      pandas: /^pandas, times in us, UTC/,
      polars: /^polars, times in us, UTC/,
      fastparquet: /^fastparquet, times in us$/,
      Spark: /^times as TIMESTAMP_MICROS/,
      'hyparquet-writer': /^times as TIMESTAMP MICROS, UTC/,
      'parquetjs-lite': /^snappy, /,
    },
  ],
  [
    'times in nanoseconds',
    {
      DuckDB: /^times as TIMESTAMP_NS/,
      pyarrow: /^times in ns, /,
      pandas: /^pandas, times in ns, UTC/,
      polars: /^polars, times in ns/,
      'hyparquet-writer': /^times as TIMESTAMP NANOS/,
    },
  ],
  [
    'times without a zone, read as UTC',
    {
      DuckDB: /^times as TIMESTAMP_MS/,
      pyarrow: /^times in us, no zone/,
      pandas: /^pandas, times in us, no zone/,
      polars: /^polars, times in us, no zone/,
      fastparquet: /^fastparquet, times in us without a zone/,
      Spark: /^times as TIMESTAMP_NTZ/,
      'hyparquet-writer': /^times as TIMESTAMP MICROS, local/,
    },
  ],
  [
    'times as INT96',
    {
      pyarrow: /^times as INT96/,
      pandas: /^pandas, times as INT96/,
      fastparquet: /^fastparquet, times as INT96/,
      Spark: /^times as INT96/,
    },
  ],
  [
    'times as dates',
    {
      DuckDB: /^times as DATE/,
      pyarrow: /^times as date32/,
      polars: /^polars, times as dates/,
      Spark: /^times as DATE/,
    },
  ],
  [
    'times as text',
    {
      DuckDB: /^times as VARCHAR/,
      pyarrow: /^times as text/,
      'hyparquet-writer': /^times as text/,
      'parquetjs-lite': /^times as text/,
    },
  ],
  [
    'numbers as FLOAT',
    {
      DuckDB: /^numbers as FLOAT/,
      pyarrow: /^float32/,
      pandas: /^pandas, numbers as float32/,
      polars: /^polars, numbers as Float32/,
      fastparquet: /^fastparquet, numbers as float32/,
      Spark: /^numbers as FLOAT/,
      'hyparquet-writer': /^numbers as FLOAT/,
      'parquetjs-lite': /^numbers as FLOAT/,
    },
  ],
  [
    'numbers as integers',
    {
      DuckDB: /^numbers as BIGINT/,
      pyarrow: /^int64 /,
      pandas: /^pandas, numbers as Int64/,
      polars: /^polars, numbers as Int64/,
      fastparquet: /^fastparquet, numbers as Int64/,
      Spark: /^numbers as BIGINT/,
      'hyparquet-writer': /^numbers as INT32/,
      'parquetjs-lite': /^numbers as INT64/,
    },
  ],
  [
    'numbers as DECIMAL',
    {
      DuckDB: /^numbers as DECIMAL\(38,20\)/,
      pyarrow: /^decimal128\(38, 38\)/,
      polars: /^polars, numbers as Decimal/,
      Spark: /^numbers as decimal\(38,12\)/,
      'hyparquet-writer': /^numbers as DECIMAL in FIXED_LEN_BYTE_ARRAY/,
    },
  ],
  [
    'numbers as text',
    {
      DuckDB: /^numbers as VARCHAR/,
      pyarrow: /^numbers as text/,
      'hyparquet-writer': /^numbers as text/,
      'parquetjs-lite': /^numbers as text/,
    },
  ],
  [
    '`not defined` in metrics as text',
    {
      DuckDB: /^not defined in metrics/,
      pyarrow: /^not defined in metrics/,
      pandas: /^pandas, not defined in metrics/,
      Spark: /^not defined in metrics/,
    },
  ],
  [
    'required columns',
    {
      pyarrow: /^required columns/,
      fastparquet: /^fastparquet, required columns/,
      'hyparquet-writer': /^snappy$/,
      'parquetjs-lite': /^snappy, /,
    },
  ],
  ['files without rows', { DuckDB: /^no rows/, pyarrow: /^no rows/, Spark: /^no rows/ }],
];

const everyReader = (proof: RegExp): Proofs =>
  Object.fromEntries(peers.filter((peer) => peer !== 'hyparquet-writer').map((peer) => [peer, proof]));

const reads: Rows = [
  ['texts and numbers', everyReader(/^forecasts, /)],
  ['times', { ...everyReader(/^forecasts, /), 'parquetjs-lite': undefined }],
  ['metrics', everyReader(/^metrics, /)],
  ['texts without a dictionary', everyReader(/^forecasts of distinct items/)],
  ['`snappy`', everyReader(/, snappy/)],
  ['`gzip`', everyReader(/, gzip/)],
  ['`zstd`', { ...everyReader(/, zstd/), 'parquetjs-lite': undefined }],
  ['`uncompressed`', everyReader(/, uncompressed/)],
  ['several row groups', everyReader(/several row groups/)],
  ['files without rows', everyReader(/^no rows/)],
  [
    'null and NaN apart',
    { ...everyReader(/^forecasts, /), pandas: /^with Arrow types: forecasts, /, fastparquet: undefined },
  ],
  ['page CRC-32 checked', { pyarrow: /^damaged/, Spark: /^damaged/ }],
  ['a folder of parts', { pyarrow: /^folder/, pandas: /^folder/, polars: /^folder/, fastparquet: undefined }],
];

const rowsOf: Record<Direction, Rows> = { writes, reads };

/** What the page tells of a program, and what proves it. */
export function claimsOf(peer: Peer, direction: Direction): [claim: string, proof: RegExp][] {
  return rowsOf[direction].flatMap(([claim, proofs]): [string, RegExp][] => {
    const proof = proofs[peer];
    return proof === undefined ? [] : [[claim, proof]];
  });
}

/** The programs that have a claim. */
export function peersThat(direction: Direction): Peer[] {
  return peers.filter((peer) => claimsOf(peer, direction).length > 0);
}

/** The page's table of a direction: cells by row, the header first. */
export function matrixCells(direction: Direction): string[][] {
  const columns = peersThat(direction);
  const rows = rowsOf[direction].map(([claim, proofs]) => [
    claim,
    ...columns.map((peer) => (proofs[peer] === undefined ? '' : 'yes')),
  ]);
  return [['', ...columns], ...rows];
}

/** The version of a program that the tests run against, from where it is pinned. */
export function versionOf(peer: Peer): string {
  const root = join(import.meta.dirname, '..', '..');
  const lists = ['requirements.txt', 'requirements-spark.txt'].map((list) =>
    readFileSync(join(import.meta.dirname, list), 'utf8'),
  );
  const names: Partial<Record<Peer, string>> = { DuckDB: '@duckdb/node-api', Spark: 'pyspark' };
  const name = names[peer] ?? peer;
  const pinned = lists
    .join('\n')
    .split('\n')
    .find((line) => line.startsWith(`${name}==`))
    ?.split('==')[1];
  if (pinned !== undefined) return pinned;
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const version = dependencies[name] ?? devDependencies[name];
  if (version === undefined) throw new Error(`${peer} is pinned nowhere`);
  return version.replace(/-r\.\d+$/, '');
}
