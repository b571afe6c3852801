import type { ZodType } from 'zod';
import { BacktestExportError } from '../../errors.ts';
import { toSecond } from '../../naming/export-identity.ts';
import { parseExportInstant } from '../../naming/export-timestamp.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { formatPartName } from '../../naming/part-name.ts';
import { checkOptions, dateShape, objectShape, type Zod } from '../../options.ts';
import { settingsFields, settingsOf, type ParquetSettings } from '../../parquet/write/settings.ts';
import { byTable, type TableName } from '../../schema/schema.ts';
import { toStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { writerClosed } from '../../storage/storage-path.ts';
import { Destination } from './destination.ts';
import { PartsWriter, type PartsPlan, type WritableRows } from './table-writer.ts';

/** Options of {@link createExportWriter}. */
export interface ExportWriterOptions extends ParquetSettings {
  /** The export job's name, which is part of every file name. */
  readonly jobName: string;
  /** The export's time, cut to the second: a Date, ISO 8601, or as in file names (`2021-12-14T13-20-10Z`). */
  readonly exportedAt: string | Date;
  readonly format: ExportFormat;
  /** The most rows of a part; default no limit. */
  readonly rowsPerPart?: number;
  /** A part ends once it has this many bytes; default 128 MiB. Parquet grows by row groups of 262,144 rows. */
  readonly bytesPerPart?: number;
  /** `seen`, as real exports are named (`Forecasts_<job>_<time>_part0.csv`), or `documented` (`<job>_<time>_0.csv`). */
  readonly convention?: 'seen' | 'documented';
  /** Puts a quote mark before CSV cells that a spreadsheet would run; default false, because it changes data. */
  readonly guardFormulas?: boolean;
  /** Replaces an existing export of this job and time once the new one is complete; default false: refused. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
}

/** One table of an export being written. */
export interface TableWriter {
  /** Rows written so far. */
  readonly rows: number;
  /**
   * Writes rows in pieces of any size, one call at a time: plain rows as from `rows()`, all with the columns of the
   * first; Arrow data; or batches from `columnBatches()`. A failure aborts the whole writer.
   * @throws `ROW_INVALID`; `SCHEMA_INVALID` for columns that no export has; `TIME_INVALID`; `VALUE_NOT_RESTORABLE`, in
   * Parquet, where a column holds both null and `not defined`; `CSV_RECORD_TOO_LONG`, `TEXT_TOO_LONG` for what could not be
   * read back; `WRITE_FAILED`; the signal's reason.
   */
  write(rows: WritableRows): Promise<void>;
}

/** An export being written. */
export interface ExportWriter {
  readonly forecastedValues: TableWriter;
  readonly accuracyMetrics: TableWriter;
  /**
   * Publishes the parts in one swap, `_SUCCESS` last: afterwards the folder contains the complete export or, after a
   * failure or a killed process, what it contained before.
   * @throws `ROW_INVALID` if neither table has rows; `EXPORT_EXISTS`, `EXPORT_BUSY`, `WRITE_FAILED`
   */
  finish(): Promise<WrittenExport>;
  /** Removes everything that was written; has no effect after `finish`. */
  abort(): Promise<void>;
}

/** A written export. */
export interface WrittenExport {
  readonly jobName: string;
  readonly exportedAt: Date;
  readonly format: ExportFormat;
  readonly rows: Readonly<Record<TableName, number>>;
  /** The parts, by table and number. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Writes an export: rows go to part files under temporary names, complete and synced, and `finish` publishes all of
 * them together, `_CHECK` first and `_SUCCESS` last. So neither an abort nor a killed process leaves a readable part;
 * the leftovers of a killed writer are cleaned up first. Memory: a few MB for CSV, one row group for Parquet.
 *
 * @throws `EXPORT_EXISTS` if the folder contains this export (the same job and time, in either format) without
 * `overwrite`; `JOURNAL_INVALID`, `OPTION_INVALID`, `PART_NAME_INVALID`, `EXPORT_TIMESTAMP_INVALID`.
 */
export async function createExportWriter(
  destination: string | Storage,
  options: ExportWriterOptions,
): Promise<ExportWriter> {
  await checkOptions('createExportWriter', options, exportWriterShape);
  const { exportedAt, overwrite = false } = options;
  const plan: PartsPlan = {
    parquet: settingsOf(options),
    convention: 'seen',
    rowsPerPart: Number.MAX_SAFE_INTEGER,
    bytesPerPart: 128 * 1024 * 1024,
    guardFormulas: false,
    ...options,
    exportedAt: typeof exportedAt === 'string' ? parseExportInstant(exportedAt) : toSecond(exportedAt.getTime()),
  };
  const { jobName, format, convention } = plan;
  formatPartName({ jobName, format, convention, exportedAt: plan.exportedAt, table: 'forecasted-values', number: 0 }); // refuses a name before any row is taken
  const { signal } = options;
  const storage = toStorage('createExportWriter', destination);
  const target = await Destination.open(storage, { overwrite, signal, identity: plan });
  return new FolderWriter(target, plan, signal);
}

class FolderWriter implements ExportWriter {
  readonly forecastedValues: TableWriter;
  readonly accuracyMetrics: TableWriter;
  readonly #destination: Destination;
  readonly #plan: PartsPlan;
  readonly #signal: AbortSignal | undefined;
  readonly #parts: Readonly<Record<TableName, PartsWriter>>;
  #open = true;

  constructor(destination: Destination, plan: PartsPlan, signal: AbortSignal | undefined) {
    this.#destination = destination;
    this.#plan = plan;
    this.#signal = signal;
    this.#parts = byTable((table) => new PartsWriter(destination, table, plan));
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
        throw new BacktestExportError('ROW_INVALID', 'expected rows of at least one table, found none');
      await this.#destination.publish();
      this.#open = false;
      const rows = byTable((table) => this.#parts[table].rows);
      return { jobName, exportedAt, format, rows, files: files.map(({ path, size }) => ({ path, size })) };
    });
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#destination.discard();
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
    if (!this.#open) throw writerClosed();
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
    exportedAt: z.union([z.string(), dateShape(z)]),
    format: z.enum(['CSV', 'PARQUET']),
    ...settingsFields(z),
    rowsPerPart: z.int().min(1).optional(),
    bytesPerPart: z.int().min(1).optional(),
    convention: z.enum(['seen', 'documented']).optional(),
    guardFormulas: z.boolean().optional(),
    overwrite: z.boolean().optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });
