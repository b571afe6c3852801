import type { OpenOptions } from '../export/backtest-export.ts';
import type { ExportWarning } from '../export/export-catalog.ts';
import type { ExportFormat } from '../naming/part-extension.ts';
import type { TableName } from '../schema/schema.ts';

/** Options of `repairExport`. */
export interface RepairOptions {
  /** How the export is chosen and read, where a location is given; refused for an opened export. */
  readonly open?: OpenOptions;
  /** Rows with the key of an earlier row but different numbers are refused by default, or dropped. */
  readonly conflicts?: 'refuse' | 'keep-first';
  /** A part that cannot be read stops the repair (the default), or is left out entirely and listed. */
  readonly onBadPart?: 'stop' | 'skip';
  /** Replaces this export where the destination already has it, once the new one is complete; refused by default. */
  readonly overwrite?: boolean;
  /** Places to list for each kind of thing dropped; 10 by default. All are counted. */
  readonly maxPlaces?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RepairProgress) => void;
}

/** The progress of a repair, in bytes of the source. */
export interface RepairProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What the clean copy leaves out or changes. */
export type RepairKind =
  /** Duplicates of an earlier row. */
  | 'duplicate-rows'
  /** Rows that differ from an earlier row only in the last bits of numbers: `DUPLICATE_NEAR` of `verifyExport`. */
  | 'near-rows'
  /** Both of these, where every row of the table appeared equally often: `EXPORTS_MERGED`. */
  | 'merged-exports'
  /** Rows with the key of an earlier row but different numbers. */
  | 'conflicting-rows'
  /** Repeated header lines inside the data. */
  | 'repeated-headers'
  /** Parts without rows, or left without rows. */
  | 'empty-parts'
  /** Parts that cannot be read. */
  | 'bad-parts'
  /** Columns of the files that were left out on request. */
  | 'left-out-columns'
  /** Files that do not belong to the export. */
  | 'other-files'
  /** Parts with a new number. */
  | 'renumbered-parts'
  /** The source has no `_SUCCESS` marker but the copy has: parts may be missing. */
  | 'success-missing';

/** One kind of repair, in one table. */
export interface Repair {
  readonly kind: RepairKind;
  /** Null for the folder. */
  readonly table: TableName | null;
  readonly count: number;
  /** What was done and why, as a sentence. */
  readonly reason: string;
  /** The first ones. */
  readonly places: readonly RepairPlace[];
}

/** Where something was dropped. */
export interface RepairPlace {
  readonly file: string;
  /** The data record, from 1. */
  readonly record?: number;
  /** Of a row: the earlier one, which was kept. */
  readonly of?: { readonly file: string; readonly record: number };
  /** What else is known, such as the new name of a part or why it cannot be read. */
  readonly detail?: string;
}

/** What a repair has done. */
export interface RepairResult {
  readonly source: string;
  readonly destination: string;
  readonly jobName: string;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly format: ExportFormat;
  /** Null where the source has no part of the table. */
  readonly tables: Readonly<Record<TableName, RepairedTable | null>>;
  /** Empty where the source was clean. */
  readonly repairs: readonly Repair[];
  /** Warnings from opening the source; `repairs` reports most of them too. */
  readonly warnings: readonly ExportWarning[];
}

/** One table of a repair. */
export interface RepairedTable {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly partsRead: number;
  readonly partsWritten: number;
}
