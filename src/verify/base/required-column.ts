import { BacktestExportError } from '../../errors.ts';
import type { ColumnRole, TableSchema } from '../../schema/schema.ts';

/** The name of the column with a role; throws `SCHEMA_INVALID` where there is none. */
export function requireColumn(schema: TableSchema, role: ColumnRole): string {
  const column = schema.columns.find((candidate) => candidate.role === role);
  if (column !== undefined) return column.name;
  throw new BacktestExportError('SCHEMA_INVALID', `expected a ${role} column, found none in ${schema.table}`);
}
