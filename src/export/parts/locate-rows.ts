import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { dictionaryTexts } from '../../batch/forms/rows.ts';
import { textColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import { findLines, type FoundLines } from '../../csv/find-lines.ts';
import { columnsOf, keyColumns } from '../../schema/columns-of.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { openTransferred } from '../../storage/open-storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { readPart, type PartSource } from './part-source.ts';

/** A row by the index of its part in the table and its record, from 1. */
export interface RecordPlace {
  readonly part: number;
  readonly record: number;
}

/** The place of a row, as people look for it. */
export interface RowPlace {
  readonly file: string;
  /** The data record in the file, from 1. */
  readonly record: number;
  /** The line where the record begins, from 1; of CSV in Forecast's own dialect only. */
  readonly line?: number;
}

/**
 * Finds the lines where records of a part begin, and the headers inside its data: reads it again, up to the last of the
 * records. Finds none in Parquet and in other dialects.
 * @throws what reading throws; the signal's reason
 */
export async function locateRows(
  { storage, part, decode }: PartSource,
  records: readonly number[],
  signal: AbortSignal | undefined,
): Promise<FoundLines> {
  if (part.format !== 'CSV' || decode.dialect !== undefined) return { records: new Map(), headers: [] };
  const file = await withSignal(openTransferred(storage), signal).open(part.path);
  try {
    return await findLines(file, records, signal);
  } finally {
    await file.close();
  }
}

/** The key of a row. Times are in ISO 8601, empty if the cell is empty. */
export interface RowKey {
  readonly item: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly timestamp?: string;
  readonly window: { readonly start: string; readonly end: string };
}

/**
 * Reads a part again, up to the last of the records, to find the keys of its rows.
 * @param records Numbers of data records, from 1, in ascending order.
 * @throws what reading throws; the signal's reason
 */
export async function readKeys(
  source: PartSource,
  records: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<number, RowKey>> {
  const found = new Map<number, RowKey>();
  const last = records.at(-1);
  if (last === undefined) return found;
  const { schema } = source.expected;
  const columns = keyColumns(schema).map(({ name }) => name);
  let next = 0;
  for await (const batch of readPart(source, { columns, signal })) {
    const end = batch.firstRecord + batch.rows;
    for (let record = records[next]; record !== undefined && record < end; record = records[++next]) {
      found.set(record, describeRow(batch, record - batch.firstRecord, schema));
    }
    if (last < end) break;
  }
  return found;
}

function describeRow(batch: ColumnBatch, row: number, schema: TableSchema): RowKey {
  const columns = columnsOf(schema);
  const textOf = (name: string): string => {
    const { codes, dictionary } = textColumn(batch, name);
    return dictionaryTexts(dictionary)[codes[row] ?? 0] ?? '';
  };
  const timeOf = (name: string): string => {
    const value = timeColumn(batch, name).values[row] ?? Number.NaN;
    return Number.isNaN(value) ? '' : new Date(value).toISOString();
  };
  // without a prototype, so that a dimension may have any name
  const dimensions: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const name of columns.dimensions) dimensions[name] = textOf(name);
  const timestamp = schema.table === 'forecasted-values' ? timeOf(columns.timestamp) : '';
  return {
    item: textOf(columns.item),
    ...(columns.dimensions.length === 0 ? {} : { dimensions }),
    ...(timestamp === '' ? {} : { timestamp }),
    window: { start: timeOf(columns.windowStart), end: timeOf(columns.windowEnd) },
  };
}
