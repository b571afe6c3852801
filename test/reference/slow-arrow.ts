import { stateValue, type ColumnBatch } from '#src/batch/columns/column-batch.js';
import type { ColumnSchema } from '#src/schema/schema.js';

/** A cell as Arrow gives it: times in milliseconds, null for an empty cell and for `not defined`. */
export type ArrowCell = string | number | null;

/** The rows of a batch, cell by cell: the slow way to what `batches()` and `table()` hold. */
export function slowArrowRows(batch: ColumnBatch, columns: readonly ColumnSchema[]): ArrowCell[][] {
  return Array.from({ length: batch.rows }, (_, row) => columns.map(({ name }) => cellOf(batch, name, row)));
}

function cellOf(batch: ColumnBatch, name: string, row: number): ArrowCell {
  const column = batch.columns.get(name);
  if (column === undefined) throw new Error(`no column ${name}`);
  if (column.kind !== 'text') return column.states[row] === stateValue ? column.values[row]! : null;
  const { offsets, bytes } = column.dictionary;
  const code = column.codes[row]!;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.slice(offsets[code], offsets[code + 1]));
}
