import type { Codec, ParquetType } from '../format/parquet-types.ts';
import type { TextDictionary } from '../../batch/columns/column-batch.ts';
import type { ReusedArrays } from './reused-arrays.ts';
import type { WorkBudget } from './work-budget.ts';

/** Whether integers have a sign. */
export type IntegerSign = 'signed' | 'unsigned';

/** What the values of a column chunk are to become; with `onlyNull` there are none, as in a column of type NULL. */
export type ChunkTarget =
  /** Text through a dictionary: of UTF-8, or of the digits of integers, as of `bits` where they have fewer than stored. */
  | { readonly kind: 'text'; readonly integer?: IntegerSign; readonly bits?: number; readonly onlyNull?: true }
  /**
   * Doubles; `scale` of a decimal: the stored integer divided by 10 to its power, rounded once. `unsigned` of integers
   * without a sign, `bits` of those that have fewer than are stored.
   */
  | {
      readonly kind: 'number';
      readonly scale?: number;
      readonly unsigned?: true;
      readonly bits?: number;
      readonly onlyNull?: true;
    }
  /** Milliseconds since 1970 in UTC. INT96 holds nanoseconds of a day and a Julian day, and ignores the unit. */
  | { readonly kind: 'time'; readonly unit: 'days' | 'millis' | 'micros' | 'nanos'; readonly onlyNull?: true };

/** One column chunk of one row group, as the footer describes it, checked against the file's size. */
export interface ChunkPlan {
  readonly file: string;
  readonly column: string;
  /** From 1. */
  readonly rowGroup: number;
  readonly type: ParquetType;
  /** Bytes of a FIXED_LEN_BYTE_ARRAY. */
  readonly typeLength: number | undefined;
  readonly codec: Codec;
  /** Whether each row has a definition level (0 is null, 1 a value). There are never repetition levels. */
  readonly optional: boolean;
  readonly target: ChunkTarget;
  /** Rows of the row group; the chunk must hold as many values, nulls counted. */
  readonly rows: number;
  /** Offset of the chunk's first byte in the file. */
  readonly start: number;
  /** CRC-32 of the chunk's bytes, where the file's notes have it. */
  readonly sum: number | undefined;
  /** How many zero bytes may follow the values of a page: 8 by fastparquet, else none. */
  readonly padding: number;
  /**
   * Set where the headers of pages of version 2 may have a wrong number of nulls, as those of Arrow do in columns of
   * dictionaries: the levels decide.
   */
  readonly untoldNulls?: boolean;
  readonly limits: ChunkLimits;
  /** Set where the file's work is counted: every page when it is walked over, and texts that grow beyond their page. */
  readonly work?: WorkBudget;
  /** Where the values are put; arrays of their own by default. */
  readonly arrays?: ReusedArrays;
}

/** What a page may use. */
export interface ChunkLimits {
  /** Bytes of one page when unpacked, at most. */
  readonly pageBytes: number;
  /** Unpacked bytes for each packed byte, at most, in pages of more than 1 MiB. */
  readonly ratio: number;
  /** Bytes of memory for the distinct texts of a chunk, at most. */
  readonly textBytes: number;
  /** Bytes of memory for one page at a time, at most; any number by default. */
  readonly memoryBytes?: number;
  /** Bytes of one text, at most; any number by default. */
  readonly longestText?: number;
}

/** The values of a chunk, one for each row of its row group. Owned by the caller. */
export type ChunkValues =
  | {
      readonly kind: 'text';
      /** Per row an index into the dictionary, or -1 for null. */
      readonly codes: Int32Array;
      /** Distinct or not: a file's own dictionary is used unchanged. */
      readonly dictionary: TextDictionary;
      /** Whether any row is null. */
      readonly hasNulls: boolean;
      readonly pages: PageCounts;
    }
  | {
      readonly kind: 'number' | 'time';
      /** NaN where null. */
      readonly values: Float64Array;
      /** Per row 1 where null; undefined when there is none. */
      readonly nulls: Uint8Array | undefined;
      readonly pages: PageCounts;
    };

/** Counts of the pages in a chunk. */
export interface PageCounts {
  readonly pages: number;
  /** Pages without a checksum. */
  readonly unchecked: number;
}
