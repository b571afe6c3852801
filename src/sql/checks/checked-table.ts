import type { TableSchema } from '../../schema/schema.ts';
import { quantilesOf } from '../../schema/forecast-type.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { writeCells } from '../dialects/cells.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { SqlTable } from '../dialects/sql-table.ts';

/** A table that is checked in SQL. */
export interface CheckedTable {
  readonly schema: TableSchema;
  /** A SELECT that gives the rows of the table's `cells`, see `dialects/dialect.ts`, and with `header` 1 its header lines. */
  readonly cells: string;
  /** Values of `part` whose rows are left out; none by default. */
  readonly leftOut?: readonly string[];
}

/** A table of an export as an engine sees it, ready to be checked. */
export function checkedCells(dialect: Dialect, table: SqlTable): CheckedTable {
  return { schema: table.schema, cells: `WITH ${writeCells(dialect, table, { headers: true })}\nSELECT *\nFROM cells` };
}

/** What is checked. One of the tables may be missing. */
export interface CheckedTables {
  readonly dialect: Dialect;
  readonly forecasts: CheckedTable | undefined;
  readonly metrics: CheckedTable | undefined;
}

/** One statement, ready to paste. */
export interface CheckStatement {
  readonly title: string;
  /** What its rows say, in one sentence or a few; no line breaks. */
  readonly comment: string;
  readonly sql: string;
}

/** The columns of the key of a time series in `cells`: item, then dimensions. */
export function seriesColumns({ dimensions }: TableSchema): string[] {
  return ['item', ...dimensions.map((_, index) => `d${index}`)];
}

/** The number of forecast types: `f0`, `f1` … */
export function forecastColumns({ forecastTypes }: TableSchema): string[] {
  return forecastTypes.map((_, index) => `f${index}`);
}

/** The columns of quantiles among them, rising. */
export function quantileColumns({ forecastTypes }: TableSchema): { readonly name: string; readonly tau: number }[] {
  return quantilesOf(forecastTypes).map((type) => ({ name: `f${forecastTypes.indexOf(type)}`, tau: Number(type) }));
}

/** The column of the mean forecast, where there is one. */
export function meanColumn({ forecastTypes }: TableSchema): string | undefined {
  const index = forecastTypes.indexOf('mean');
  return index < 0 ? undefined : `f${index}`;
}

/** The metric columns: `m0`, `m1` … in the order of the header. */
export function metricCells(schema: TableSchema): string[] {
  return columnsOf(schema).metrics.map((_, index) => `m${index}`);
}
