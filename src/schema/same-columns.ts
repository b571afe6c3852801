import { BacktestExportError, quoteText } from '../errors.ts';
import type { ColumnSchema, TableSchema } from './schema.ts';

/**
 * Checks that a part has the same columns as the export's first part: by name, in any order.
 * @throws `SCHEMA_CONFLICT`, with both files and the columns that only one of them has.
 */
export function assertSameColumns(expected: TableSchema, expectedFile: string, found: TableSchema, file: string): void {
  const names = (schema: TableSchema): Map<string, ColumnSchema> =>
    new Map(schema.columns.map((column) => [column.name, column]));
  const [before, now] = [names(expected), names(found)];
  const missing = [...before.keys()].filter((name) => !now.has(name));
  const surplus = [...now.keys()].filter((name) => !before.has(name));
  const changed = [...now.values()].filter((column) => (before.get(column.name)?.role ?? column.role) !== column.role);
  if (missing.length + surplus.length + changed.length === 0 && expected.table === found.table) return;
  const list = (columns: readonly string[]): string => columns.map((name) => quoteText(name)).join(', ');
  const problems = [
    ...(missing.length > 0 ? [`without ${list(missing)}`] : []),
    ...(surplus.length > 0 ? [`with ${list(surplus)} besides`] : []),
    ...(changed.length > 0 ? [`with another meaning of ${list(changed.map((column) => column.name))}`] : []),
    ...(expected.table === found.table ? [] : [`a ${found.table} header`]),
  ];
  throw new BacktestExportError(
    'SCHEMA_CONFLICT',
    `the parts of an export must have the same columns: this one is ${problems.join(', ')}, compared with ${quoteText(expectedFile)}`,
    { position: { file, record: 0, line: 1 } },
  );
}
