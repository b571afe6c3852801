import { BacktestExportError, quoteText, type ErrorCode, type ErrorPosition } from '../errors.ts';
import { describeColumn, fixedColumns, isReserved, meaningOf, nameMeaning } from './column-meaning.ts';
import { sortForecastTypes } from './forecast-type.ts';
import { findIndexNames, type ColumnRules } from './index-columns.ts';
import type { ColumnSchema, LeftOutColumn, TableName, TableSchema } from './schema.ts';

const mostDimensions = 10;

/**
 * Infers from a header which table a file holds and what each column means. Columns are recognized by name, in any
 * order and case; any other name is the item or a dimension. If the columns are in Forecast's own order (FORMAT, seen:
 * texts, then the fixed columns, then figures), an unknown name after the fixed columns is refused.
 *
 * @throws `SCHEMA_DUPLICATE_COLUMN` for two columns with one meaning, in any spelling; `SCHEMA_INDEX_COLUMN`;
 * `SCHEMA_INVALID`, showing what is missing or unknown.
 */
export function inferSchema(
  header: readonly string[],
  position: ErrorPosition = {},
  rules: ColumnRules = {},
): TableSchema {
  const { dropColumns = [], indexColumns = 'refuse' } = rules;
  const named = header.filter((name) => !dropColumns.includes(name));
  const table = tableOf(named);
  const { texts, indexes } = splitTexts(named, table);
  const index = new Set(indexColumns === 'keep' ? [] : indexes);
  const itemColumn = findItem(texts.filter((name) => !index.has(name)));
  const columns = named
    .filter((name) => !index.has(name))
    .map((name): ColumnSchema => {
      const known = describeColumn(name, table) ?? textColumn(name === itemColumn ? 'item' : 'dimension');
      return { name, ...known };
    });
  refuseDuplicates(columns, position);
  const lacking = findLacking(named, table);
  if (lacking === undefined && indexColumns === 'refuse' && index.size > 0) {
    throw indexColumn(header, indexes, position);
  }
  const problem = lacking ?? findProblem(named, table, columns, itemColumn);
  if (problem !== undefined) throw notAnExport(header, problem, position);
  const leftOut = header.flatMap((name, field): LeftOutColumn[] =>
    dropColumns.includes(name) || index.has(name) ? [{ name, field }] : [],
  );
  const dimensions = columns.filter(({ role }) => role === 'dimension').map(({ name }) => name);
  const forecastTypes = sortForecastTypes(columns.flatMap(({ forecastType }) => forecastType ?? []));
  const schema = { table, columns, itemColumn: itemColumn ?? '', dimensions, forecastTypes };
  return leftOut.length === 0 ? schema : { ...schema, leftOut };
}

/** A schema of text columns under any names, for code that only looks at records. */
export function inferTexts(header: readonly string[]): TableSchema {
  const columns = header.map((name): ColumnSchema => ({ name, ...textColumn('dimension') }));
  return { table: 'forecasted-values', columns, itemColumn: '', dimensions: [], forecastTypes: [] };
}

function tableOf(names: readonly string[]): TableName {
  const isAccuracy = names.some((name) => describeColumn(name, 'accuracy-metrics-values')?.role === 'backtestWindow');
  return isAccuracy ? 'accuracy-metrics-values' : 'forecasted-values';
}

/** The names of no known column, and which of them are a row index. */
function splitTexts(names: readonly string[], table: TableName): { texts: string[]; indexes: string[] } {
  const texts = names.filter((name) => describeColumn(name, table) === undefined);
  return { texts, indexes: findIndexNames(texts) };
}

function findItem(texts: readonly string[]): string | undefined {
  return texts.find((name) => isItemId(name)) ?? texts[0];
}

function isItemId(name: string): boolean {
  return name.toLowerCase() === 'item_id';
}

function textColumn(role: 'item' | 'dimension'): Omit<ColumnSchema, 'name'> {
  return { role, kind: 'text', allowsNotDefined: false };
}

