/** `backtest-export/sql`: the same figures from engines that run SQL. */
export type { DialectName } from './dialects/dialect.ts';
export type { QueryOptions, QueryProgress, SqlCell, SqlEngine } from './engines/engine.ts';
