import type { OpenOptions } from '../export/find/backtest-export.ts';
import type { ExportWarning } from '../export/entries/export-catalog.ts';
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

/** What the clean copy leaves out or changes, by its kind: what was done and why, as a sentence. */
export const repairReasons = {
  'duplicate-rows': 'rows that repeat an earlier row were dropped',
  /** `DUPLICATE_NEAR` of `verifyExport`. */
  'near-rows': 'rows that differ from an earlier row only in the last bits of numbers were dropped',
  /** Both of these, where every row appeared equally often: `EXPORTS_MERGED` of `verifyExport`. */
  'merged-exports':
    'every row of the table appeared several times, as if exports of one predictor had been merged; the first was kept',
  'conflicting-rows': 'rows with the key of an earlier row but different numbers were dropped',
  'repeated-headers': 'header lines inside the data were dropped',
  'empty-parts': 'parts left without rows were dropped',
  'bad-parts': 'unreadable parts were left out entirely',
  'left-out-columns': 'columns that do not belong to the export were left out on request',
  'other-files': 'files that do not belong to the export were not copied',
  'renumbered-parts': 'parts were renamed',
  'success-missing': 'the source has no _SUCCESS marker but the copy has: parts may be missing',
} as const;

/** The kind of a repair. */
export type RepairKind = keyof typeof repairReasons;

/** All repairs of one kind in one table. */
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
