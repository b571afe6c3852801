import type { Dialect } from './dialect.ts';
import { writeFileList } from './part-filter.ts';
import type { SqlTable } from './sql-table.ts';

/** What stands after FROM: the table's name, or the files themselves in DuckDB. */
export function writeSource(dialect: Dialect, table: SqlTable): string {
  if (table.path.length > 0) return table.path.map((name) => dialect.quoteName(name)).join('.');
  return writeFiles(dialect, table);
}

/** DuckDB's function that reads the files of a table. All of CSV is text, and header lines are rows. */
export function writeFiles(dialect: Dialect, table: SqlTable): string {
  const files = writeFileList(dialect, table);
  // no column has this name
  const common = `filename = '$path', hive_partitioning = false`;
  // texts of some writers are not marked as such, and would be shown as escaped bytes
  if (table.format === 'PARQUET') return `read_parquet(${files}, ${common}, binary_as_string = true)`;
  const columns = table.columns.map(({ name }) => `${dialect.quoteText(name)}: 'VARCHAR'`);
  return [
    `read_csv(${files},`,
    `  columns = {${columns.join(', ')}},`,
    `  auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', ${common}`,
    ')',
  ].join('\n');
}
