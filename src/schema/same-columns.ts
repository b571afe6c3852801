import { BacktestExportError, quoteText } from '../errors.ts';
import { meaningOf } from './column-meaning.ts';
import { quoteList } from '../quote-text.ts';
import type { ColumnSchema, TableSchema } from './schema.ts';

/**
 * Checks that a part has the columns of the export's first part, by name, in any order, left-out ones aside.
 * @throws `SCHEMA_CONFLICT`, naming both files and the columns that only one of them has or spells differently.
 */
export function assertSameColumns(expected: TableSchema, expectedFile: string, found: TableSchema, file: string): void {
  const [before, now] = [byName(expected), byName(found)];
  const meanings = new Map(found.columns.map((column) => [meaningOf(column), column.name]));
  const lacking = [...before.values()].filter(({ name }) => !now.has(name));
  const respelled = lacking.flatMap((column) => {
    const name = meanings.get(meaningOf(column));
    return name === undefined || before.has(name) ? [] : [[column.name, name] as const];
  });
  const missing = lacking.map(({ name }) => name).filter((name) => !respelled.some(([old]) => old === name));
  const surplus = [...now.keys()].filter((name) => !before.has(name) && !respelled.some(([, other]) => other === name));
  const changed = [...now.values()].filter((column) => (before.get(column.name)?.role ?? column.role) !== column.role);
  const problems = [
    ...(missing.length > 0 ? [`lacks ${quoteList(missing)}`] : []),
    ...(surplus.length > 0 ? [`has ${quoteList(surplus)}`] : []),
    ...respelled.slice(0, 5).map(([old, name]) => `has ${quoteText(name)} in place of ${quoteText(old)}`),
    ...(changed.length > 0 ? [`gives another meaning to ${quoteList(changed.map((column) => column.name))}`] : []),
    ...(expected.table === found.table ? [] : [`has a ${found.table} header`]),
  ];
  if (problems.length === 0) return;
  throw new BacktestExportError(
    'SCHEMA_CONFLICT',
    `the parts of an export must have the same columns: this one ${problems.join(', ')}, compared with ${quoteText(expectedFile)}`,
    { position: { file, record: 0, line: 1 } },
  );
}

function byName(schema: TableSchema): Map<string, ColumnSchema> {
  return new Map(schema.columns.map((column) => [column.name, column]));
}
