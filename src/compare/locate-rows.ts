import { findLines } from '../csv/find-lines.ts';
import type { RowPlace } from './result.ts';
import type { StoredTable } from './read-blocks.ts';

/** A row by its part and record. */
export interface RecordPlace {
  readonly part: number;
  readonly record: number;
}

/**
 * Finds out in which line of which file each of a few rows stands. Only the files concerned are read again, up to the
 * last such row.
 */
export async function locateRows(
  { storage, table }: StoredTable,
  rows: readonly RecordPlace[],
  signal: AbortSignal | undefined,
): Promise<(row: RecordPlace) => RowPlace> {
  const lines = new Map<number, ReadonlyMap<number, number>>();
  const byPart = new Map<number, number[]>();
  for (const { part, record } of rows) {
    const known = byPart.get(part);
    if (known === undefined) byPart.set(part, [record]);
    else known.push(record);
  }
  for (const [part, records] of byPart) {
    const file = table.parts[part];
    // of other formats and dialects the record is all there is to tell
    if (file === undefined || file.format !== 'CSV' || table.decode.dialect !== undefined) continue;
    const opened = await storage.open(file.path);
    try {
      lines.set(part, (await findLines(opened, records, signal)).records);
    } finally {
      await opened.close();
    }
  }
  return ({ part, record }) => {
    const line = lines.get(part)?.get(record);
    return { file: table.parts[part]?.path ?? '', record, ...(line === undefined ? {} : { line }) };
  };
}
