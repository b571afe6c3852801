import type { ColumnRules } from '../schema/index-columns.ts';
import type { TableSchema } from '../schema/schema.ts';

/** How text that is not Forecast's own dialect is written; read through `csv-parse`, far slower. */
export interface CsvDialect {
  /** One character between fields; `,` by default. */
  readonly delimiter?: string;
  /** One character around fields; `"` by default. */
  readonly quote?: string;
  /** The character that makes a quote inside quotes plain; the quote itself by default. */
  readonly escape?: string;
  /** The character between whole and fraction of a number; `.` by default, `,` in many spreadsheets. */
  readonly decimal?: string;
  /** A label of the Encoding Standard (`utf-8` by default, `utf-16le`, `windows-1252` …). */
  readonly encoding?: string;
  /** Texts that mean nothing in a column of numbers or times, as an empty cell does: `\\N` of Hive, `NULL`. None by default. */
  readonly nullTexts?: readonly string[];
}

/** What one Parquet file may use, so that a small file cannot fill the memory. */
export interface ParquetLimits {
  /** Bytes of one page when unpacked; 256 MiB by default. */
  readonly maxPageBytes?: number;
  /**
   * Bytes that the asked-for columns of one row group need in memory; by default 768 MiB, of a file below 9 MiB less: 192 MiB
   * and 64 bytes for each of its own.
   */
  readonly maxRowGroupBytes?: number;
  /**
   * Unpacked bytes for each packed one, in pages of more than 1 MiB; 2,000 by default. A whole file may unpack to 256 MiB and
   * an eighth of it for each byte, and hold 2^24 rows and a 32nd of it for each byte.
   */
  readonly maxRatio?: number;
}

/** The options that all parts of a table are decoded with. */
export interface PartDecode {
  /** Set when the text is not in Forecast's own dialect. */
  readonly dialect?: CsvDialect;
  /** Header lines inside the data (parts joined by `cat`): refused by default, or skipped and counted. */
  readonly repeatedHeaders?: 'refuse' | 'skip';
  readonly limits?: ParquetLimits;
  /** Which columns of a part do not belong to its table. */
  readonly columnRules?: ColumnRules;
}

/** How a part is decoded; the same for every format. */
export interface DecodeOptions extends PartDecode {
  /** Names of the columns to decode, in this order; all by default. A column not asked for is neither decoded nor checked. */
  readonly columns?: readonly string[] | undefined;
  /** Rows in a batch at most; 2,048 by default. */
  readonly batchRows?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of one CSV record, or of one text in Parquet, at most; 1 MiB by default. */
  readonly recordLimit?: number;
  /** Bytes read at a time; 512 KiB by default. */
  readonly chunkBytes?: number;
  /** Only a slice of the part, whose records of CSV are numbered from 1. Not in other dialects. */
  readonly slice?: PartSlice | undefined;
  /** Of a CSV part in Forecast's own dialect: receives, before each batch, what its text is like. Costs a few ns a number. */
  readonly onText?: ((text: BatchText) => void) | undefined;
}

/** A range of a part that is read apart from the rest, on another thread say: what begins in it. Plain data. */
export interface PartSlice {
  /** Offset in the file. Of CSV, the slice begins after the first line end at or after it, of the first one after the header. */
  readonly from: number;
  /** The `from` of the next slice, or the file's size. */
  readonly to: number;
  /** Whether a record of CSV is known to begin at `from`; otherwise the place of the first one is a guess. */
  readonly exact?: boolean;
}

/** Where a slice really began and ended. The slices of a part are what the whole part is if each begins where the one before ended. */
export interface SliceSpan {
  readonly start: number;
  readonly end: number;
  /** Of Parquet, the share that was used of the work that the whole file may cause. */
  readonly work?: number;
}

/** What the text of a batch is like. */
export interface BatchText {
  /**
   * Whether the encoder would write the batch as it was found, byte for byte, if it spells each time column as the batch
   * says and that is one spelling. False in some cases where it would.
   */
  readonly asWritten: boolean;
  /** Offset in the file just after the last record of the batch. */
  readonly end: number;
}

/** What was found in a part besides its rows. */
export interface PartNotes {
  readonly file: string;
  readonly schema: TableSchema;
  /** Data records. */
  readonly records: number;
  readonly bytes: number;
  readonly blankLines: number;
  readonly repeatedHeaders: number;
  /** By header line inside the data how many data records precede it, of the first 1,000; absent where none. */
  readonly headerRecords?: readonly number[];
  /** The file ends without a line end: a cut inside the last number could not be seen. */
  readonly unterminatedLastRow: boolean;
  readonly byteOrderMark: boolean;
  readonly lineEnds: 'none' | 'LF' | 'CRLF' | 'mixed';
  /** By decoded time column the spellings found, bits of `timeSpellings`. */
  readonly timeSpellings: ReadonlyMap<string, number>;
  /** Set where only a slice was read: then all counts are of the slice. */
  readonly slice?: SliceSpan;
  /** Set for a Parquet part that represents a CSV part of zero bytes. */
  readonly zeroBytes?: boolean;
  /** Of a Parquet part: pages read, and how many of them had no checksum. */
  readonly pages?: { readonly pages: number; readonly unchecked: number };
}

/** Defaults of {@link ParquetLimits}. */
export const limitDefaults: Required<ParquetLimits> = {
  maxPageBytes: 256 * 1024 * 1024,
  maxRowGroupBytes: 768 * 1024 * 1024,
  maxRatio: 2000,
};

/** Defaults of {@link DecodeOptions}. */
export const decodeDefaults: { readonly batchRows: number; readonly recordLimit: number; readonly chunkBytes: number } =
  {
    batchRows: 2048,
    recordLimit: 1_048_576,
    chunkBytes: 524_288,
  };

/** Most entries of {@link PartNotes}' `headerRecords`. */
export const mostHeaderRecords: number = 1000;
