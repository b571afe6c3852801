import type { ExportFormat } from '../../naming/part-extension.ts';
import type { TableName, TableSchema } from '../../schema/schema.ts';

/** How the values of a column of a Parquet file are stored, as far as a query must know. All columns of CSV are text. */
export type StoredType =
  | { readonly kind: 'text' | 'double' | 'float' | 'int' | 'bigint' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** `zoned` where the file says that it is adjusted to UTC, and for INT96, which Spark reads as such. */
  | { readonly kind: 'timestamp'; readonly zoned: boolean };

/** A field of the files in the order of their header, left-out ones included. */
export interface StoredColumn {
  /** The name in the files. */
  readonly fileName: string;
  /** The name in the engine's table; the file's, unless the engine could not have a column of that name. */
  readonly name: string;
  readonly stored: StoredType;
}

/** One table of an export as an engine sees it: what `cells` is made of. Plain data. */
export interface SqlTable {
  readonly table: TableName;
  readonly schema: TableSchema;
  readonly format: ExportFormat;
  /** The table's or view's name in the engine, unquoted segments: catalog, schema, table. */
  readonly path: readonly string[];
  readonly columns: readonly StoredColumn[];
  /** Where the engine finds the files: a URI or path of their folder, with a `/` at its end. */
  readonly location: string;
  /** Names of the export's parts in that folder, those without a byte left out. */
  readonly parts: readonly string[];
  /** Names of everything else that an engine could read in that folder. */
  readonly others: readonly string[];
}

/** Which columns of `cells` a query needs besides those that every one has. */
export interface CellsOptions {
  /** Whether `ts` is needed; otherwise its column is not read, and what is no time in it is not `bad`. Default true. */
  readonly timestamp?: boolean | undefined;
}
