import type { ExportIdentity } from '../../naming/export-identity.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import type { PartConvention } from '../../naming/part-name.ts';
import { tableNames, type TableName } from '../../schema/schema.ts';
import type { Storage } from '../../storage/storage.ts';

/** Every export found at one location, from names and sizes only: no file has been read. */
export interface ExportCatalog {
  /** The storage that the paths belong to. */
  readonly storage: Storage;
  /** The location as the user named it, for messages. */
  readonly location: string;
  /**
   * The kind of location: an `export-folder` with a sub-folder for each table, a `part-folder` with part files directly
   * in it (a bare `forecasted-values`, say), or `single-file`: one file given directly, or one of each table.
   */
  readonly layout: 'export-folder' | 'part-folder' | 'single-file';
  /** By time, then by job name. */
  readonly exports: readonly FoundExport[];
  /** Paths of the `_CHECK` and `_SUCCESS` files. */
  readonly markers: readonly string[];
  /**
   * Paths of entries whose names exclude them from every export: hidden files, `.crc` sums, names that begin with `_`.
   */
  readonly ignored: readonly string[];
  /** All other entries; never read. */
  readonly foreign: readonly ForeignEntry[];
  /** Files of running writers and leftovers of killed ones. The next writer removes the leftovers. */
  readonly hidden: readonly HiddenFile[];
  /** Warnings about the location as a whole; each export has its own. */
  readonly warnings: readonly ExportWarning[];
}

/** An entry that is not a part file, and why. */
export interface ForeignEntry {
  readonly path: string;
  readonly reason: string;
}

/** A hidden file of a writer. */
export interface HiddenFile {
  readonly path: string;
  /** Bytes; 0 for an upload, whose size S3 does not tell. */
  readonly size: number;
  /** A file before publishing; a file set aside while it is being replaced; the records of a swap; or parts sent to S3. */
  readonly kind: 'temporary' | 'set-aside' | 'journal' | 'upload';
  /** For a temporary file and an upload, whether its writer is still running; `elsewhere` is another machine, or unknown. */
  readonly writer: 'alive' | 'dead' | 'elsewhere' | null;
}

/** The parts of one export: one job, one time. Only for a single file without a part name are both undefined. */
export interface FoundExport extends ExportIdentity {
  /** The time as spelled in the names (in the first one, if they differ). */
  readonly exportedAtText: string | undefined;
  /** The formats of the parts; more than one is refused by {@link chooseExport}. */
  readonly formats: readonly ExportFormat[];
  /** The parts of each table in ascending order, assigned by prefix and folder; the header has the last word. */
  readonly tables: Readonly<Record<TableName, readonly PartFile[]>>;
  /** Parts whose table only the header can decide. */
  readonly undecided: readonly PartFile[];
  /** Whether `_SUCCESS`, which is written last, is in the folder or in each sub-folder with parts. */
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
  /** Bytes; 0 is possible and means no rows. */
  readonly size: number;
  /** See `StorageEntry.version`: if it differs when the file is opened, the file has changed. */
  readonly version: string;
  readonly format: ExportFormat;
  /** How it is named; `free` is any other name, for a file given directly. */
  readonly convention: PartConvention | 'free';
}

/** The codes of {@link ExportWarning}. */
export type ExportWarningCode =
  /** No `_SUCCESS`: the export may be incomplete. */
  | 'SUCCESS_MISSING'
  /** Several exports share the folder, so `_SUCCESS` may belong to another one. */
  | 'MARKERS_SHARED'
  /** One of the two tables has no part. */
  | 'TABLE_MISSING'
  /** A part is in the other table's folder. */
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
  /** Has a part name, but is a folder, a link that leads out, a FIFO or a device; not read. */
  | 'ENTRY_NOT_REGULAR'
  /** Files that are not parts. */
  | 'FILE_FOREIGN'
  /** Columns were left out on request. */
  | 'COLUMN_LEFT_OUT'
  /** The first column numbers the rows: it may be an index that another program added. */
  | 'COLUMN_COUNTS_ROWS'
  /** A writer is replacing files here, or ended while doing so; the complete side is read. */
  | 'SWAP_UNFINISHED';

/** An irregularity found by listing. */
export interface ExportWarning {
  readonly code: ExportWarningCode;
  readonly message: string;
  /** All files concerned; the message names a few. */
  readonly paths: readonly string[];
}

/** All parts of an export: by table, then those of neither. */
export function partsOf({ tables, undecided }: FoundExport): PartFile[] {
  return [...tableNames.flatMap((table) => tables[table]), ...undecided];
}
