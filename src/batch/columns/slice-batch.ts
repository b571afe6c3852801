import type { Column, ColumnBatch } from './column-batch.ts';

/** The rows `from` to `to` (not included) of a batch, as views; its texts keep their dictionary. Copies nothing. */
export function sliceBatch(batch: ColumnBatch, from: number, to: number): ColumnBatch {
  if (from === 0 && to === batch.rows) return batch;
  const columns = new Map<string, Column>();
  for (const [name, column] of batch.columns) columns.set(name, sliceColumn(column, from, to));
  return { rows: to - from, firstRecord: batch.firstRecord + from, columns };
}

function sliceColumn(column: Column, from: number, to: number): Column {
  if (column.kind === 'text') return { ...column, codes: column.codes.subarray(from, to) };
  return { ...column, values: column.values.subarray(from, to), states: column.states.subarray(from, to) };
}
