/** The dialects that queries are written in. */
export type DialectName = 'athena' | 'trino' | 'spark' | 'duckdb';
