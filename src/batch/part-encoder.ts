import type { ColumnBatch } from './columns/column-batch.ts';

/**
 * Turns the batches of one part into the bytes of one file: `start`, any number of `encode`, `finish`, each once but
 * `encode`. What is answered is borrowed: valid until the next call. Nothing here knows of files.
 */
export interface PartEncoder {
  /** The bytes that precede the first row. */
  start(): Uint8Array;
  /**
   * Takes a batch with every column of the schema; returns the bytes that are ready, often none.
   * @throws `VALUE_NOT_RESTORABLE` for a cell that the format could not give back, unless losses are taken note of.
   */
  encode(batch: ColumnBatch): Uint8Array;
  /** The bytes that end the file. */
  finish(): Uint8Array;
  /** Gives back what the encoder holds; harmless when repeated. Call it also after an error; afterwards nothing else. */
  release(): void;
}

/** What of a file cannot be given back as it was, although its values can. */
export type LossKind =
  /** A number or time that is spelled another way than it would be written, such as `1.50`. */
  | 'spelling'
  /** A field that is quoted without need, or a quote too few. */
  | 'quotes'
  /** A line end that is not a line feed, or is missing at the end of the file. */
  | 'line-ends'
  /** A line without a byte. */
  | 'blank-lines'
  /** A header line inside the data. */
  | 'repeated-headers'
  | 'byte-order-mark'
  /** The header, in quotes that it does not need or with another line end. */
  | 'header'
  /** An empty cell beside `not defined` in one column: the same null in Parquet. */
  | 'nulls';

/** One thing that cannot be given back as it was. */
export interface EncodingLoss {
  readonly kind: LossKind;
  /** The data record in the part, from 1; 0 is the header. */
  readonly record: number;
  /** Absent where no one column is concerned. */
  readonly column?: string;
  /** Offset in the source file, where it is known. */
  readonly byte?: number;
  /** How many of these follow one another here; 1 where it is absent. */
  readonly times?: number;
  /** What is lost, as a sentence without its place. */
  readonly reason: string;
}
