import type { ExportFormat } from '../naming/part-extension.ts';
import type { PartConvention } from '../naming/part-name.ts';
import type { TableName } from '../schema/schema.ts';
import type { Storage } from '../storage/storage.ts';

/** Every export found at one location. Made from names and sizes alone: no file has been read. */
export interface ExportCatalog {
  /** The storage that the paths belong to. */
  readonly storage: Storage;
  /** The location as the user named it, for messages. */
  readonly location: string;
  /**
   * What the location is: an `export-folder` with a sub-folder for each table, a `part-folder` with part files
   * directly in it (a bare `forecasted-values`, say),
   * or a `single-file`: files that were named directly, one, or one of each table.
   */
  readonly layout: 'export-folder' | 'part-folder' | 'single-file';
  /** By time, then by job name. */
  readonly exports: readonly FoundExport[];
  /** Paths of the `_CHECK` and `_SUCCESS` files. */
  readonly markers: readonly string[];
  /** Paths of what belongs to no export by its name: hidden files, `.crc` sums, names that begin with `_`. */
  readonly ignored: readonly string[];
  /** What else lies there; never read. */
  readonly foreign: readonly ForeignEntry[];
  /** Files of writers: of those at work, and what killed ones have left. The next writer removes the latter. */
  readonly hidden: readonly HiddenFile[];
  /** What concerns the location as a whole; each export has its own. */
  readonly warnings: readonly ExportWarning[];
}

/** Something in the folder that is no part file, and why not. */
export interface ForeignEntry {
  readonly path: string;
  readonly reason: string;
}

/** A hidden file that a writer made. */
export interface HiddenFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** A file before it gets its name; one that is set aside while others take its place; or what a swap writes down. */
  readonly kind: 'temporary' | 'set-aside' | 'journal';
  /** Of a temporary file: whether its writer still is at work; `elsewhere` is another machine, or not known. */
  readonly writer: 'alive' | 'dead' | 'elsewhere' | null;
}

/** The parts of one export: one job, one time. */
export interface FoundExport {
  /** Undefined only for a single file that is not named as a part is. So are the two times. */
  readonly jobName: string | undefined;
  readonly exportedAt: Date | undefined;
  /** The time as the names spell it (the first of them, should they differ). */
  readonly exportedAtText: string | undefined;
  /** The formats of the parts; more than one is refused by {@link chooseExport}. */
  readonly formats: readonly ExportFormat[];
  /** The parts of each table by rising number, as prefix and folder tell; the header has the last word. */
  readonly tables: Readonly<Record<TableName, readonly PartFile[]>>;
  /** Parts whose table neither name nor folder tells, only the header. */
  readonly undecided: readonly PartFile[];
  /** Whether `_SUCCESS`, which is written last, lies in the folder or in each sub-folder that holds parts. */
  readonly complete: boolean;
  readonly warnings: readonly ExportWarning[];
}

/** One part file. */
export interface PartFile {
  /** In the catalog's storage. */
  readonly path: string;
  readonly table: TableName | undefined;
  /** From 0; 0 for a file with a free name. */
  readonly number: number;
  /** Bytes; 0 is possible and holds no rows. */
  readonly size: number;
  /** See `StorageEntry.version`: a file that has another one when it is opened has changed since. */
  readonly version: string;
  readonly format: ExportFormat;
  /** How it is named; `free` is any name at all, for a file that the user named directly. */
  readonly convention: PartConvention | 'free';
}

/** The codes of {@link ExportWarning}. */
export type ExportWarningCode =
  /** No `_SUCCESS`: the export may be incomplete. */
  | 'SUCCESS_MISSING'
  /** Several exports lie here, so that `_SUCCESS` may be another's. */
  | 'MARKERS_SHARED'
  /** One of the two tables has no part. */
  | 'TABLE_MISSING'
  /** A part lies in the other table's folder. */
  | 'TABLE_MISPLACED'
  /** Parts of zero bytes. */
  | 'PART_EMPTY'
  /** A part number is missing. */
  | 'PART_NUMBER_GAP'
  /** Several files of one table have the same part number. */
  | 'PART_NUMBER_REPEATED'
  /** One stored file has several names: its rows would count twice. */
  | 'PART_STORED_TWICE'
  /** CSV and Parquet parts in one export. */
  | 'FORMATS_MIXED'
  /** Named as a part is, but a folder, a link that leads out, a FIFO or a device; not read. */
  | 'ENTRY_NOT_REGULAR'
  /** Files that are no parts. */
  | 'FILE_FOREIGN'
  /** Columns were left out, as was asked for. */
  | 'COLUMN_LEFT_OUT'
  /** The first column counts the rows: it may be an index that another program added. */
  | 'COLUMN_COUNTS_ROWS'
  /** A writer is replacing files here, or was when it ended; the side that is whole is read. */
  | 'SWAP_UNFINISHED';

/** Something odd that listing saw. */
export interface ExportWarning {
  readonly code: ExportWarningCode;
  readonly message: string;
  /** The files concerned, all of them; the message names a few. */
  readonly paths: readonly string[];
}
