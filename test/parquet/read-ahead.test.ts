import { describe, expect, it } from 'vitest';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import { BacktestExportError } from '#src/errors.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { joinChunks, ReadAhead, type ByteRange } from '#src/parquet/read/read-ahead.js';
import type { StorageFile } from '#src/storage/storage.js';
import { encodeParquet } from '../support/encode-parquet.js';
import { forecastSchema } from '../support/column-batch.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';

const mebibyte = 1 << 20;
const rows = Array.from({ length: 3000 }, (_, row) => ({
  item_id: `item_${Math.floor(row / 100)}`,
  timestamp: Date.UTC(2021, 10, 1) + (row % 100) * 3_600_000,
  target_value: row % 7 === 0 ? null : row / 3,
  backtestwindow_start_time: Date.UTC(2021, 10, 1),
  backtestwindow_end_time: Date.UTC(2021, 10, 6),
  mean: Math.sqrt(row),
}));
const groups = 30;
const part = encodeParquet(forecastSchema(['mean']), rows, { rowGroupRows: rows.length / groups });

/** Reads of the pages, and the buffers that they fill; answers are withheld until some event. */
function watch(bytes: Uint8Array, far: boolean): { file: StorageFile; reads: ByteRange[]; buffers: Set<unknown> } {
  const plain = memoryFile(bytes, 'part.parquet');
  const reads: ByteRange[] = [];
  const buffers = new Set<unknown>();
  const read: StorageFile['read'] = async (target, position) => {
    reads.push({ start: position, end: position + target.length });
    if (reads.length > 3) buffers.add(target.buffer); // the footer is read with three
    await new Promise((resolve) => setTimeout(resolve));
    return plain.read(target, position);
  };
  return { file: { ...plain, read, ...(far ? { readAhead: () => undefined } : {}) }, reads, buffers };
}

async function decode(file: StorageFile, columns?: readonly string[]): Promise<Row[]> {
  const found: Row[] = [];
  for await (const batch of decodeParquet(file, { columns })) found.push(...toRows(batch));
  return found;
}

describe('a file that is far away', () => {
  it('is read with few requests, and to the same rows', async () => {
    const bytes = await part;
    const [near, far] = [watch(bytes, false), watch(bytes, true)];
    const expected = await decode(near.file);
    expect(expected).toHaveLength(rows.length);
    expect(await decode(far.file)).toEqual(expected);
    expect(near.reads).toHaveLength(3 + 6 * groups);
    // all of the pages are adjacent
    expect(far.reads).toHaveLength(3);
    expect(far.reads[2]?.start).toBe(4);
  });

  it('is read as far as its columns need, in any order', async () => {
    const bytes = await part;
    for (const columns of [['mean'], ['mean', 'item_id'], ['target_value', 'mean', 'timestamp']]) {
      const [near, far] = [watch(bytes, false), watch(bytes, true)];
      expect(await decode(far.file, columns)).toEqual(await decode(near.file, columns));
      expect(far.reads.length).toBeLessThanOrEqual(near.reads.length);
    }
  });

  it('has its requests sent while what has arrived is decoded without a pause', async () => {
    const size = 5 * mebibyte;
    const chunks = Array.from({ length: 12 }, (_, index) => ({ start: 2 * index * size, bytes: size }));
    const sent: number[] = [];
    const read: StorageFile['read'] = (target, position) => {
      setImmediate(() => sent.push(position));
      return Promise.resolve(target.length);
    };
    const ahead = new ReadAhead({ ...memoryFile(new Uint8Array(0), 'part.parquet'), size: 24 * size, read }, chunks);
    for (const [index, chunk] of chunks.entries()) {
      await ahead.take(chunk);
      expect(sent).toHaveLength(Math.min(12, index + 6));
    }
  });

  it('reports a failed read where its bytes are needed, not before', async () => {
    const bytes = await part;
    const { file } = watch(bytes, true);
    const cause = new BacktestExportError('READ_FAILED', 'the connection was closed');
    const read: StorageFile['read'] = async (target, position) =>
      position === 4 ? Promise.reject(cause) : file.read(target, position);
    expect(await failureOf(async () => decode({ ...file, read }))).toEqual(['READ_FAILED', cause.message]);
    const short: StorageFile['read'] = async (target, position) =>
      (await file.read(target, position)) - (position === 4 ? 1 : 0);
    const [code] = await failureOf(async () => decode({ ...file, read: short }));
    expect(code).toBe('FILE_CHANGED');
  });
});

describe('the memory of a part', () => {
  it('holds the chunks of all row groups, one after another', async () => {
    const { file, buffers } = watch(await part, false);
    await decode(file);
    // the kernel's, which may have grown once
    expect(buffers.size).toBeLessThanOrEqual(2);
  });

  it('has the values of all row groups in the same arrays, and those of the next part', async () => {
    const bytes = await part;
    const buffers = new Set<unknown>();
    for (let time = 0; time < 2; time++) {
      for await (const { columns } of decodeParquet(memoryFile(bytes))) {
        for (const column of columns.values()) {
          if (column.kind === 'text') continue;
          buffers.add(column.values.buffer);
          buffers.add(column.states.buffer);
        }
      }
    }
    // values of five columns, states of the one with nulls, and of all the others
    expect(buffers.size).toBeLessThanOrEqual(5 + 2 + 1);
  });
});

describe('chunks are joined to ranges', () => {
  it('while they are adjacent, or nearly, and not too large together', () => {
    const join = (...chunks: [start: number, bytes: number][]): number[][] =>
      [...joinChunks(chunks.map(([start, bytes]) => ({ start, bytes })))].map(({ start, end }) => [start, end]);
    expect(join()).toEqual([]);
    expect(join([4, 10], [14, 6])).toEqual([[4, 20]]);
    expect(join([4, 10], [14 + 65_536, 6], [14 + 2 * 65_536 + 7, 1])).toEqual([
      [4, 65_556],
      [131_093, 131_094],
    ]);
    // never back
    expect(join([14, 6], [4, 10])).toEqual([
      [14, 20],
      [4, 14],
    ]);
    expect(join([4, 8 * mebibyte], [4 + 8 * mebibyte, 1])).toEqual([
      [4, 4 + 8 * mebibyte],
      [4 + 8 * mebibyte, 5 + 8 * mebibyte],
    ]);
    expect(join([4, 20 * mebibyte])).toEqual([[4, 4 + 20 * mebibyte]]);
  });

  it('of which at most 32 MiB are requested at a time, in memory that is used again', async () => {
    const size = 7 * mebibyte;
    const chunks = Array.from({ length: 12 }, (_, index) => ({ start: 4 + index * 2 * size, bytes: size }));
    const huge = { start: 4 + 24 * size, bytes: 40 * mebibyte };
    const { file, reads, buffers } = watch(new Uint8Array(0), true);
    const filled: StorageFile = { ...file, read: async (to, at) => file.read(to, at).then(() => to.length) };
    const ahead = new ReadAhead(filled, [...chunks, huge]);
    for (const [index, chunk] of chunks.entries()) {
      expect(await ahead.take(chunk)).toHaveLength(size);
      // the one that is needed, and three more
      expect(reads).toHaveLength(Math.min(12, index + 4));
    }
    expect(buffers.size).toBeLessThanOrEqual(5);
    expect(await ahead.take(huge)).toHaveLength(huge.bytes);
    expect(reads).toHaveLength(13);
  });
});
