import type { Dialect, DialectName } from './dialect.ts';
import { duckdb } from './duckdb.ts';
import { spark } from './spark.ts';
import { athena, trino } from './trino.ts';

/** Every dialect by its name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { athena, trino, spark, duckdb };
