import type { Column, ColumnBatch } from './column-batch.ts';

/** The given rows of a batch, in the order of `rows`, as a batch of owned arrays; dictionaries stay borrowed. */
export function selectRows(batch: ColumnBatch, rows: Int32Array): ColumnBatch {
  const columns = new Map<string, Column>();
  for (const [name, column] of batch.columns) columns.set(name, selectColumn(column, rows));
  return { rows: rows.length, firstRecord: batch.firstRecord, columns };
}

function selectColumn(column: Column, rows: Int32Array): Column {
  if (column.kind === 'text') return { ...column, codes: rows.map((row) => column.codes[row] ?? 0) };
  const values = new Float64Array(rows.length);
  const states = new Uint8Array(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0;
    values[index] = column.values[row] ?? Number.NaN;
    states[index] = column.states[row] ?? 0;
  }
  return { ...column, values, states };
}
