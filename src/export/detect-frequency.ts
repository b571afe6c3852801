import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { timeColumn } from '../batch/columns/typed-column.ts';
import { BacktestExportError } from '../errors.ts';
import { columnsOf, type TableColumns } from '../schema/columns-of.ts';
import { inferFrequency, type Frequency } from '../schema/frequency.ts';
import type { BacktestExport } from './find/backtest-export.ts';
import { readPart, skipHeaders, type PartSource } from './parts/part-source.ts';
import { partSources } from './tables/planned-table.ts';

/** Parts to read at most, and rows of each, a batch at a time. */
const mostParts = 8;
const mostRows = 1_000_000;
const batchRows = 2048;
/** Distinct timestamps of a window that are enough. Rows sorted by time show few of them for a long time. */
const enoughTimes = 3;

/** How parts are read. */
export interface DetectOptions {
  /** Whether an error of a part leads to the next part; any other error is thrown. */
  readonly isSkipped: (error: BacktestExportError) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The step between the timestamps of an export, as far as its first rows show it. */
export interface DetectedFrequency {
  readonly frequency: Frequency | null;
  /** The parts that could not be read, each with its error. */
  readonly failed: ReadonlyMap<string, BacktestExportError>;
}

/**
 * Finds the step between timestamps ({@link inferFrequency}) in the first rows of the first part that shows it: one small
 * read in an export as Forecast writes it. Null if a million rows in each of eight parts do not show it.
 * @throws what reading throws, unless it is skipped; the signal's reason
 */
export async function detectFrequency(
  { forecastedValues: table }: BacktestExport,
  { isSkipped, signal }: DetectOptions,
): Promise<DetectedFrequency> {
  const failed = new Map<string, BacktestExportError>();
  if (!table.exists) return { frequency: null, failed };
  const sources = partSources(table).filter(({ part }) => part.size > 0 || part.format === 'PARQUET');
  for (const source of sources.slice(0, mostParts)) {
    const times = new WindowTimes(columnsOf(table.schema));
    try {
      await readTimes(source, times, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof BacktestExportError) || !isSkipped(error)) throw error;
      failed.set(source.part.path, error);
    }
    const frequency = times.infer();
    if (frequency !== null) return { frequency, failed };
  }
  return { frequency: null, failed };
}

async function readTimes(source: PartSource, times: WindowTimes, signal: AbortSignal | undefined): Promise<void> {
  for await (const batch of readPart(skipHeaders(source), {
    columns: times.columns,
    batchRows,
    signal,
    beginning: true,
  })) {
    times.add(batch);
    if (times.suffices || batch.firstRecord + batch.rows > mostRows) return;
  }
}

/** Distinct timestamps by the start of their window. */
class WindowTimes {
  /** Whether a window has enough timestamps, or its last one, so that more rows would hardly show more. */
  suffices = false;
  readonly columns: readonly [time: string, start: string, end: string];
  readonly #windows = new Map<number, Set<number>>();

  constructor({ timestamp, windowStart, windowEnd }: TableColumns) {
    this.columns = [timestamp, windowStart, windowEnd];
  }

  add(batch: ColumnBatch): void {
    const [times, starts, ends] = this.columns.map((name) => timeColumn(batch, name).values);
    for (let row = 0; row < batch.rows; row++) {
      const [time, start] = [times?.[row] ?? Number.NaN, starts?.[row] ?? Number.NaN];
      if (Number.isNaN(time) || Number.isNaN(start)) continue;
      let known = this.#windows.get(start);
      if (known === undefined) this.#windows.set(start, (known = new Set()));
      known.add(time);
      if (known.size >= enoughTimes || time === ends?.[row]) this.suffices = true;
    }
  }

  infer(): Frequency | null {
    return inferFrequency([...this.#windows].map(([start, timestamps]) => ({ start, timestamps })));
  }
}
