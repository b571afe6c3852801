import type { RecordBatch, Table } from 'apache-arrow';
import type { Row } from '../batch/rows.ts';
import type { ColumnBatch } from '../batch/column-batch.ts';
import type { CsvDialect, PartDecode, ParquetLimits, PartNotes } from '../batch/decode-options.ts';
import type { ForecastType, TableName, TableSchema } from '../schema/schema.ts';
import type { Storage } from '../storage/storage.ts';
import type { ExportCatalog, ExportWarning, PartFile } from './export-catalog.ts';
import type { ExpectedSchema } from './read-part.ts';

/** Options of `openExport`. */
export interface OpenOptions {
  /** The export job's name, where the folder holds several. */
  readonly jobName?: string;
  /** `latest`, or the export's timestamp (`2021-12-14T13-20-10Z`, ISO 8601, or a Date). */
  readonly exportedAt?: string | Date;
  /** How the CSV is written, when not as Forecast writes it (a file re-saved from a spreadsheet). */
  readonly dialect?: CsvDialect;
  /** Header lines inside the data: refused by default, or skipped and counted. */
  readonly repeatedHeaders?: 'refuse' | 'skip';
  /** What one Parquet file may ask for. */
  readonly limits?: ParquetLimits;
  /** Columns to leave out, by their names in the header, as if the files did not have them; both tables are looked at. */
  readonly dropColumns?: readonly string[];
  /**
   * What becomes of a row index that a program added when it saved the files: a column without a name, `Unnamed: 0`,
   * `__index_level_0__`, or beside the item column `index` or `level_0`. Refused by default, left out, or kept as a dimension.
   */
  readonly indexColumns?: 'refuse' | 'drop' | 'keep';
  /** Ends the opening with its own reason; what is read from the export later has signals of its own. */
  readonly signal?: AbortSignal;
}

/** One export, opened: its plan is known and the header of its first part read, nothing else. Holds no open file. */
export interface BacktestExport {
  /** Where it was found, as the caller named it. */
  readonly location: string;
  readonly storage: Storage;
  /** The listing that it was chosen from. */
  readonly catalog: ExportCatalog;
  /** What the location is, see `ExportCatalog`. */
  readonly layout: ExportCatalog['layout'];
  /** Undefined for a file or folder whose names do not tell. */
  readonly jobName: string | undefined;
  readonly exportedAt: Date | undefined;
  readonly format: 'CSV' | 'PARQUET';
  readonly itemColumn: string;
  readonly dimensions: readonly string[];
  /** `mean` first where there is one, then the quantiles rising, as the API names them (`0.1`). */
  readonly forecastTypes: readonly ForecastType[];
  /** Whether the folder has its `_SUCCESS` marker. */
  readonly complete: boolean;
  readonly warnings: readonly ExportWarning[];
  readonly forecastedValues: ExportTable;
  readonly accuracyMetrics: ExportTable;
}

/** Options of reading a table. */
export interface ReadOptions {
  /** Columns to decode, by their names in the header; all by default. The others are skipped, not checked. */
  readonly columns?: readonly string[];
  /** Rows in a batch at most; 2,048 by default. */
  readonly batchRows?: number;
  readonly signal?: AbortSignal;
}

/** One of the two tables of an export. Each reading goes over the parts in the order of their numbers. */
export interface ExportTable {
  readonly name: TableName;
  /** False when the export has no part of this table; then reading is `TABLE_NOT_FOUND`. */
  readonly exists: boolean;
  readonly parts: readonly PartFile[];
  /** Bytes of all the parts. */
  readonly bytes: number;
  /** @throws `TABLE_NOT_FOUND` */
  readonly schema: TableSchema;
  /** The schema and the part that it was read from. @throws `TABLE_NOT_FOUND` */
  readonly expected: ExpectedSchema;
  /** How its parts are decoded. */
  readonly decode: PartDecode;
  /**
   * Owned Arrow record batches: text as `Dictionary<Utf8, Int32>`, times as `Timestamp<MILLISECOND, UTC>`, numbers as
   * nullable `Float64`, in which an empty cell and `not defined` are null.
   */
  batches(options?: ReadOptions): AsyncGenerator<RecordBatch, void, undefined>;
  /** Plain rows, one object each; `not defined` is the string `'not defined'`. */
  rows(options?: ReadOptions): AsyncGenerator<Row, void, undefined>;
  /** Everything as one Arrow table, in memory. */
  table(options?: ReadOptions): Promise<Table>;
  /** The library's own batches: borrowed, each valid until the next is asked for. What everything else is made of. */
  columnBatches(options?: ReadOptions): AsyncGenerator<ColumnBatch, PartNotes[], undefined>;
}

/** The table of a name. */
export function tableOf(source: BacktestExport, name: TableName): ExportTable {
  return name === 'forecasted-values' ? source.forecastedValues : source.accuracyMetrics;
}
