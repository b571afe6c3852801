import { writeCell } from '../../batch/columns/cell-bits.ts';
import { columnOf, type ColumnBatch } from '../../batch/columns/column-batch.ts';
import { KeyedDigest } from '../../batch/hash/keyed-digest.ts';
import { hashWords, TextHasher } from '../../batch/hash/text-hash.ts';
import { readPart } from '../../export/parts/part-source.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import type { PartTask } from './plan-input.ts';

/** The hash of a part's content. */
export interface ContentHash {
  readonly file: number;
  readonly hash: string;
}

/**
 * Hashes every cell of a part, in the order of its rows and of the table's columns: a keyed hash of 128 bits, by which
 * parts with different rows collide with a probability of 2^-128.
 * @throws what reading throws; an abort
 */
export async function hashContent(
  { source, file, seed }: PartTask,
  { signal }: TaskContext,
): Promise<TaskResult<ContentHash>> {
  const { schema } = source.expected;
  const columns = schema.columns.map(({ name }) => name);
  const digest = new KeyedDigest(seed);
  const hasher = new TextHasher(seed);
  for await (const batch of readPart(source, { columns, signal })) addBatch(batch, schema, hasher, digest);
  return { output: { file, hash: digest.finish() } };
}

/** The words of a text cell, a pair of those of any other. */
function addBatch(batch: ColumnBatch, schema: TableSchema, hasher: TextHasher, digest: KeyedDigest): void {
  let width = 0;
  const writers = schema.columns.map((column) => {
    const write = openColumn(batch, column, hasher, width);
    width += column.kind === 'text' ? hashWords / 2 : 1;
    return write;
  });
  const doubles = new Float64Array(2 * Math.ceil(width / 2));
  const words = new Uint32Array(doubles.buffer);
  for (let row = 0; row < batch.rows; row++) {
    for (const write of writers) write(row, doubles, words);
    digest.add(words);
  }
}

type Writer = (row: number, doubles: Float64Array, words: Uint32Array) => void;

function openColumn(batch: ColumnBatch, schema: ColumnSchema, hasher: TextHasher, at: number): Writer {
  const column = columnOf(batch, schema);
  if (column.kind === 'text') {
    const hashes = hasher.hashTexts(column.dictionary);
    const { codes } = column;
    return (row, _doubles, words) => {
      const from = (codes[row] ?? 0) * hashWords;
      for (let word = 0; word < hashWords; word++) words[2 * at + word] = hashes[from + word] ?? 0;
    };
  }
  const { values, states } = column;
  return (row, doubles, words) => writeCell(doubles, words, at, values[row] ?? Number.NaN, states[row] ?? 0);
}

/** {@link hashContent} for any thread. */
export const hashContentTask: Task<PartTask, ContentHash> = {
  name: 'hashContent',
  run: hashContent,
};
