import { metricOf, quantileOfColumn } from './forecast-type.ts';
import { tableNames, type ColumnRole, type ColumnSchema, type TableName } from './schema.ts';

/** What a known column name means; the column keeps its own spelling. */
export type KnownColumn = Omit<ColumnSchema, 'name'>;

const fixedRoles = new Map<string, { readonly role: ColumnRole; readonly tables: readonly TableName[] }>([
  ['timestamp', { role: 'timestamp', tables: ['forecasted-values'] }],
  ['target_value', { role: 'target', tables: ['forecasted-values'] }],
  ['backtest_window', { role: 'backtestWindow', tables: ['accuracy-metrics-values'] }],
  ['backtestwindow_start_time', { role: 'windowStart', tables: tableNames }],
  ['backtestwindow_end_time', { role: 'windowEnd', tables: tableNames }],
]);

/** The columns that every part of a table has besides item, dimensions and figures, in Forecast's order. */
export function fixedColumns(table: TableName): string[] {
  return [...fixedRoles].filter(([, { tables }]) => tables.includes(table)).map(([name]) => name);
}

/** What the format defines for a column name, ignoring case; undefined for item, dimensions and unknown names. */
export function describeColumn(name: string, table: TableName): KnownColumn | undefined {
  const fixed = fixedRoles.get(name.toLowerCase());
  if (fixed !== undefined) {
    const { role } = fixed;
    const kind = role === 'target' ? 'number' : role === 'backtestWindow' ? 'text' : 'time';
    return fixed.tables.includes(table) ? { role, kind, allowsNotDefined: false } : undefined;
  }
  if (table === 'forecasted-values') {
    const forecastType = quantileOfColumn(name);
    if (forecastType === undefined) return undefined;
    return { role: 'forecast', kind: 'number', forecastType, allowsNotDefined: false };
  }
  const metric = metricOf(name);
  return metric === undefined ? undefined : { role: 'metric', kind: 'number', ...metric, allowsNotDefined: true };
}

/**
 * Whether a name unknown to {@link describeColumn} is still not allowed for an item or dimension: it belongs to the
 * other table, or looks like an impossible quantile, such as `p100` or `wQL[0.123]`.
 */
export function isReserved(name: string, table: TableName): boolean {
  const other = table === 'forecasted-values' ? 'accuracy-metrics-values' : 'forecasted-values';
  return describeColumn(name, other) !== undefined || /^(?:p\d[\d.]*|wql(?:\[[^\]]*\]?|_[\d_]*)?)$/i.test(name);
}

/** A key shared by columns with the same role, forecast type and metric (dimensions: the same name, any case). */
export function meaningOf({ name, role, metric, forecastType }: ColumnSchema): string {
  return JSON.stringify([role, role === 'dimension' ? name.toLowerCase() : '', metric ?? '', forecastType ?? '']);
}

/** What a column means, in words: `the forecast type 0.1`, `the metric wQL[0.1]`, `timestamp`. */
export function nameMeaning({ name, role, metric, forecastType }: ColumnSchema): string {
  if (role === 'forecast') return `the forecast type ${forecastType}`;
  if (role === 'metric') return `the metric ${metric}${forecastType === undefined ? '' : `[${forecastType}]`}`;
  return name.toLowerCase();
}