function refuseDuplicates(columns: readonly ColumnSchema[], position: ErrorPosition): void {
  const seen = new Map<string, ColumnSchema>();
  for (const column of columns) {
    // an item and a dimension whose names differ only in case are duplicates too
    const isText = column.role === 'item' || column.role === 'dimension';
    const meaning = meaningOf(isText ? { ...column, role: 'dimension' } : column);
    const earlier = seen.get(meaning);
    if (earlier === undefined) {
      seen.set(meaning, column);
      continue;
    }
    const problem =
      earlier.name === column.name
        ? `duplicate column ${quoteText(column.name)}`
        : `duplicate column: ${quoteText(earlier.name)} and ${quoteText(column.name)} both mean ${quoteText(nameMeaning(column), '')}`;
    throw new BacktestExportError('SCHEMA_DUPLICATE_COLUMN', problem, { position });
  }
}

/** The required columns that a header lacks, in words that follow "a header". */
function findLacking(names: readonly string[], table: TableName): string | undefined {
  const lower = names.map((name) => name.toLowerCase());
  const missing = fixedColumns(table).filter((name) => !lower.includes(name));
  return missing.length === 0 ? undefined : `without ${missing.join(', ')}`;
}

/** Any other reason why a header is not that of an export. */
function findProblem(
  names: readonly string[],
  table: TableName,
  columns: readonly ColumnSchema[],
  itemColumn: string | undefined,
): string | undefined {
  const texts = columns.filter(({ role }) => role === 'item' || role === 'dimension').map(({ name }) => name);
  const unknown = texts.find((name) => isReserved(name, table)) ?? findUnknownAfter(names, texts, table);
  if (unknown !== undefined) {
    const expected =
      table === 'forecasted-values'
        ? 'mean or p1 to p99'
        : 'wQL[0.01] to wQL[0.99], Average wQL, RMSE, WAPE, MAPE or MASE';
    return `with the unknown column ${quoteText(unknown)} where ${expected} was expected`;
  }
  if (itemColumn === undefined) return 'without an item column';
  if (texts.length > 1 + mostDimensions) {
    return `with ${texts.length - 1} dimensions, where at most ${mostDimensions} are allowed`;
  }
  const isForecast = columns.some(({ role }) => role === 'forecast');
  return table === 'forecasted-values' && !isForecast ? 'without a forecast column (mean, p1 to p99)' : undefined;
}

/** The first unknown name after the first fixed column, if the columns are in Forecast's own order. */
function findUnknownAfter(names: readonly string[], texts: readonly string[], table: TableName): string | undefined {
  const fixed = fixedColumns(table);
  const lower = names.map((name) => name.toLowerCase());
  const start = lower.indexOf(fixed[0] ?? '');
  const isUsual =
    start > 0 &&
    names.slice(0, start).every((name) => describeColumn(name, table) === undefined) &&
    fixed.every((name, offset) => lower[start + offset] === name);
  return isUsual ? names.slice(start).find((name) => texts.includes(name) && !isItemId(name)) : undefined;
}

function indexColumn(
  header: readonly string[],
  indexes: readonly string[],
  position: ErrorPosition,
): BacktestExportError {
  const [first = ''] = indexes;
  const place = header.indexOf(first) + 1;
  const what = first.trim() === '' ? `column ${place} has no name` : `column ${place} is called ${quoteText(first)}`;
  const problem =
    `${what}: a row index, which programs add when they save a table, does not belong to an export. ` +
    `indexColumns: 'drop' leaves it out, 'keep' reads it as a dimension`;
  return refuse('SCHEMA_INDEX_COLUMN', problem, position);
}

function notAnExport(header: readonly string[], problem: string, position: ErrorPosition): BacktestExportError {
  const expected =
    'item_id[, dimensions], timestamp, target_value, backtestwindow_start_time, backtestwindow_end_time, mean or p1 to ' +
    'p99 (forecasted-values), or item_id[, dimensions], backtest_window, backtestwindow_start_time, ' +
    'backtestwindow_end_time, metrics (accuracy-metrics-values)';
  const found = quoteText(header.join(','));
  return refuse(
    'SCHEMA_INVALID',
    `not a table of a backtest export: a header ${problem}; expected ${expected}; found ${found}`,
    position,
  );
}

function refuse(code: ErrorCode, problem: string, position: ErrorPosition): BacktestExportError {
  return new BacktestExportError(code, problem, { position });
}
