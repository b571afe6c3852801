import type { ColumnBatch } from './column-batch.ts';

/**
 * Turns the batches of one part into the bytes of one file: `start`, any number of `encode`, `finish`, each once but
 * `encode`. What is answered is borrowed: valid until the next call. Nothing here knows of files.
 */
export interface PartEncoder {
  /** The bytes that stand before the first row. */
  start(): Uint8Array;
  /**
   * Takes a batch with every column of the schema; answers the bytes that are ready, often none.
   * @throws `VALUE_NOT_RESTORABLE` for a cell that the format could not give back, unless losses are taken note of.
   */
  encode(batch: ColumnBatch): Uint8Array;
  /** The bytes that end the file. */
  finish(): Uint8Array;
  /** Gives back what the encoder holds; harmless when repeated. Call it also after an error; afterwards nothing else. */
  release(): void;
}

/** A cell, or a whole column, that cannot be given back as it was. */
export interface EncodingLoss {
  /** The data record in the part, from 1. */
  readonly record: number;
  readonly column: string;
  /** What is lost, as a sentence without its place. */
  readonly reason: string;
}
