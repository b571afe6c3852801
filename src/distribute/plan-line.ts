import type { PartDecode } from '../batch/decode-options.ts';
import type { SerializedError } from '../errors.ts';
import type { ExportWarning, PartFile } from '../export/entries/export-catalog.ts';
import type { ExportFiles } from '../export/entries/list-files.ts';
import type { OpenOptions } from '../export/find/backtest-export.ts';
import type { SummaryFacts } from '../metrics/summarize.ts';
import type { Frequency } from '../schema/frequency.ts';
import type { TableName } from '../schema/schema.ts';
import type { StorageTransfer } from '../storage/storage.ts';

/** The version of plan lines and states: a reader takes its own only. */
export const formatVersion = 1;

/** What plan lines are. */
export const planKind = 'backtest-export plan';

/** A table as a plan has it. */
export interface PlannedHeader {
  /** The names in the header of its first part, in their order. */
  readonly header: readonly string[];
  /** That part. */
  readonly file: string;
  /** Parts of the table, including empty ones, and their bytes. */
  readonly parts: number;
  readonly bytes: number;
}

/** What plans for either purpose have in common: the same in each of their lines and states. */
interface CommonHead {
  /** The tables that are read, by name. */
  readonly tables: Readonly<Partial<Record<TableName, PlannedHeader>>>;
  readonly decode: PartDecode;
  /** As it was given, or found in the first rows; null where they do not show it. */
  readonly frequency: Frequency | null;
}

/** The head of a plan for `summarize`. */
export interface SummaryHead extends CommonHead {
  readonly for: 'summarize';
  readonly export: SummaryFacts['export'];
  /** Parts that could not be read for the frequency, each with its error. */
  readonly unread: readonly { readonly file: string; readonly error: SerializedError }[];
  readonly options: {
    readonly by?: readonly string[];
    readonly point?: string;
    readonly maxGroups?: number;
    readonly onBadPart?: 'stop' | 'skip';
  };
}

/** The head of a plan for `verify`, which is opened again to be judged. */
export interface VerificationHead extends CommonHead {
  readonly for: 'verify';
  readonly source: string | Omit<ExportFiles, 'storage'>;
  readonly open: Omit<OpenOptions, 'signal' | 'repeatedHeaders'>;
  /** Of the hashes of keys: four words, random in each plan so that no file can be crafted to collide. */
  readonly seed: readonly number[];
  readonly partitions: number;
  readonly maxPlaces: number;
  /** Digests of the parts' names and sizes, and of their versions. */
  readonly parts: string;
  readonly versions: string;
}

/** What the parts of a plan are read for. */
export type PlanHead = SummaryHead | VerificationHead;

/** A part that is to be read of an export. Plain data. */
export interface PlannedUnit {
  readonly head: PlanHead;
  /** Of the folder; in the first unit of a plan. */
  readonly warnings?: readonly ExportWarning[];
  readonly storage: StorageTransfer;
  readonly table: TableName;
  readonly part: PartFile;
  /** For `verify`, the number of the part among all. */
  readonly index?: number;
}

/** One line of a plan. Plain data, ready for JSON. */
export interface PlanLine extends PlannedUnit {
  readonly kind: typeof planKind;
  readonly format: typeof formatVersion;
  /** Identifies the plan: for `summarize` the same export, parts and options have the same. */
  readonly plan: string;
  /** Of the line, from 1, and how many the plan has. */
  readonly number: number;
  readonly total: number;
  /** A digest of the rest of the line. */
  readonly check: string;
}
