import type { ContentSums } from '../batch/hash/content-sum.ts';
import type { PartSource } from '../export/parts/part-source.ts';
import type { ColumnNaming } from '../schema/column-naming.ts';
import { settingsOf, type ParquetSettings } from '../parquet/write/settings.ts';
import type { TableName, TableSchema } from '../schema/schema.ts';
import type { PreparedFile, Storage, StorageTransfer } from '../storage/storage.ts';
import type { ConversionLoss, ConvertOptions } from './conversion.ts';

/** Parts of one table that are read and written one after another, by one thread. Plain data. */
export interface UnitPlan {
  readonly table: TableName;
  /** The table's columns, in the order of its first part. */
  readonly schema: TableSchema;
  readonly sources: readonly PartSource[];
  readonly target: UnitTarget;
}

/** Where a unit's rows go. */
export type UnitTarget =
  /** Those of the one part into a file of its own, as they are. */
  | { readonly kind: 'file'; readonly path: string }
  /** Those of all parts into one file. */
  | { readonly kind: 'joined'; readonly path: string }
  /** Into parts of this many rows. */
  | { readonly kind: 'split'; readonly rows: number; readonly jobName: string; readonly exportedAt: Date };

/** A unit to convert: its plan, and what is the same for all units. Plain data, except for storages on this thread. */
export interface UnitInput
  extends UnitPlan, Required<Pick<ConvertOptions, 'format' | 'guardFormulas' | 'lossy' | 'overwrite'>> {
  readonly destination: StorageTransfer | Storage;
  readonly parquet: ParquetSettings;
  /** How the written columns are named; as in the source by default. */
  readonly columnNames?: ColumnNaming | undefined;
}

/** A unit with what is the same for all of them, and its defaults. */
export function toInput(plan: UnitPlan, target: Storage, options: ConvertOptions): UnitInput {
  const { format, guardFormulas = false, columnNames, lossy = false, overwrite = false } = options;
  const parquet = settingsOf(options);
  const destination = target.transfer ?? target;
  return { ...plan, destination, format, parquet, guardFormulas, columnNames, lossy, overwrite };
}

/** The result of a unit. The files are complete and proven, but not yet named. */
export interface UnitOutput {
  readonly files: readonly PreparedFile[];
  /** Checksums of all cells, by column. */
  readonly sums: ContentSums;
  readonly losses: readonly ConversionLoss[];
  readonly guarded: number;
}

/** How one unit is converted by several threads. */
export interface SlicedOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Receives how many bytes are done, from 0 to all, of the file that is read. */
  readonly onBytes: (bytes: number) => void;
}
