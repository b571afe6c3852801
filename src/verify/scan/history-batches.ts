import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { readCsvHeader, type CsvHeader } from '../../csv/header.ts';
import { makeHeader, type MadeHeader } from '../../csv/made-header.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { readFile } from '../../export/parts/part-source.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { openLocation } from '../../storage/open-storage.ts';
import type { Storage, StorageFile } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { inferHistory, placesAdvice } from '../base/history-columns.ts';
import type { VerifyOptions } from '../base/verify-options.ts';

/** How a training history is read. */
export type HistoryReading = Pick<VerifyOptions, 'open' | 'historyTarget' | 'historyColumns' | 'signal'>;

/** Some rows of a training history. The batch is borrowed; the schema is that of its file, with dimensions in the export's order. */
export interface HistoryBatch {
  readonly batch: ColumnBatch;
  readonly schema: TableSchema;
}

/**
 * Reads a training history from a CSV file of the target time series, on this thread.
 * @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `SCHEMA_INVALID` when a column is missing; `TIME_INVALID`, `NUMBER_INVALID`, and
 * codes under CSV text, with file, record and line; the signal's reason
 */
export async function* historyBatches(
  location: string,
  bx: BacktestExport,
  options: HistoryReading,
): AsyncGenerator<HistoryBatch, void, undefined> {
  const { signal } = options;
  const { file, toFile } = await openLocated(location, options);
  try {
    const header = await readHistoryHeader(file, bx, options);
    const { schema } = header;
    const reading = { repeatedHeaders: 'skip', signal, head: { schema, header } } as const;
    for await (const batch of readFile(file, 'CSV', reading)) yield { batch, schema };
  } catch (error) {
    throw toFile(error);
  } finally {
    await file.close();
  }
}

/** Before long work that needs it at its end: whether a training history is there, and has its columns. @throws as {@link historyBatches} */
export async function assertHistory(location: string, bx: BacktestExport, options: HistoryReading): Promise<void> {
  const { file, toFile } = await openLocated(location, options);
  try {
    await readHistoryHeader(file, bx, options);
  } catch (error) {
    throw toFile(error);
  } finally {
    await file.close();
  }
}

function readHistoryHeader(file: StorageFile, bx: BacktestExport, options: HistoryReading): Promise<CsvHeader> {
  return readCsvHeader(file, undefined, (names, position) => inferHistory(names, position, bx, options));
}

/** @throws `FILE_NOT_REGULAR` for a folder, and as {@link openHistory} */
async function openLocated(location: string, options: HistoryReading): Promise<MadeHeader> {
  const { signal } = options;
  const { storage, file: name } = await openLocation(location, signal, { s3: options.open?.s3 });
  if (name === undefined) {
    const problem = `history: expected a CSV file, found a folder: ${quoteText(location)}`;
    throw new BacktestExportError('FILE_NOT_REGULAR', problem);
  }
  return openHistory(withSignal(storage, signal), name, options);
}

/**
 * The file, with a made header where it has none and the places of its columns are given.
 * @throws `CSV_HEADER_MISSING` where it has none, and they are not
 */
async function openHistory(
  storage: Storage,
  name: string,
  { historyColumns = {} }: Pick<HistoryReading, 'historyColumns'>,
): Promise<MadeHeader> {
  const file = await storage.open(name);
  try {
    const made = await makeHeader(file);
    if (made === undefined) return { file, names: [], toFile: (error) => error };
    if (Object.values(historyColumns).some((place) => /^\d+$/.test(String(place)))) return made;
    const problem = `history: expected a header record, found what looks like data; ${placesAdvice}`;
    throw new BacktestExportError('CSV_HEADER_MISSING', problem, { position: { file: file.path, record: 0, line: 1 } });
  } catch (error) {
    await file.close();
    throw error;
  }
}
