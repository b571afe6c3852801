import type { CellReader } from './cell-reader.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { duckdb, duckdbReader } from './duckdb.ts';
import { spark, sparkReader } from './spark.ts';
import { athena, trino, trinoReader } from './trino.ts';

/** Every dialect by its name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { athena, trino, spark, duckdb };

/** How each reads cells. */
export const cellReaders: Readonly<Record<DialectName, CellReader>> = {
  athena: trinoReader,
  trino: trinoReader,
  spark: sparkReader,
  duckdb: duckdbReader,
};
