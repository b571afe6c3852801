import { BacktestExportError, quoteText, type ErrorPosition } from '../../errors.ts';
import { quoteList } from '../../quote-text.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import type { VerifyOptions } from './verify-options.ts';

/**
 * Checks the keys of the named columns against the export.
 * @throws `OPTION_INVALID` for one that is neither item, time nor value, nor a dimension
 */
export function assertHistoryColumns({ historyColumns, historyTarget }: VerifyOptions, bx: BacktestExport): void {
  if (historyColumns === undefined) return;
  const known = ['item', 'time', 'value', ...bx.dimensions];
  const unknown = Object.keys(historyColumns).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw invalid(`verifyExport.historyColumns: expected ${quoteList(known)}, found ${quoteText(unknown)}`);
  }
  if (historyTarget !== undefined && historyColumns['value'] !== undefined) {
    throw invalid('verifyExport: expected historyTarget or historyColumns.value, found both');
  }
}

/**
 * The columns of a history, in any order: those of forecasted-values that it has, and others, texts that are not
 * read. Names are compared exactly, else ignoring case; a number is a place, from 1.
 * @throws `SCHEMA_INVALID` for a column that is not there; `SCHEMA_DUPLICATE_COLUMN` for one that could be two
 */
export function inferHistory(
  names: readonly string[],
  position: ErrorPosition,
  bx: BacktestExport,
  { historyColumns = {}, historyTarget }: Pick<VerifyOptions, 'historyColumns' | 'historyTarget'>,
): TableSchema {
  const find = (key: string, wanted: string | number): number => findColumn(names, key, wanted, position);
  const item = find('item', historyColumns['item'] ?? bx.itemColumn);
  const time = find('time', historyColumns['time'] ?? 'timestamp');
  const dimensions = bx.dimensions.map((name) => find(name, historyColumns[name] ?? name));
  const others = names.flatMap((name, index) => ([item, time, ...dimensions].includes(index) ? [] : [name]));
  const only = others.length === 1 ? others[0] : undefined;
  const value = find('value', historyColumns['value'] ?? historyTarget ?? only ?? 'target_value');
  const all = [item, time, value, ...dimensions];
  const twice = all.find((index, place) => all.indexOf(index) !== place);
  if (twice !== undefined) {
    throw refuse(`history: the column ${quoteText(names[twice] ?? '')} is assigned two roles`, position);
  }
  const columns = names.map((name, index): ColumnSchema => {
    const column = { name, allowsNotDefined: false } as const;
    if (index === time) return { ...column, role: 'timestamp', kind: 'time' };
    if (index === value) return { ...column, role: 'target', kind: 'number' };
    return { ...column, role: index === item ? 'item' : 'dimension', kind: 'text' };
  });
  return {
    table: 'forecasted-values',
    columns,
    itemColumn: names[item] ?? '',
    dimensions: dimensions.map((index) => names[index] ?? ''),
    forecastTypes: [],
  };
}

function findColumn(names: readonly string[], key: string, wanted: string | number, position: ErrorPosition): number {
  const places = names.flatMap((name, index) => (name.toLowerCase() === String(wanted).toLowerCase() ? [index] : []));
  const [place, other] = places;
  if (place !== undefined && other === undefined) return place;
  const found = quoteList(names);
  if (other !== undefined) {
    const problem = `history: expected a column ${quoteText(String(wanted))}, once, found ${found}`;
    throw new BacktestExportError('SCHEMA_DUPLICATE_COLUMN', problem, { position });
  }
  const asNumber = /^[1-9]\d{0,3}$/.test(String(wanted)) ? Number(wanted) : 0;
  if (asNumber > 0 && asNumber <= names.length) return asNumber - 1;
  throw refuse(
    `history: expected a column ${quoteText(String(wanted))}, once, found ${found}; ${advice} says which column is the ${key}`,
    position,
  );
}

const advice = 'historyColumns (--history-columns item=NAME,time=NAME,value=NAME)';

/** What to do about a history without a header. */
export const placesAdvice =
  'historyColumns gives the places of its columns, from 1 (--history-columns item=1,time=2,value=3)';

function refuse(problem: string, position: ErrorPosition): BacktestExportError {
  return new BacktestExportError('SCHEMA_INVALID', problem, { position });
}

function invalid(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', problem);
}
