import type { Cell, Row } from '../../batch/forms/rows.ts';
import { tableOf, type BacktestExport, type ExportTable } from '../../export/find/backtest-export.ts';
import { given } from '../../given.ts';
import type { ColumnSchema, TableName } from '../../schema/schema.ts';
import type { Section } from '../../show/layout/document.ts';
import { formatJsonLine } from '../../show/values/json.ts';
import { printDocument } from '../print/print-document.ts';
import { showText } from '../../show/values/show-value.ts';
import type { TableColumn } from '../../show/layout/table.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';

const defaultRows = 10;
const mostBatchRows = 4096;

/** `head`: the first rows of a table, read only as far as needed. */
export async function head(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const limit = flags.count('rows') ?? defaultRows;
  const columns = flags.list('columns');
  const bx = await openWithWarnings(context, location);
  const table = chooseTable(bx, flags.text('table'));
  const batchRows = Math.min(limit, mostBatchRows);
  const rows = firstRows(table.rows({ ...given({ columns }), batchRows, signal }), limit);
  if (flags.has('json')) {
    for await (const row of rows) await context.out.write(`${formatJsonLine(row)}\n`);
    return exit.fine;
  }
  const shown: Row[] = [];
  for await (const row of rows) shown.push(row);
  await printDocument(context, { sections: () => [rowSection(table, columns, shown)], data: shown }, 'table');
  return exit.fine;
}

function chooseTable(bx: BacktestExport, name: string | undefined): ExportTable {
  const wanted: TableName =
    name === 'accuracy-metrics-values' ||
    (name === undefined && !bx.forecastedValues.exists && bx.accuracyMetrics.exists)
      ? 'accuracy-metrics-values'
      : 'forecasted-values';
  return tableOf(bx, wanted);
}

async function* firstRows(rows: AsyncIterable<Row>, limit: number): AsyncGenerator<Row, void, undefined> {
  let left = limit;
  for await (const row of rows) {
    yield row;
    if (--left === 0) return;
  }
}

function rowSection(table: ExportTable, wanted: readonly string[] | undefined, rows: readonly Row[]): Section {
  const byName = new Map(table.schema.columns.map((column) => [column.name, column]));
  const names = wanted ?? [...byName.keys()];
  return {
    title: '',
    columns: names.map((name, index) => tableColumn(name, byName.get(name), index)),
    rows: rows.map((row) => names.map((name) => showCell(row[name] ?? null))),
  };
}

function tableColumn(name: string, column: ColumnSchema | undefined, index: number): TableColumn {
  const align = column?.kind === 'text' ? 'left' : 'right';
  // window bounds say the same on most rows; after them the last columns leave first
  const dull = column?.role === 'windowStart' || column?.role === 'windowEnd';
  return { header: showText(name), align, drop: (dull ? 1000 : 0) + index, extra: dull };
}

function showCell(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString().replace('.000Z', 'Z');
  if (typeof cell === 'string') return showText(cell);
  return showNumber(cell);
}

/** Six significant digits where there are more; whole numbers whole. */
function showNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const exact = String(value);
  return Number.isInteger(value) || exact.length <= 8 ? exact : String(Number(value.toPrecision(6)));
}
