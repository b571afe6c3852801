import { columnOf, stateValue, type ColumnBatch } from '../batch/column-batch.ts';
import { appendHash, hashWords, type TextHasher } from '../batch/text-hash.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';

/** Words of a row's hash: {@link hashWords} of its key, then two of its numbers. */
export const rowWords: number = hashWords + 2;

/** The part of a row's hash that a column adds to. */
type Reader = (row: number, words: Uint32Array) => void;

/**
 * Hashes rows: their key (item, dimensions, times, and of accuracy metrics the kind of window), and their numbers. A NaN
 * is one value, and so is `not defined`; -0 is not 0.
 */
export class RowKeys {
  readonly #schema: TableSchema;
  readonly #hasher: TextHasher;

  constructor(schema: TableSchema, hasher: TextHasher) {
    this.#schema = schema;
    this.#hasher = hasher;
  }

  /** A function that writes the hash of a row of this batch, {@link rowWords} words. */
  open(batch: ColumnBatch): Reader {
    const readers = this.#schema.columns.map((column) => this.#reader(column, batch));
    return (row, words) => {
      words.fill(0);
      for (const read of readers) read(row, words);
    };
  }

  #reader(schema: ColumnSchema, batch: ColumnBatch): Reader {
    const column = columnOf(batch, schema);
    if (column.kind === 'text') {
      const { codes } = column;
      const hashes = this.#hasher.hashTexts(column.dictionary);
      return (row, words) => appendHash(words, 0, hashes, (codes[row] ?? 0) * hashWords);
    }
    const { values, states } = column;
    const pair = new Uint32Array(hashWords);
    const value = new Float64Array(pair.buffer, 0, 1);
    const isKey = column.kind === 'time';
    return (row, words) => {
      value[0] = values[row] ?? Number.NaN;
      pair[2] = states[row] ?? stateValue;
      if (isKey) appendHash(words, 0, pair, 0);
      else addNumber(words, pair);
    };
  }
}

function addNumber(words: Uint32Array, [low = 0, high = 0, state = 0]: Uint32Array): void {
  const first = Math.imul((words[hashWords] ?? 0) ^ low ^ Math.imul(state, 0x27d4eb2f), 0x9e3779b1);
  const second = Math.imul((words[hashWords + 1] ?? 0) ^ high ^ (first >>> 15), 0x85ebca77);
  words[hashWords] = first ^ (first >>> 13);
  words[hashWords + 1] = second ^ (second >>> 16) ^ first;
}
