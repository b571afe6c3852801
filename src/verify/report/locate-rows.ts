import type { ColumnBatch } from '../../batch/column-batch.ts';
import { dictionaryTexts } from '../../batch/rows.ts';
import { textColumn, timeColumn } from '../../batch/typed-column.ts';
import { findLines } from '../../csv/find-lines.ts';
import type { ExportTable } from '../../export/backtest-export.ts';
import type { PartFile } from '../../export/export-catalog.ts';
import { readPart } from '../../export/read-part.ts';
import { given } from '../../given.ts';
import { keyColumns } from '../../schema/columns-of.ts';
import type { ColumnRole, ColumnSchema } from '../../schema/schema.ts';
import type { Storage } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import type { FindingPlace } from '../base/report.ts';

/** What a row says about itself, and its line. */
export type LocatedRow = Pick<FindingPlace, 'line' | 'item' | 'dimensions' | 'timestamp' | 'window'>;

/** The rows of a part that were asked for, by record, and the lines of the headers inside its data as far as it was read. */
export interface LocatedRows {
  readonly rows: ReadonlyMap<number, LocatedRow>;
  readonly headers: readonly number[];
}

/** A part, and its records (rising) to look up. */
export interface LocateRequest {
  readonly storage: Storage;
  readonly table: ExportTable;
  readonly part: PartFile;
  readonly records: readonly number[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads a part again, as far as it must, for what its rows are about. Lines are told of CSV in Forecast's own dialect.
 * @throws what reading throws
 */
export async function locateRows(request: LocateRequest): Promise<LocatedRows> {
  const rows = await readRows(request);
  const { storage, table, part, records, signal } = request;
  if (part.format !== 'CSV' || table.decode.dialect !== undefined) return { rows, headers: [] };
  const file = await withSignal(storage, signal).open(part.path);
  try {
    const lines = await findLines(file, records, signal);
    for (const [record, line] of lines.records) rows.set(record, { line, ...rows.get(record) });
    return { rows, headers: lines.headers };
  } finally {
    await file.close();
  }
}

async function readRows(request: LocateRequest): Promise<Map<number, LocatedRow>> {
  const { storage, table, part, records, signal } = request;
  const rows = new Map<number, LocatedRow>();
  const last = records.at(-1);
  if (last === undefined) return rows;
  const keys = keyColumns(table.schema);
  const options = {
    ...table.decode,
    repeatedHeaders: 'skip',
    columns: keys.map(({ name }) => name),
    ...given({ signal }),
  } as const;
  let next = 0;
  for await (const batch of readPart(storage, part, table.expected, options)) {
    const end = batch.firstRecord + batch.rows;
    for (let record = records[next]; record !== undefined && record < end; record = records[++next]) {
      rows.set(record, describeRow(batch, record - batch.firstRecord, keys));
    }
    if (last < end) break;
  }
  return rows;
}

function describeRow(batch: ColumnBatch, row: number, keys: readonly ColumnSchema[]): LocatedRow {
  const textsOf = (role: ColumnRole): [string, string][] =>
    keys.filter((column) => column.role === role).map(({ name }) => [name, textOf(batch, row, name)]);
  const timeOf = (role: ColumnRole): string => {
    const column = keys.find((candidate) => candidate.role === role);
    const value = column === undefined ? undefined : timeColumn(batch, column.name).values[row];
    return value === undefined || Number.isNaN(value) ? '' : new Date(value).toISOString();
  };
  const [[, item] = ['', '']] = textsOf('item');
  // without a prototype, so that a dimension may have any name
  const dimensions = Object.assign(
    Object.create(null) as Record<string, string>,
    Object.fromEntries(textsOf('dimension')),
  );
  const timestamp = timeOf('timestamp');
  return {
    item,
    ...(Object.keys(dimensions).length === 0 ? {} : { dimensions }),
    ...(timestamp === '' ? {} : { timestamp }),
    window: { start: timeOf('windowStart'), end: timeOf('windowEnd') },
  };
}

function textOf(batch: ColumnBatch, row: number, name: string): string {
  const { codes, dictionary } = textColumn(batch, name);
  return dictionaryTexts(dictionary)[codes[row] ?? 0] ?? '';
}
