import type { S3Access } from '../../storage/s3/s3-access.ts';
import type { RecordBatch, Table } from 'apache-arrow';
import type { Row } from '../../batch/forms/rows.ts';
import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import type { CsvDialect, ParquetLimits, PartNotes } from '../../batch/decode-options.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import type { TableName, TableSchema } from '../../schema/schema.ts';
import type { ExportCatalog, ExportWarning, FoundExport, PartFile } from '../entries/export-catalog.ts';

/** Options of `openExport`. */
export interface OpenOptions {
  /** The export job's name, if the folder contains several. */
  readonly jobName?: string;
  /** `latest`, or the export's timestamp (`2021-12-14T13-20-10Z`, ISO 8601, or a Date). */
  readonly exportedAt?: string | Date;
  /** The CSV dialect, if it differs from Forecast's (a file re-saved from a spreadsheet). */
  readonly dialect?: CsvDialect;
  /** Header lines repeated inside the data: refused by default, or skipped and counted. */
  readonly repeatedHeaders?: 'refuse' | 'skip';
  /** Size limits for one Parquet file. */
  readonly limits?: ParquetLimits;
  /** Columns to leave out of both tables, by their names in the header, as if the files did not have them. */
  readonly dropColumns?: readonly string[];
  /**
   * What to do with a row index that a program added when it saved the files: a column without a name, `Unnamed: 0`,
   * `__index_level_0__`, or (beside the item column) `index` or `level_0`. Refuse (the default), drop, or keep as a
   * dimension.
   */
  readonly indexColumns?: 'refuse' | 'drop' | 'keep';
  /** How to reach a location `s3://…`: endpoint, region, profile; by default as the SDK finds them. */
  readonly s3?: S3Access;
  /** Aborting rejects with the signal's own reason. It covers only opening; later reads have their own signals. */
  readonly signal?: AbortSignal;
}

/** One opened export: parts listed, the header of each table's first part read, nothing else. Keeps no file open. */
export interface BacktestExport
  extends
    Pick<ExportCatalog, 'location' | 'storage' | 'layout'>,
    Pick<FoundExport, 'jobName' | 'exportedAt' | 'complete'>,
    Pick<TableSchema, 'itemColumn' | 'dimensions' | 'forecastTypes'> {
  /** The listing from which it was chosen. */
  readonly catalog: ExportCatalog;
  readonly format: ExportFormat;
  readonly warnings: readonly ExportWarning[];
  readonly forecastedValues: ExportTable;
  readonly accuracyMetrics: ExportTable;
}

/** Options of reading a table. */
export interface ReadOptions {
  /** Columns to decode, by their names in the header; default all. The others are skipped without a check. */
  readonly columns?: readonly string[];
  /** The most rows in a batch; default 2,048, in the batches of a `table()` 65,536. */
  readonly batchRows?: number;
  /**
   * Threads of `batches` and `table` at most; default the available cores. One where there is little to read, and where the
   * storage cannot change threads. The rows are the same, in the same order; how many a batch has may differ.
   */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** One of the two tables of an export. Every read goes through the parts in order of their numbers. */
export interface ExportTable {
  readonly name: TableName;
  /** False if no part of this table has a header; reading is then `TABLE_NOT_FOUND`. */
  readonly exists: boolean;
  readonly parts: readonly PartFile[];
  /** Bytes of all parts. */
  readonly bytes: number;
  /** @throws `TABLE_NOT_FOUND` */
  readonly schema: TableSchema;
  /**
   * Owned Arrow record batches: text as `Dictionary<Utf8, Int32>`, times as `Timestamp<MILLISECOND, UTC>`, numbers as
   * nullable `Float64`, in which an empty cell and `not defined` are null.
   */
  batches(options?: ReadOptions): AsyncGenerator<RecordBatch, void, undefined>;
  /** Plain rows, one object each; `not defined` is the string `'not defined'`. */
  rows(options?: ReadOptions): AsyncGenerator<Row, void, undefined>;
  /** The whole table as one Arrow table in memory. */
  table(options?: ReadOptions): Promise<Table>;
  /** The library's own batches: borrowed, each valid until the next is requested. The basis of the other readers. */
  columnBatches(options?: ReadOptions): AsyncGenerator<ColumnBatch, PartNotes[], undefined>;
}

/** The table of a name. */
export function tableOf(source: BacktestExport, name: TableName): ExportTable {
  return name === 'forecasted-values' ? source.forecastedValues : source.accuracyMetrics;
}
