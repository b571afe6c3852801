import type { Dialect, DialectName } from '../dialects/dialect.ts';
import type { CheckedTable } from './checked-table.ts';

/** Lines of a list, a comma after each but the last, indented. */
export function listOf(items: readonly string[], indent = '  '): string {
  return items.map((item) => `${indent}${item}`).join(',\n');
}

/** Common table expressions of a statement: `WITH name AS (…), …`. */
export function withTables(tables: readonly (readonly [name: string, sql: string])[]): string {
  return `WITH ${tables.map(([name, sql]) => `${name} AS (\n${sql}\n)`).join(',\n')}\n`;
}

/** How many rows hold a condition, as BIGINT; 0 without any. */
export function countWhere(condition: string): string {
  return `CAST(COALESCE(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END), 0) AS BIGINT)`;
}

/** The rows of a table's cells but header lines, without those of the parts that are left out. */
export function cellsOf(table: CheckedTable, dialect: Dialect): string {
  return selectCells(table, ['header = 0', ...partsOf(table, dialect)]);
}

/** The same with header lines. */
export function recordsOf(table: CheckedTable, dialect: Dialect): string {
  return selectCells(table, partsOf(table, dialect));
}

function partsOf({ leftOut = [] }: CheckedTable, { quoteText }: Dialect): string[] {
  return leftOut.length === 0 ? [] : [`part NOT IN (${leftOut.map((part) => quoteText(part)).join(', ')})`];
}

function selectCells({ cells }: CheckedTable, conditions: readonly string[]): string {
  if (conditions.length === 0) return cells;
  return `SELECT *\nFROM (\n${cells}\n) AS records\nWHERE ${conditions.join(' AND ')}`;
}

/** The condition that a row has an item and a window: other rows belong to no series. */
export const belongs = `item <> '' AND ws <= we`;

/**
 * The relative difference of two finite doubles, as `relativeDifference` of `batch/columns`, but infinite where the difference
 * of two numbers overflows: that is above every tolerance, too.
 */
export function differenceOf(a: string, b: string, { quoteDouble }: Dialect): string {
  return `CASE WHEN ${a} = ${b} THEN ${quoteDouble(0)} ELSE abs(${a} - ${b}) / greatest(abs(${a}), abs(${b})) END`;
}

/** Whether a double is not NaN, which two engines take for the greatest number; NULL for NULL. */
export function isNumber(expression: string, { quoteDouble }: Dialect): string {
  return `${expression} <= ${quoteDouble(Number.MAX_VALUE)} * ${quoteDouble(2)}`;
}

/** Aggregate: some columns of one row with the greatest `by`, all of the same row. */
export function maxRow(columns: readonly string[], by: string, dialect: DialectName): string {
  const packed = dialect === 'spark' ? `struct(${columns.join(', ')})` : `ROW(${columns.join(', ')})`;
  return `max_by(${packed}, ${by})`;
}

/** A column of {@link maxRow}, by its name and its index, from 0. */
export function fieldOf(row: string, name: string, index: number, dialect: DialectName): string {
  return dialect === 'spark' ? `${row}.${name}` : `${row}[${index + 1}]`;
}
