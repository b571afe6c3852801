import { timeColumn } from '../../batch/typed-column.ts';
import type { ColumnBatch } from '../../batch/column-batch.ts';
import { accessErrorCodes, BacktestExportError } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/backtest-export.ts';
import type { PartFile } from '../../export/export-catalog.ts';
import { readPart } from '../../export/read-part.ts';
import { given } from '../../given.ts';
import { inferFrequency, type Frequency } from '../../schema/frequency.ts';
import type { Storage } from '../../storage/storage.ts';
import { requireColumn } from './required-column.ts';

/** Parts to look at before giving up, and rows of each. */
const mostParts = 8;
const mostRows = 1_000_000;
/** Distinct timestamps of a window that tell enough; rows ordered by time show few of them for long. */
const enoughTimes = 3;

/**
 * The step between timestamps, from the first rows of the first part that tells it, which is one small read in an export
 * as Forecast writes it. Null where a million rows of eight parts do not tell it, or are damaged.
 * @throws where a file cannot be had, which is no damage; the signal's reason
 */
export async function tellFrequency(
  { forecastedValues: table, storage }: BacktestExport,
  signal: AbortSignal | undefined,
): Promise<Frequency | null> {
  if (!table.exists) return null;
  for (const part of table.parts.filter(({ size }) => size > 0).slice(0, mostParts)) {
    const times = new WindowTimes();
    try {
      await readTimes(table, storage, part, times, signal);
    } catch (error) {
      // whoever reads on will meet the same damage and tell it
      signal?.throwIfAborted();
      if (!(error instanceof BacktestExportError) || accessErrorCodes.has(error.code)) throw error;
    }
    const frequency = times.infer();
    if (frequency !== null) return frequency;
  }
  return null;
}

async function readTimes(
  { schema, expected, decode }: ExportTable,
  storage: Storage,
  part: PartFile,
  times: WindowTimes,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns = [requireColumn(schema, 'timestamp'), requireColumn(schema, 'windowStart')] as const;
  const options = { ...decode, repeatedHeaders: 'skip', columns, ...given({ signal }) } as const;
  for await (const batch of readPart(storage, part, expected, options)) {
    times.add(batch, columns);
    if (times.suffices || batch.firstRecord + batch.rows > mostRows) return;
  }
}

/** Distinct timestamps by the start of their window. */
class WindowTimes {
  /** Whether a window has enough of them. */
  suffices = false;
  readonly #windows = new Map<number, Set<number>>();

  add(batch: ColumnBatch, [time, start]: readonly [string, string]): void {
    const [times, starts] = [timeColumn(batch, time).values, timeColumn(batch, start).values];
    for (let row = 0; row < batch.rows; row++) {
      const [value = Number.NaN, windowStart = Number.NaN] = [times[row], starts[row]];
      if (Number.isNaN(value) || Number.isNaN(windowStart)) continue;
      let known = this.#windows.get(windowStart);
      if (known === undefined) this.#windows.set(windowStart, (known = new Set()));
      known.add(value);
      if (known.size >= enoughTimes) this.suffices = true;
    }
  }

  infer(): Frequency | null {
    return inferFrequency([...this.#windows].map(([start, timestamps]) => ({ start, timestamps })));
  }
}
