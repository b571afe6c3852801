import type { DialectName } from '../dialects/dialect.ts';

/** A cell of a query's result. A double may come as its text; a whole number as a bigint. */
export type SqlCell = string | number | bigint | boolean | null;

/** How far a statement is, as far as the engine says. */
export interface QueryProgress {
  /** From 0 to 1; null where the engine does not say. */
  readonly done: number | null;
  /** Bytes that the engine has read so far; null where it does not say. */
  readonly scannedBytes: number | null;
}

/** How a statement is run. */
export interface QueryOptions {
  /** Cancels the statement in the engine too. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: QueryProgress) => void) | undefined;
}

/** Where an engine's tables are looked for and made, unless their names say so. */
export interface TableHome {
  /** The catalog; undefined for the engine's own. */
  readonly catalog?: string | undefined;
  /** The schema, which Athena calls a database. */
  readonly schema?: string | undefined;
}

/** What runs SQL. A user adds an engine by giving these members. */
export interface SqlEngine {
  /** For messages, such as `Trino at http://localhost:8080`. */
  readonly name: string;
  readonly dialect: DialectName;
  /** Undefined for an engine that reads files without a table. */
  readonly home?: TableHome | undefined;
  /** Runs one statement and yields the rows of its result in order, each as its cells; no rows for DDL. */
  query(sql: string, options?: QueryOptions): AsyncIterable<readonly SqlCell[]>;
  /** Where the engine finds a folder of this machine, given by its absolute path; without it, at that path. */
  locate?(folder: string): string;
  /** Frees what the engine holds; nothing can be run afterwards. */
  close?(): void;
}
