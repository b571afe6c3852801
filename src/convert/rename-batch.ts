import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import type { TableSchema } from '../schema/schema.ts';

/** The same batch under the names of `renamed`, whose columns are those of `schema` at the same places. Copies no cell. */
export function renameBatch(batch: ColumnBatch, schema: TableSchema, renamed: TableSchema): ColumnBatch {
  if (schema === renamed) return batch;
  const names = new Map(schema.columns.map(({ name }, index) => [name, renamed.columns[index]?.name ?? name]));
  return { ...batch, columns: new Map([...batch.columns].map(([name, column]) => [names.get(name) ?? name, column])) };
}
