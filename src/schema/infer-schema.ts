import { BacktestExportError, quoteText, type ErrorPosition } from '../errors.ts';
import { metricOf, quantileOfColumn, sortForecastTypes } from './forecast-type.ts';
import type { ColumnRole, ColumnSchema, TableName, TableSchema } from './schema.ts';

const fixedForecasts = ['timestamp', 'target_value', 'backtestwindow_start_time', 'backtestwindow_end_time'] as const;
const fixedAccuracy = ['backtest_window', 'backtestwindow_start_time', 'backtestwindow_end_time'] as const;
const mostDimensions = 10;

const roles = new Map<string, ColumnRole>([
  ['timestamp', 'timestamp'],
  ['target_value', 'target'],
  ['backtest_window', 'backtestWindow'],
  ['backtestwindow_start_time', 'windowStart'],
  ['backtestwindow_end_time', 'windowEnd'],
]);

/**
 * Works out from its header which table a file is and what each column means. Columns are known by name, in any order
 * and case. As Forecast writes them (FORMAT, seen) the item column and the dimensions stand before the fixed columns
 * and may have any name; elsewhere a name must be a forecast type's or a metric's.
 *
 * @throws `SCHEMA_DUPLICATE_COLUMN`; `SCHEMA_INVALID`, showing what is missing or unknown.
 */
export function inferSchema(header: readonly string[], position: ErrorPosition = {}): TableSchema {
  refuseDuplicates(header, position);
  const names = header.map((name) => name.toLowerCase());
  const table: TableName = names.includes('backtest_window') ? 'accuracy-metrics-values' : 'forecasted-values';
  const fixed: readonly string[] = table === 'forecasted-values' ? fixedForecasts : fixedAccuracy;
  const missing = fixed.filter((name) => !names.includes(name));
  if (missing.length > 0) throw notAnExport(header, `without ${missing.join(', ')}`, position);

  const leading = leadingTexts(names, fixed);
  const texts: string[] = [];
  const columns = header.map((name, index) => {
    if (index < leading || (leading === 0 && !isKnown(name, table))) {
      texts.push(name);
      return undefined;
    }
    return describeKnown(name, table) ?? unknownColumn(header, name, table, position);
  });
  const itemColumn = texts.find((name) => name.toLowerCase() === 'item_id') ?? texts[0];
  if (itemColumn === undefined) throw notAnExport(header, 'without an item column', position);
  const dimensions = texts.filter((name) => name !== itemColumn);
  if (dimensions.length > mostDimensions) {
    throw notAnExport(header, `with ${dimensions.length} dimensions, where at most ${mostDimensions} can be`, position);
  }
  const described = columns.map((column, index) => column ?? textColumn(header[index] ?? '', itemColumn));
  const types = described.flatMap((column) => (column.forecastType === undefined ? [] : [column.forecastType]));
  if (table === 'forecasted-values' && types.length === 0) {
    throw notAnExport(header, 'without a forecast column (mean, p1 to p99)', position);
  }
  return { table, columns: described, itemColumn, dimensions, forecastTypes: sortForecastTypes(types) };
}

/** How many columns stand before the fixed ones, if those stand together and in the order that Forecast writes. */
function leadingTexts(names: readonly string[], fixed: readonly string[]): number {
  const start = names.indexOf(fixed[0] ?? '');
  return fixed.every((name, offset) => names[start + offset] === name) ? start : 0;
}

function describeKnown(name: string, table: TableName): ColumnSchema | undefined {
  const role = roles.get(name.toLowerCase());
  if (role !== undefined && (table === 'accuracy-metrics-values' || role !== 'backtestWindow')) {
    if (table === 'accuracy-metrics-values' && (role === 'timestamp' || role === 'target')) return undefined;
    const kind = role === 'target' ? 'number' : role === 'backtestWindow' ? 'text' : 'time';
    return { name, role, kind, allowsNotDefined: false };
  }
  if (table === 'forecasted-values') {
    const forecastType = quantileOfColumn(name);
    return forecastType === undefined
      ? undefined
      : { name, role: 'forecast', kind: 'number', forecastType, allowsNotDefined: false };
  }
  const metric = metricOf(name);
  return metric === undefined ? undefined : { name, role: 'metric', kind: 'number', ...metric, allowsNotDefined: true };
}

function isKnown(name: string, table: TableName): boolean {
  return describeKnown(name, table) !== undefined;
}

function textColumn(name: string, itemColumn: string): ColumnSchema {
  return { name, role: name === itemColumn ? 'item' : 'dimension', kind: 'text', allowsNotDefined: false };
}

function refuseDuplicates(header: readonly string[], position: ErrorPosition): void {
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name)) {
      throw new BacktestExportError('SCHEMA_DUPLICATE_COLUMN', `the column ${quoteText(name)} stands twice`, {
        position,
      });
    }
    seen.add(name);
  }
}

function unknownColumn(header: readonly string[], name: string, table: TableName, position: ErrorPosition): never {
  const expected =
    table === 'forecasted-values'
      ? 'mean or p1 to p99'
      : 'wQL[0.01] to wQL[0.99], Average wQL, RMSE, WAPE, MAPE or MASE';
  throw notAnExport(header, `with the unknown column ${quoteText(name)} where ${expected} was expected`, position);
}

function notAnExport(header: readonly string[], problem: string, position: ErrorPosition): BacktestExportError {
  const expected =
    'item_id[, dimensions], timestamp, target_value, backtestwindow_start_time, backtestwindow_end_time, mean or p1 to ' +
    'p99 (forecasted-values), or item_id[, dimensions], backtest_window, backtestwindow_start_time, ' +
    'backtestwindow_end_time, metrics (accuracy-metrics-values)';
  const found = quoteText(header.join(','));
  return new BacktestExportError(
    'SCHEMA_INVALID',
    `this is no table of a backtest export: a header ${problem}; expected ${expected}; found ${found}`,
    { position },
  );
}
