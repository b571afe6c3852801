import type { ColumnBatch } from '../batch/column-batch.ts';
import { numberColumn, timeColumn } from '../batch/typed-column.ts';
import { TextHasher } from '../batch/text-hash.ts';
import { decodeCsv } from '../csv/decode.ts';
import { BacktestExportError, quoteText, type ErrorPosition } from '../errors.ts';
import { quoteList } from '../quote-text.ts';
import type { BacktestExport } from '../export/backtest-export.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';
import { openLocation } from '../storage/open-storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import { heldByThread } from './plan-input.ts';
import { SeriesCodes } from './forecast-columns.ts';
import type { VerificationPlan } from './plan.ts';
import { historyValue as layout } from './record-layout.ts';
import { RecordSink } from './record-sink.ts';
import type { RecordStore } from './record-store.ts';
import { requireColumn } from './required-column.ts';

/**
 * Reads the training history from CSV files of the target time series and leaves a record behind for each value, on this
 * thread.
 * @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `SCHEMA_INVALID` when a column lacks; `TIME_INVALID`, `NUMBER_INVALID`, and
 * codes under CSV text, with file, record and line; the signal's reason
 */
export async function readHistory(plan: VerificationPlan, store: RecordStore): Promise<void> {
  const { options, spill, partitions } = plan;
  for (const [index, location] of (options.history ?? []).entries()) {
    const sink = new RecordSink(layout.doubles, partitions, spill && { name: `history-${index}`, quota: heldByThread });
    await readFile(location, plan, sink);
    store.add('history', await sink.finish(spill?.storage));
  }
}

async function readFile(location: string, plan: VerificationPlan, sink: RecordSink): Promise<void> {
  const { storage, file: name } = await openLocation(location, plan.options.signal);
  if (name === undefined) {
    const problem = `history: expected a CSV file, found a folder: ${quoteText(location)}`;
    throw new BacktestExportError('FILE_NOT_REGULAR', problem);
  }
  const { bx, options, seed, spill } = plan;
  const hasher = new TextHasher(seed);
  const infer = (names: readonly string[], position: ErrorPosition = {}): TableSchema =>
    inferHistory(names, position, bx, options.historyTarget);
  let schema: TableSchema | undefined;
  const see = (found: TableSchema): void => void (schema = found);
  const file = await withSignal(storage, options.signal).open(name);
  try {
    const decode = {
      repeatedHeaders: 'skip',
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    } as const;
    for await (const batch of decodeCsv(file, decode, see, infer)) {
      if (schema !== undefined) addBatch(batch, schema, hasher, sink);
      await sink.relieve(spill?.storage);
    }
  } finally {
    await file.close();
  }
}

/** The columns of a history: those of forecasted-values that it has, and others, which are texts that nobody reads. */
function inferHistory(
  names: readonly string[],
  position: ErrorPosition,
  { itemColumn, dimensions }: BacktestExport,
  historyTarget: string | undefined,
): TableSchema {
  const target = historyTarget ?? targetName(names, [itemColumn, ...dimensions, 'timestamp']);
  for (const wanted of [itemColumn, ...dimensions, 'timestamp', target]) {
    if (names.filter((name) => name === wanted).length === 1) continue;
    const found = quoteList(names);
    const problem = `history: expected a column ${quoteText(wanted)}, once, found ${found}`;
    throw new BacktestExportError('SCHEMA_INVALID', problem, { position });
  }
  const columns = names.map((name): ColumnSchema => {
    const column = { name, allowsNotDefined: false } as const;
    if (name === 'timestamp') return { ...column, role: 'timestamp', kind: 'time' };
    if (name === target) return { ...column, role: 'target', kind: 'number' };
    return { ...column, role: name === itemColumn ? 'item' : 'dimension', kind: 'text' };
  });
  return { table: 'forecasted-values', columns, itemColumn, dimensions, forecastTypes: [] };
}

/** The one column that is nothing else, whatever the domain calls it, or `target_value`. */
function targetName(names: readonly string[], known: readonly string[]): string {
  const others = names.filter((name) => !known.includes(name));
  const [only] = others;
  return others.length === 1 && only !== undefined ? only : 'target_value';
}

const key = new Uint32Array(6);

function addBatch(batch: ColumnBatch, schema: TableSchema, hasher: TextHasher, sink: RecordSink): void {
  const series = new SeriesCodes(batch, schema.itemColumn, schema.dimensions, hasher);
  const times = timeColumn(batch, requireColumn(schema, 'timestamp')).values;
  const values = numberColumn(batch, requireColumn(schema, 'target')).values;
  for (let row = 0; row < batch.rows; row++) {
    if (row === 0 || !series.same(row, row - 1)) series.writeKey(row, key);
    const at = sink.next(key[4] ?? 0);
    sink.words.set(key, 2 * at);
    sink.doubles[at + layout.time] = times[row] ?? Number.NaN;
    sink.doubles[at + layout.value] = values[row] ?? Number.NaN;
  }
}
