import type { ZodType } from 'zod';
import { BacktestExportError } from '../../errors.ts';
import { parseExportInstant } from '../../naming/export-timestamp.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { formatPartName } from '../../naming/part-name.ts';
import { checkOptions, objectShape, type Zod } from '../../options.ts';
import { compressions, type Compression } from '../../parquet/codecs/compress.ts';
import { byTable, tableNames, type TableName } from '../../schema/schema.ts';
import { toStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { settleFolder } from '../swap/settle-folder.ts';
import { findReplaced } from './find-replaced.ts';
import { publishExport } from './publish-export.ts';
import { PartsWriter, type PartsPlan, type WritableRows } from './table-writer.ts';

/** Options of {@link createExportWriter}. */
export interface ExportWriterOptions {
  /** The export job's name, which every part file carries. */
  readonly jobName: string;
  /** When the export was made, to the second, as names tell it (milliseconds are cut off): a Date, ISO 8601, or as in file names (`2021-12-14T13-20-10Z`). */
  readonly exportedAt: string | Date;
  readonly format: ExportFormat;
  /** How Parquet pages are packed; `snappy` by default. */
  readonly compression?: Compression;
  /** Rows of a part at most; no limit by default. */
  readonly rowsPerPart?: number;
  /** A part ends once it has so many bytes; 128 MiB by default. Parquet grows by row groups of 262,144 rows. */
  readonly bytesPerPart?: number;
  /** `seen`, as real exports are named (`Forecasts_<job>_<time>_part0.csv`), or `documented` (`<job>_<time>_0.csv`). */
  readonly convention?: 'seen' | 'documented';
  /** Puts a quote mark before text cells of CSV that a spreadsheet would run; off by default, because it changes data. */
  readonly guardFormulas?: boolean;
  /** Replaces the export where the folder holds it already, once the new one is complete; refused by default. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
}

/** One table of an export that is being written. */
export interface TableWriter {
  /** Rows taken so far. */
  readonly rows: number;
  /**
   * Takes rows, in pieces of any size, one call at a time: plain rows as `rows()` gives them, all with the columns of the
   * first; Arrow data; or batches of `columnBatches()`. After a failure the whole writer is aborted.
   * @throws `ROW_INVALID`; `SCHEMA_INVALID` for columns that no export has; `TIME_INVALID`; `VALUE_NOT_RESTORABLE`, in
   * Parquet, where a column holds both null and `not defined`; `WRITE_FAILED`; the signal's reason.
   */
  write(rows: WritableRows): Promise<void>;
}

/** An export that is being written. */
export interface ExportWriter {
  readonly forecastedValues: TableWriter;
  readonly accuracyMetrics: TableWriter;
  /**
   * Gives the parts their names in one swap, `_SUCCESS` last: after it the folder holds the whole export, or, where it
   * failed or the process was killed, what was there before.
   * @throws `ROW_INVALID` where neither table has rows; `EXPORT_EXISTS`, `EXPORT_BUSY`, `WRITE_FAILED`
   */
  finish(): Promise<WrittenExport>;
  /** Removes everything that was written; harmless after `finish`. */
  abort(): Promise<void>;
}

/** An export that was written. */
export interface WrittenExport {
  readonly jobName: string;
  readonly exportedAt: Date;
  readonly format: ExportFormat;
  readonly rows: Readonly<Record<TableName, number>>;
  /** The parts, by table and number. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Writes an export: rows go into part files that are complete and synced under temporary names, and all get their names
 * together when `finish` is called, `_CHECK` first and `_SUCCESS` last. So neither an abort nor a killed process leaves a
 * part that could be read; what a killed one has left in the folder is put in order first. A few MB in memory for CSV; for Parquet a row group.
 *
 * @throws `EXPORT_EXISTS` where the folder holds this export (the same job and time, in either format) and `overwrite` is
 * not given; `JOURNAL_INVALID`, `OPTION_INVALID`, `PART_NAME_INVALID`, `EXPORT_TIMESTAMP_INVALID`.
 */
export async function createExportWriter(
  destination: string | Storage,
  options: ExportWriterOptions,
): Promise<ExportWriter> {
  await checkOptions('createExportWriter', options, exportWriterShape);
  const { exportedAt, overwrite = false } = options;
  const plan: PartsPlan = {
    compression: 'snappy',
    convention: 'seen',
    rowsPerPart: Number.MAX_SAFE_INTEGER,
    bytesPerPart: 128 * 1024 * 1024,
    guardFormulas: false,
    ...options,
    exportedAt: typeof exportedAt === 'string' ? parseExportInstant(exportedAt) : toSecond(exportedAt),
    overwrite,
  };
  const { jobName, format, convention } = plan;
  formatPartName({ jobName, format, convention, exportedAt: plan.exportedAt, table: 'forecasted-values', number: 0 }); // refuses a name before any row is taken
  const storage = toStorage('createExportWriter', destination);
  const heeding = withSignal(storage, options.signal);
  await settleFolder(heeding);
  await findReplaced(heeding, plan);
  return new FolderWriter(storage, plan, options.signal, await storage.watchFolders?.(tableNames));
}

/** Names tell seconds; what `finish` answers is what a reader will find. */
function toSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

class FolderWriter implements ExportWriter {
  readonly forecastedValues: TableWriter;
  readonly accuracyMetrics: TableWriter;
  readonly #storage: Storage;
  readonly #plan: PartsPlan;
  readonly #signal: AbortSignal | undefined;
  /** Removes the folders that were made, as far as they are empty. */
  readonly #removeFolders: (() => Promise<void>) | undefined;
  readonly #parts: Readonly<Record<TableName, PartsWriter>>;
  #open = true;

  constructor(
    storage: Storage,
    plan: PartsPlan,
    signal: AbortSignal | undefined,
    removeFolders: (() => Promise<void>) | undefined,
  ) {
    this.#storage = storage;
    this.#plan = plan;
    this.#signal = signal;
    const heeding = withSignal(storage, signal);
    this.#removeFolders = removeFolders;
    this.#parts = byTable((table) => new PartsWriter(heeding, table, plan));
    this.forecastedValues = this.#tableWriter('forecasted-values');
    this.accuracyMetrics = this.#tableWriter('accuracy-metrics-values');
  }

  async finish(): Promise<WrittenExport> {
    const { jobName, exportedAt, format } = this.#plan;
    const tables = Object.values(this.#parts);
    return this.#orAbort(async () => {
      for (const table of tables) await table.finish();
      const files = tables.flatMap((table) => table.files);
      if (files.length === 0)
        throw new BacktestExportError('ROW_INVALID', 'expected rows of one table at least, found none');
      await publishExport(this.#storage, files, { overwrite: this.#plan.overwrite, signal: this.#signal });
      this.#open = false;
      const rows = byTable((table) => this.#parts[table].rows);
      return { jobName, exportedAt, format, rows, files: files.map(({ path, size }) => ({ path, size })) };
    });
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const table of Object.values(this.#parts)) await table.abort();
    await this.#removeFolders?.();
  }

  #tableWriter(table: TableName): TableWriter {
    const parts = this.#parts[table];
    return {
      get rows(): number {
        return parts.rows;
      },
      write: (rows) => this.#orAbort(() => parts.write(rows)),
    };
  }

  async #orAbort<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#open) throw new BacktestExportError('WRITE_FAILED', 'the writer is finished or aborted');
    try {
      this.#signal?.throwIfAborted();
      return await work();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }
}

const exportWriterShape = (z: Zod): ZodType<ExportWriterOptions> =>
  objectShape<ExportWriterOptions>(z, {
    jobName: z.string(),
    exportedAt: z.union([z.string(), z.date()]),
    format: z.enum(['CSV', 'PARQUET']),
    compression: z.enum(compressions).optional(),
    rowsPerPart: z.int().min(1).optional(),
    bytesPerPart: z.int().min(1).optional(),
    convention: z.enum(['seen', 'documented']).optional(),
    guardFormulas: z.boolean().optional(),
    overwrite: z.boolean().optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });
