import type { Column, ColumnBatch, TextColumn } from './column-batch.ts';
import { unfilled } from './unfilled.ts';

/** A batch that is not borrowed, and the one buffer that its arrays are views of: another thread can be sent both without a copy. */
export interface OwnBatch {
  readonly batch: ColumnBatch;
  readonly buffer: ArrayBuffer;
}

/** Copies a borrowed batch. Its dictionaries keep only the texts that they say they have. */
export function ownBatch({ rows, firstRecord, columns }: ColumnBatch): OwnBatch {
  const buffer = unfilled([...columns.values()].reduce((sum, column) => sum + bytesOf(column), 0));
  const copied = new Map<string, Column>();
  let at = 0;
  for (const [name, column] of columns) {
    copied.set(name, copyColumn(column, buffer, at));
    at += bytesOf(column);
  }
  return { batch: { rows, firstRecord, columns: copied }, buffer };
}

/** Every column begins at a multiple of 8. */
function bytesOf(column: Column): number {
  const cells = column.kind === 'text' ? 4 * column.codes.length : 9 * column.values.length;
  const texts = column.kind === 'text' ? 4 * (column.dictionary.size + 1) + textBytes(column) : 0;
  return Math.ceil((cells + texts) / 8) * 8;
}

function textBytes({ dictionary: { size, offsets } }: TextColumn): number {
  return offsets[size] ?? 0;
}

function copyColumn(column: Column, buffer: ArrayBuffer, at: number): Column {
  if (column.kind === 'text') return copyTexts(column, buffer, at);
  const rows = column.values.length;
  const values = new Float64Array(buffer, at, rows);
  const states = new Uint8Array(buffer, at + 8 * rows, rows);
  values.set(column.values);
  states.set(column.states);
  return { ...column, values, states };
}

function copyTexts(column: TextColumn, buffer: ArrayBuffer, at: number): TextColumn {
  const { size, offsets, bytes } = column.dictionary;
  const codes = new Int32Array(buffer, at, column.codes.length);
  const copiedOffsets = new Uint32Array(buffer, at + codes.byteLength, size + 1);
  const copiedBytes = new Uint8Array(buffer, at + codes.byteLength + copiedOffsets.byteLength, textBytes(column));
  codes.set(column.codes);
  copiedOffsets.set(offsets.subarray(0, size + 1));
  copiedBytes.set(bytes.subarray(0, copiedBytes.length));
  return { kind: 'text', codes, dictionary: { size, offsets: copiedOffsets, bytes: copiedBytes } };
}
