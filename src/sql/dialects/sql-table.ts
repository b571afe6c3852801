import type { ExportFormat } from '../../naming/part-extension.ts';
import type { TableName, TableSchema } from '../../schema/schema.ts';

/** What an engine has for a column's values. All columns of a table over CSV are text. */
export type StoredType =
  | { readonly kind: 'text' | 'double' | 'float' | 'int' | 'bigint' | 'date' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** `zoned`: an instant, which the engine shows in a session's zone; otherwise a date and time, which are in UTC. */
  | { readonly kind: 'timestamp'; readonly unit: 'millis' | 'micros' | 'nanos'; readonly zoned: boolean };

/** A field of the files, in the order of their header; left-out ones have one too. */
export interface StoredColumn {
  /** The name in the files. */
  readonly fileName: string;
  /** The name in the engine's table, unquoted. */
  readonly name: string;
  readonly stored: StoredType;
  /** Whether NULL means `not defined`: of metrics in Parquet that this library wrote. Elsewhere it is an empty cell. */
  readonly nullIsNotDefined?: boolean;
}

/** One table of an export as an engine sees it: what `cells` is made of. Plain data. */
export interface SqlTable {
  readonly table: TableName;
  readonly schema: TableSchema;
  readonly format: ExportFormat;
  /** The table or view in the engine, as unquoted names: catalog, schema, table. DuckDB reads the files where there are none. */
  readonly path: readonly string[];
  /** By field of the files. */
  readonly columns: readonly StoredColumn[];
  /** The name of a column after the last one, which shows fields too many in CSV; undefined where the table has none. */
  readonly surplus: string | undefined;
  /** Where the engine finds the files: a URI or path of their folder, with a `/` at its end. */
  readonly location: string;
  /** Which files of that folder belong to the export. */
  readonly parts: PartChoice;
}

/** Which files of a folder are parts of an export. */
export interface PartChoice {
  /** Names of all parts but empty files of CSV. */
  readonly names: readonly string[];
  /** Their names begin and end so; none where the names are to be listed. */
  readonly patterns: readonly NamePattern[];
  /** Other names in the folder that fit these patterns. */
  readonly except: readonly string[];
}

/** The names that begin and end with a text. */
export interface NamePattern {
  readonly start: string;
  readonly end: string;
}

/** Which columns of `cells` a query needs besides those that every one has. */
export interface CellsOptions {
  /** Whether `ts` is needed; otherwise its column is not read, and what is no time in it is not `bad`. Default true. */
  readonly timestamp?: boolean | undefined;
  /** Keeps header lines, and adds a column `header`: 1 for them, whose `bad` is 0, and 0 for records. Default false. */
  readonly headers?: boolean | undefined;
}
