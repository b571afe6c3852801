import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { numberColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import { TextHasher } from '../../batch/hash/text-hash.ts';
import { readCsvHeader } from '../../csv/header.ts';
import { makeHeader, type MadeHeader } from '../../csv/made-header.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import { readFile } from '../../export/parts/part-source.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { openLocation } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { inferHistory, placesAdvice } from '../base/history-columns.ts';
import { heldByThread } from './plan-input.ts';
import { SeriesCodes } from '../base/forecast-columns.ts';
import type { VerificationPlan } from '../base/plan.ts';
import { historyValue as layout } from '../records/record-fields.ts';
import { RecordSink } from '../records/record-sink.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { VerifyOptions } from '../base/verify-options.ts';

/**
 * Reads the training history from CSV files of the target time series and writes a record for each value, on this
 * thread.
 * @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `SCHEMA_INVALID` when a column is missing; `TIME_INVALID`, `NUMBER_INVALID`, and
 * codes under CSV text, with file, record and line; the signal's reason
 */
export async function readHistory(plan: VerificationPlan, store: RecordStore): Promise<void> {
  const { options, spill, partitions } = plan;
  for (const [index, location] of (options.history ?? []).entries()) {
    const ownSpill = spill && { storage: spill, name: `history-${index}`, quota: heldByThread };
    const sink = new RecordSink(layout.doubles, partitions, ownSpill);
    await readLocation(location, plan, sink);
    store.add('history', await sink.finish());
  }
}

async function readLocation(location: string, plan: VerificationPlan, sink: RecordSink): Promise<void> {
  const { storage, file: name } = await openLocation(location, plan.options.signal, { s3: plan.options.open?.s3 });
  if (name === undefined) {
    const problem = `history: expected a CSV file, found a folder: ${quoteText(location)}`;
    throw new BacktestExportError('FILE_NOT_REGULAR', problem);
  }
  const { bx, options, seed } = plan;
  const hasher = new TextHasher(seed);
  const { signal } = options;
  const { file, toFile } = await openHistory(withSignal(storage, signal), name, options);
  try {
    const header = await readCsvHeader(file, undefined, (names, position) =>
      inferHistory(names, position, bx, options),
    );
    const { schema } = header;
    for await (const batch of readFile(file, 'CSV', { repeatedHeaders: 'skip', signal, head: { schema, header } })) {
      addBatch(batch, schema, hasher, sink);
      await sink.relieve();
    }
  } catch (error) {
    throw toFile(error);
  } finally {
    await file.close();
  }
}

/**
 * The file, with a made header where it has none and the places of its columns are given.
 * @throws `CSV_HEADER_MISSING` where it has none, and they are not
 */
async function openHistory(storage: Storage, name: string, options: VerifyOptions): Promise<MadeHeader> {
  const file = await storage.open(name);
  try {
    const made = await makeHeader(file);
    if (made === undefined) return { file, names: [], toFile: (error) => error };
    if (Object.values(options.historyColumns ?? {}).some((place) => /^\d+$/.test(String(place)))) return made;
    const problem = `history: expected a header record, found what looks like data; ${placesAdvice}`;
    throw new BacktestExportError('CSV_HEADER_MISSING', problem, { position: { file: file.path, record: 0, line: 1 } });
  } catch (error) {
    await file.close();
    throw error;
  }
}

const key = new Uint32Array(6);

function addBatch(batch: ColumnBatch, schema: TableSchema, hasher: TextHasher, sink: RecordSink): void {
  const columns = columnsOf(schema);
  const series = new SeriesCodes(batch, columns, hasher);
  const times = timeColumn(batch, columns.timestamp).values;
  const values = numberColumn(batch, columns.target).values;
  for (let row = 0; row < batch.rows; row++) {
    if (row === 0 || !series.same(row, row - 1)) series.writeKey(row, key);
    const at = sink.next(key[4] ?? 0);
    sink.words.set(key, 2 * at);
    sink.doubles[at + layout.time] = times[row] ?? Number.NaN;
    sink.doubles[at + layout.value] = values[row] ?? Number.NaN;
  }
}
