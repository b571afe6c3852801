/** `backtest-export/sql`: the same figures from engines that run SQL. */
export type { DialectName } from './dialects/dialect.ts';
export type { QueryOptions, QueryProgress, SqlCell, SqlEngine, TableHome } from './engines/engine.ts';
export type { AthenaOptions } from './engines/athena-options.ts';
export { createAthenaEngine } from './engines/athena.ts';
export { createDuckDbEngine, type DuckDbEngine, type DuckDbOptions } from './engines/duckdb.ts';
export type { EngineTimeouts } from './engines/engine-limits.ts';
export type { TrinoOptions, TrinoTls } from './engines/trino-options.ts';
export { createTrinoEngine } from './engines/trino.ts';
export { summarizeWith } from './summarize-with.ts';
export type { SummarizeWithOptions } from './summarize-with-options.ts';
export { writeSql, type WriteSqlOptions } from './write-sql.ts';
export type { VerifyWithOptions } from './verify-with-options.ts';
export { verifyWith } from './verify-with.ts';
