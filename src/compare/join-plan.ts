import { BacktestExportError } from '../errors.ts';
import { quoteList } from '../quote-text.ts';
import { meaningOf } from '../schema/column-meaning.ts';
import { keyColumns } from '../schema/columns-of.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';

/** The columns of one side of a join, by their names in its header; the same places on both sides mean the same. */
export interface SideColumns {
  /** Item, dimensions, `backtest_window`: the texts of the key; the first `seriesTexts` of them name the series. */
  readonly texts: readonly string[];
  /** Window start, window end, timestamp: the times of the key, as far as the table has them. */
  readonly times: readonly string[];
  /** The numbers to compare. */
  readonly numbers: readonly string[];
}

/** How the rows of two tables are joined. */
export interface JoinPlan {
  readonly a: SideColumns;
  readonly b: SideColumns;
  /** How many of the texts are item and dimensions. */
  readonly seriesTexts: number;
}

/**
 * Finds the columns that mean the same: dimensions by name in any case, all others by their meaning, regardless of their names.
 * @throws `SCHEMA_CONFLICT` where the dimensions differ, so that no row of one side has a key of the other.
 */
export function planJoin(a: TableSchema, b: TableSchema, numbers: (column: ColumnSchema) => boolean): JoinPlan {
  const known = new Set(b.dimensions.map((name) => name.toLowerCase()));
  if (known.size !== a.dimensions.length || a.dimensions.some((name) => !known.has(name.toLowerCase()))) {
    const problem = `expected exports with the same dimensions, found ${list(a.dimensions)} and ${list(b.dimensions)}`;
    throw new BacktestExportError('SCHEMA_CONFLICT', problem);
  }
  const partners = new Map(b.columns.map((column) => [meaningOf(column), column.name]));
  const isShared = (column: ColumnSchema): boolean => partners.has(meaningOf(column));
  const keys = keyColumns(a).filter(isShared);
  const side = (nameOf: (column: ColumnSchema) => string): SideColumns => ({
    texts: keys.filter(({ kind }) => kind === 'text').map(nameOf),
    times: keys.filter(({ kind }) => kind === 'time').map(nameOf),
    numbers: a.columns.filter((column) => column.kind === 'number' && isShared(column) && numbers(column)).map(nameOf),
  });
  return {
    a: side((column) => column.name),
    b: side((column) => partners.get(meaningOf(column)) ?? column.name),
    seriesTexts: 1 + a.dimensions.length,
  };
}

/** Columns of the first that the second lacks, by meaning. */
export function surplusColumns(of: TableSchema, against: TableSchema): string[] {
  const meanings = new Set(against.columns.map(meaningOf));
  return of.columns.filter((column) => !meanings.has(meaningOf(column))).map(({ name }) => name);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : quoteList(names);
}
