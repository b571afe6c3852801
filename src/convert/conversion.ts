import type { LossKind } from '../batch/part-encoder.ts';
import type { OpenOptions } from '../export/find/backtest-export.ts';
import type { ExportWarning } from '../export/entries/export-catalog.ts';
import type { PlainIdentity } from '../naming/export-identity.ts';
import type { ExportFormat } from '../naming/part-extension.ts';
import type { ParquetSettings } from '../parquet/write/settings.ts';
import type { ColumnNaming } from '../schema/column-naming.ts';
import type { TableName } from '../schema/schema.ts';

/** Options of `convertExport`. */
export interface ConvertOptions extends ParquetSettings {
  /** How the export is chosen and read, where a location is given; refused for an opened export. */
  readonly open?: OpenOptions;
  /** What to write. */
  readonly format: ExportFormat;
  /** The most rows of a part; by default every part becomes one part with the same number. */
  readonly rowsPerPart?: number;
  /** Puts a quote mark before text cells of CSV that a spreadsheet would run; off by default, because it changes data. */
  readonly guardFormulas?: boolean;
  /**
   * How the columns are named: `athena` is lower case without brackets (`wql_0_1`, `average_wql`), `forecast` what the service
   * writes (`wQL[0.1]`, `Average wQL`); by default as in the source. A name that cannot be restored counts as a loss.
   */
  readonly columnNames?: ColumnNaming;
  /** Continues where some of the source's text cannot be restored, and lists it; refused by default. */
  readonly lossy?: boolean;
  /** Replaces this export where the destination already has it, once the new one is complete; refused by default. */
  readonly overwrite?: boolean;
  /** Threads at most; the available cores by default. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called as work progresses. */
  readonly onProgress?: (progress: ConvertProgress) => void;
}

/** The progress of a conversion: bytes of the source, each counted half when converted and half when that is proven. */
export interface ConvertProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What was converted, and which text was lost. */
export interface ConversionResult extends PlainIdentity {
  readonly source: string;
  readonly destination: string;
  readonly from: ExportFormat;
  readonly to: ExportFormat;
  /** Null where the source has no part of the table. */
  readonly tables: Readonly<Record<TableName, ConvertedTable | null>>;
  /** What cannot be restored from the result; empty unless losses were allowed or requested. */
  readonly losses: readonly ConversionLoss[];
  /** Text cells that were given a quote mark. */
  readonly guardedCells: number;
  /** Warnings about the source's folder. */
  readonly warnings: readonly ExportWarning[];
}

/** One table of a conversion. */
export interface ConvertedTable {
  readonly rows: number;
  readonly partsRead: number;
  readonly bytesRead: number;
  readonly partsWritten: number;
  readonly bytesWritten: number;
  /**
   * Checksum of all cells, equal for the source and for the written files read back; it does not depend on the format, so a
   * conversion back has the same one.
   */
  readonly checksum: string;
}

/** Text of the source that cannot be restored, all cases of a kind in one column together. */
export interface ConversionLoss {
  readonly table: TableName;
  /**
   * `dialect`: the text was not in Forecast's own dialect, and its layout is not kept; `names`: a column got a name from which
   * its own cannot be told.
   */
  readonly kind: LossKind | 'dialect' | 'empty-parts' | 'names';
  /** Null where the loss is not in one column. */
  readonly column: string | null;
  readonly count: number;
  /** The first case, in the order of the parts. */
  readonly reason: string;
  readonly file: string;
  readonly record: number | null;
  readonly byte: number | null;
}
