import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { BacktestExport } from '#src/index.js';
import type { Cell } from '#src/batch/forms/rows.js';
import { columnsOf } from '#src/schema/columns-of.js';
import { notDefined } from '#src/schema/number-text.js';
import type { TableName } from '#src/schema/schema.js';
import { tableOf } from '#src/export/find/backtest-export.js';
import { writeCells } from '#src/sql/dialects/cells.js';
import { dialects } from '#src/sql/dialects/dialects.js';
import { planSqlTable } from '#src/sql/dialects/plan-table.js';
import type { CellsOptions } from '#src/sql/dialects/sql-table.js';
import { collect } from './collect.ts';

/** A row of `cells` by its names, whole numbers as numbers. */
export type CellRow = Readonly<Record<string, string | number | null>>;

/** Runs a function with a connection to a DuckDB of its own. */
export async function withDuckDb<Result>(run: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await run(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Rows of a query as plain values. */
export async function askDuckDb(sql: string): Promise<CellRow[]> {
  return withDuckDb(async (connection) => {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjects().map((row) => {
      const cells = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? Number(value) : value,
      ]);
      return Object.fromEntries(cells) as CellRow;
    });
  });
}

/** `cells` of a table as DuckDB makes them of the files, in order of their text. */
export async function duckDbCells(
  source: BacktestExport,
  name: TableName,
  options: CellsOptions = {},
): Promise<CellRow[]> {
  const table = await planSqlTable(source, tableOf(source, name), dialects.duckdb, { path: [] });
  return sorted(
    await askDuckDb(`WITH ${writeCells(dialects.duckdb, table, options)} SELECT * EXCLUDE (part) FROM cells`),
  );
}

/** What `cells` of a table should be, from the library's own reading of it. */
export async function expectedCells(source: BacktestExport, name: TableName): Promise<CellRow[]> {
  const table = tableOf(source, name);
  const { schema } = table;
  const columns = columnsOf(schema);
  const rows = await collect(table.rows());
  return sorted(
    rows.map((row) => {
      const cell = (column: string): string | number | null => plain(row[column] ?? null);
      const named: [string, string | number | null][] = [
        ['item', cell(columns.item)],
        ...columns.dimensions.map((column, index) => [`d${index}`, cell(column)] as [string, string | number | null]),
        ['ws', cell(columns.windowStart)],
        ['we', cell(columns.windowEnd)],
        ['bad', 0],
      ];
      if (name === 'forecasted-values') {
        named.push(['ts', cell(columns.timestamp)], ['y', cell(columns.target)]);
        for (const { name: column, role, forecastType = '' } of schema.columns) {
          if (role === 'forecast') named.push([`f${schema.forecastTypes.indexOf(forecastType)}`, cell(column)]);
        }
      } else {
        const metrics = columns.metrics.map((column) => cell(column.name));
        named.push(['kind', cell(columns.backtestWindow)]);
        for (const [index, value] of metrics.entries()) named.push([`m${index}`, value === notDefined ? null : value]);
        named.push(['nd', metrics.filter((value) => value === notDefined).length]);
      }
      return Object.fromEntries(named);
    }),
  );
}

function plain(cell: Cell): string | number | null {
  return cell instanceof Date ? cell.getTime() : cell;
}

function sorted(rows: CellRow[]): CellRow[] {
  const text = (row: CellRow): string => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return rows.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}
