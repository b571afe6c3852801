import { dictionaryTexts } from '../batch/forms/rows.ts';
import { given } from '../given.ts';
import type { ColumnRules } from '../schema/index-columns.ts';
import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { accessErrorCodes, BacktestExportError, quoteText } from '../errors.ts';
import type { ExportTable } from './find/backtest-export.ts';
import type { ExportWarning } from './entries/export-catalog.ts';
import { planOf } from './tables/planned-table.ts';
import { quoteList } from '../quote-text.ts';

/** The warnings about columns that were left out on request. */
export function findLeftOut(tables: readonly ExportTable[]): ExportWarning[] {
  return tables.flatMap((table) => {
    const { file, schema } = planOf(table).expected ?? {};
    const { leftOut = [] } = schema ?? {};
    if (file === undefined || leftOut.length === 0) return [];
    const names = leftOut.map(({ name, field }) => (name.trim() === '' ? `column ${field + 1} without a name` : name));
    const message = `left out of ${table.name} on request: ${quoteList(names, 5)}`;
    return [{ code: 'COLUMN_LEFT_OUT' as const, message, paths: [file] }];
  });
}

/**
 * Refuses names that no table contains, since they would have no effect.
 * @throws `COLUMN_UNKNOWN`
 */
export function assertDropped(tables: readonly ExportTable[], { dropColumns = [] }: ColumnRules): void {
  const schemas = tables.flatMap((table) => (table.exists ? [table.schema] : []));
  const leftOut = new Set(schemas.flatMap((schema) => (schema.leftOut ?? []).map(({ name }) => name)));
  const unknown = dropColumns.find((name) => !leftOut.has(name));
  if (unknown === undefined) return;
  const known = [...new Set(schemas.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const problem = `there is no column ${quoteText(unknown)} to leave out; the columns are ${quoteList(known, 40)}`;
  throw new BacktestExportError('COLUMN_UNKNOWN', problem);
}

/**
 * Warns if the first column numbers the rows, like an index that a program added when it saved the table. Checked only
 * if it could be one: beside another text column and not named `item_id`. Reads the first rows of one part.
 */
export async function findRowCounter(table: ExportTable, signal?: AbortSignal): Promise<ExportWarning[]> {
  const { expected, decode } = planOf(table);
  if (expected === undefined || decode.columnRules?.indexColumns === 'keep') return [];
  const [first] = expected.schema.columns;
  const isText = first?.role === 'item' || first?.role === 'dimension';
  if (first === undefined || !isText || expected.schema.dimensions.length === 0) return [];
  if (first.name.toLowerCase() === 'item_id' || !(await countsRows(table, first.name, signal))) return [];
  const name = quoteText(first.name);
  const message =
    `the first column of ${table.name}, ${name}, numbers the rows, like an index that a program added when it saved ` +
    `the table. It is read as ${first.role === 'item' ? 'the item' : 'a dimension'}; dropColumns: [${name}] leaves it ` +
    `out, indexColumns: 'keep' confirms that it belongs to the export`;
  return [{ code: 'COLUMN_COUNTS_ROWS', message, paths: [expected.file] }];
}

const [leastRows, mostRows] = [3, 64];

async function countsRows(table: ExportTable, column: string, signal: AbortSignal | undefined): Promise<boolean> {
  const options = { columns: [column], batchRows: mostRows, ...given({ signal }) };
  try {
    for await (const batch of table.columnBatches(options)) {
      return isCount(batch, column);
    }
  } catch (error) {
    // reported when the rows are read
    if (!(error instanceof BacktestExportError) || accessErrorCodes.has(error.code)) throw error;
  }
  return false;
}

function isCount(batch: ColumnBatch, name: string): boolean {
  const column = batch.columns.get(name);
  if (column?.kind !== 'text' || batch.rows < leastRows) return false;
  const texts = dictionaryTexts(column.dictionary);
  const numbers = Array.from({ length: batch.rows }, (_, row) => texts[column.codes[row] ?? 0] ?? '');
  const [first = ''] = numbers;
  return /^\d{1,15}$/.test(first) && numbers.every((text, row) => text === String(Number(first) + row));
}
