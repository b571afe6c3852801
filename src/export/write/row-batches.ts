import type { RecordBatch, Table } from 'apache-arrow';
import { BatchBuilder, type BuilderCell } from '../../batch/columns/batch-builder.ts';
import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import type { Row } from '../../batch/forms/rows.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import { isArray } from '../../describe-value.ts';
import { describeValue, isDate, timeOf } from '../../options.ts';
import { quoteList } from '../../quote-text.ts';
import { notDefined } from '../../schema/number-text.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import { parseTimeText } from '../../schema/time-text.ts';

/** Arrow data: record batches, or a table of them. */
export type ArrowRows = RecordBatch | Table;

const rowsOfBatch = 2048;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Converts plain rows to batches and checks each row against the schema. `record` returns the table's row number.
 * @throws `ROW_INVALID`, naming row and column
 */
export async function* batchesOfRows(
  rows: AsyncIterable<Row> | Iterable<Row>,
  schema: TableSchema,
  record: () => number,
): AsyncGenerator<ColumnBatch, void, undefined> {
  const { columns } = schema;
  const builder = new BatchBuilder(columns);
  for await (const row of rows) {
    const number = record() + builder.rows;
    const names = namesOfRow(row, number);
    if (names.length !== columns.length || columns.some(({ name }) => !Object.hasOwn(row, name))) {
      throw otherColumns(names, columns, number);
    }
    builder.add(columns.map((column) => toCell(row[column.name], column, number)));
    if (builder.rows === rowsOfBatch) yield builder.take();
  }
  if (builder.rows > 0) yield builder.take();
}

/**
 * Converts Arrow data to batches, from the column types of `batches()` or plain ones. A null becomes `not defined` in a
 * metric column, where Forecast writes nothing else, and an empty cell elsewhere.
 * @throws `ROW_INVALID`
 */
export function* batchesOfArrow(
  data: ArrowRows,
  schema: TableSchema,
  record: () => number,
): Generator<ColumnBatch, void, undefined> {
  const { columns } = schema;
  const names = data.schema.fields.map(({ name }) => name);
  if (names.length !== columns.length || columns.some(({ name }) => !names.includes(name))) {
    throw otherColumns(names, columns, record());
  }
  const vectors = columns.map(({ name }) => data.getChild(name));
  const builder = new BatchBuilder(columns);
  for (let row = 0; row < data.numRows; row++) {
    const number = record() + builder.rows;
    builder.add(columns.map((column, index) => toCell(fromArrow(vectors[index]?.get(row), column), column, number)));
    if (builder.rows === rowsOfBatch) yield builder.take();
  }
  if (builder.rows > 0) yield builder.take();
}

/**
 * The columns of a plain row.
 * @throws `ROW_INVALID` for a non-object
 */
export function namesOfRow(row: unknown, record: number): string[] {
  if (typeof row === 'object' && row !== null && !isArray(row)) return Object.keys(row);
  const problem = `expected a row, an object with a property for each column, found ${describeValue(row)}`;
  throw new BacktestExportError('ROW_INVALID', problem, { position: { record } });
}

/** An Arrow value as the cell of a plain row. */
function fromArrow(value: unknown, { kind, allowsNotDefined }: ColumnSchema): unknown {
  if (value === null || value === undefined) return allowsNotDefined ? notDefined : null;
  if (kind === 'time' && typeof value === 'number') return new Date(value);
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value);
  return value;
}

/** Checks a cell, which must be a value that reading returns. */
function toCell(cell: unknown, column: ColumnSchema, record: number): BuilderCell {
  const { kind, allowsNotDefined, name } = column;
  if (kind === 'text') {
    if (typeof cell === 'string' && !loneSurrogate.test(cell)) return cell;
  } else if (cell === null) return null;
  else if (kind === 'time') {
    const time = typeof cell === 'string' ? parseTimeText(cell)?.milliseconds : toTime(cell);
    if (time !== undefined) return time;
  } else if (typeof cell === 'number') return cell;
  else if (allowsNotDefined && cell === notDefined) return undefined;
  const wanted = typeof cell === 'string' && kind === 'text' ? 'text without lone surrogates' : describeWanted(column);
  const problem = `expected ${wanted}, found ${describeCell(cell)}`;
  throw new BacktestExportError('ROW_INVALID', problem, { position: { record, column: name } });
}

function toTime(cell: unknown): number | undefined {
  const time = timeOf(cell);
  return Number.isNaN(time) ? undefined : time;
}

function describeWanted({ kind, allowsNotDefined }: ColumnSchema): string {
  if (kind === 'text') return 'text';
  if (kind === 'time') return 'a Date, a time such as 2017-06-19T00:00:00Z, or null';
  return allowsNotDefined ? `a number, null or ${quoteText(notDefined)}` : 'a number or null';
}

function describeCell(cell: unknown): string {
  if (cell === null || cell === undefined) return String(cell);
  if (typeof cell === 'string') return `the text ${quoteText(cell)}`;
  if (isDate(cell)) return 'an invalid Date';
  return typeof cell === 'number' || typeof cell === 'bigint' ? `the number ${cell}` : `a value of type ${typeof cell}`;
}

function otherColumns(names: readonly string[], columns: readonly ColumnSchema[], record: number): BacktestExportError {
  const wanted = quoteList(columns.map(({ name }) => name));
  const found = quoteList(names);
  const problem = `expected the columns of the first row, ${wanted}, found ${found}`;
  return new BacktestExportError('ROW_INVALID', problem, { position: { record } });
}
