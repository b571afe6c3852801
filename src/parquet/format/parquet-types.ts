/**
 * The enumerations of parquet.thrift by their names, each value at its number. Source: apache/parquet-format,
 * parquet.thrift.
 */
export const parquetTypes = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const;

/** How the values of a column are stored. */
export type ParquetType = (typeof parquetTypes)[number];

/** `FieldRepetitionType`. */
export const repetitions = ['REQUIRED', 'OPTIONAL', 'REPEATED'] as const;

/** How often a column has a value in a row. */
export type Repetition = (typeof repetitions)[number];

/** `CompressionCodec`. */
export const codecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const;

/** How the pages of a column chunk are packed. */
export type Codec = (typeof codecs)[number];

/** `ConvertedType`, what values mean in the words of older files. */
export const convertedTypes = [
  'UTF8',
  'MAP',
  'MAP_KEY_VALUE',
  'LIST',
  'ENUM',
  'DECIMAL',
  'DATE',
  'TIME_MILLIS',
  'TIME_MICROS',
  'TIMESTAMP_MILLIS',
  'TIMESTAMP_MICROS',
  'UINT_8',
  'UINT_16',
  'UINT_32',
  'UINT_64',
  'INT_8',
  'INT_16',
  'INT_32',
  'INT_64',
  'JSON',
  'BSON',
  'INTERVAL',
] as const;

/** One of {@link convertedTypes}. */
export type ConvertedType = (typeof convertedTypes)[number];

/** `LogicalType`, a union, by the numbers of its members. */
export const logicalTypes = {
  STRING: 1,
  MAP: 2,
  LIST: 3,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME: 7,
  TIMESTAMP: 8,
  INTEGER: 10,
  NULL: 11,
  JSON: 12,
  BSON: 13,
  UUID: 14,
  FLOAT16: 15,
  VARIANT: 16,
  GEOMETRY: 17,
  GEOGRAPHY: 18,
} as const;

/** Types of pages. */
export const pageTypes = { data: 0, index: 1, dictionary: 2, dataV2: 3 } as const;

/** Encodings of values. */
export const encodings = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  deltaByteArray: 7,
  rleDictionary: 8,
  byteStreamSplit: 9,
} as const;
