import { parseDialect, type DialectRecord } from '../csv/dialect-records.ts';
import { BacktestExportError, quoteText, type ErrorPosition } from '../errors.ts';
import type { BacktestExport } from '../export/backtest-export.ts';
import { parseNumberText } from '../schema/number-text.ts';
import { parseTimeText } from '../schema/time-text.ts';
import { openLocation } from '../storage/open-storage.ts';
import { heldByThread } from './check-parts.ts';
import type { VerificationPlan } from './plan.ts';
import { historyValue as layout } from './record-layout.ts';
import { RecordSink } from './record-sink.ts';
import type { RecordStore } from './record-store.ts';
import { appendHash, hashWords, TextHasher } from '../batch/text-hash.ts';

/**
 * Reads the training history from CSV files of the target time series and leaves a record behind for each value. Time:
 * about 15 MB/s, on one thread.
 * @throws `FILE_NOT_FOUND`, `SCHEMA_INVALID` when a column lacks; `TIME_INVALID`, `NUMBER_INVALID`, and codes under CSV
 * text, with file, record and line; the signal's reason
 */
export async function readHistory(plan: VerificationPlan, store: RecordStore): Promise<void> {
  const { options, spill, partitions, seed } = plan;
  const hasher = new TextHasher(seed);
  for (const [index, location] of (options.history ?? []).entries()) {
    const plans = spill && { name: `history-${index}`, quota: heldByThread };
    const sink = new RecordSink(layout.doubles, partitions, plans);
    const writer = new HistoryWriter(sink, hasher);
    for await (const row of readRows(location, plan)) {
      writer.add(row);
      if (row.record % 10_000 === 0) await sink.relieve(spill?.storage);
    }
    store.add('history', await sink.finish(spill?.storage));
  }
}

/** A value of the history: the texts of item and dimensions, in the export's order. */
interface HistoryRow {
  readonly keys: readonly string[];
  readonly time: number;
  readonly value: number;
  readonly record: number;
}

async function* readRows(location: string, plan: VerificationPlan): AsyncGenerator<HistoryRow, void, undefined> {
  const { storage, file: name } = await openLocation(location);
  if (name === undefined) {
    throw new BacktestExportError(
      'FILE_NOT_REGULAR',
      `history: expected a CSV file, found a folder: ${quoteText(location)}`,
    );
  }
  const file = await storage.open(name);
  const { signal } = plan.options;
  try {
    let columns: HistoryColumns | undefined;
    let record = 0;
    for await (const row of parseDialect(file, { dialect: {}, ...(signal === undefined ? {} : { signal }) })) {
      if (columns === undefined) columns = findColumns(row, location, plan);
      else yield readRow(row, columns, { file: location, record: ++record, line: row.line });
    }
    if (columns === undefined) {
      throw new BacktestExportError('CSV_HEADER_MISSING', 'expected a header record, found no text', {
        position: { file: location },
      });
    }
  } finally {
    await file.close();
  }
}

/** Where the columns stand. */
interface HistoryColumns {
  readonly keys: readonly number[];
  readonly time: number;
  readonly target: number;
}

function findColumns({ cells, line }: DialectRecord, file: string, { bx, options }: VerificationPlan): HistoryColumns {
  const position = { file, record: 0, line };
  const indexOf = (name: string): number => {
    const index = cells.indexOf(name);
    if (index >= 0) return index;
    const problem = `history: expected a column ${quoteText(name)}, found ${cells.map((each) => quoteText(each)).join(', ')}`;
    throw new BacktestExportError('SCHEMA_INVALID', problem, { position });
  };
  const keys = [bx.itemColumn, ...bx.dimensions].map(indexOf);
  const time = indexOf('timestamp');
  return { keys, time, target: indexOf(options.historyTarget ?? targetName(cells, bx)) };
}

/** `target_value`, as the retail domain's neighbours call it, or the one column that is nothing else. */
function targetName(cells: readonly string[], { itemColumn, dimensions }: BacktestExport): string {
  const known = new Set([itemColumn, ...dimensions, 'timestamp']);
  const others = cells.filter((name) => !known.has(name));
  const [only] = others;
  return others.length === 1 && only !== undefined ? only : 'target_value';
}

function readRow({ cells }: DialectRecord, columns: HistoryColumns, position: ErrorPosition): HistoryRow {
  const text = (index: number): string => cells[index] ?? '';
  const time = parseTimeText(text(columns.time));
  if (time === undefined) {
    const problem = `expected a time such as 2017-06-19 00:00:00, found ${quoteText(text(columns.time))}`;
    throw new BacktestExportError('TIME_INVALID', problem, { position });
  }
  const target = text(columns.target);
  const value = target === '' ? Number.NaN : parseNumberText(target);
  if (typeof value !== 'number') {
    throw new BacktestExportError('NUMBER_INVALID', `expected a number, found ${quoteText(target)}`, { position });
  }
  return { keys: columns.keys.map(text), time: time.milliseconds, value, record: position.record ?? 0 };
}

const encoder = new TextEncoder();

/** Writes records; the key of rows that follow each other is hashed once. */
class HistoryWriter {
  readonly #sink: RecordSink;
  readonly #hasher: TextHasher;
  readonly #key = new Uint32Array(hashWords + 2);
  readonly #part = new Uint32Array(hashWords);
  #last: readonly string[] = [];

  constructor(sink: RecordSink, hasher: TextHasher) {
    this.#sink = sink;
    this.#hasher = hasher;
  }

  add({ keys, time, value }: HistoryRow): void {
    if (keys.some((text, index) => text !== this.#last[index])) this.#hash(keys);
    this.#last = keys;
    const at = this.#sink.next(this.#key[hashWords] ?? 0);
    this.#sink.words.set(this.#key, 2 * at);
    this.#sink.doubles[at + layout.time] = time;
    this.#sink.doubles[at + layout.value] = value;
  }

  #hash(keys: readonly string[]): void {
    for (const [index, text] of keys.entries()) {
      const bytes = encoder.encode(text);
      this.#hasher.hashText(bytes, 0, bytes.length, this.#part, 0);
      if (index > 0) appendHash(this.#key, 0, this.#part, 0);
      else {
        this.#key.set(this.#part);
        this.#key.set(this.#part.subarray(0, 2), hashWords);
      }
    }
  }
}
