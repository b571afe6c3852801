import { isPassing, BacktestExportError } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/backtest-export.ts';
import type { PartFile } from '../../export/export-catalog.ts';
import { readPart } from '../../export/read-part.ts';
import { given } from '../../given.ts';
import { inferFrequency, type Frequency } from '../../schema/frequency.ts';
import type { Storage } from '../../storage/storage.ts';

/** Rows that are looked at: more than any backtest window has steps (500). */
const sampleRows = 2048;

/** What the first rows tell. */
export interface FrequencySample {
  /** Null where they do not tell it. */
  readonly frequency: Frequency | null;
  /**
   * Takes the parts that were left out of the work for their damage. A part that could not be sampled but was read then
   * would leave another answer behind than a part that could.
   * @throws what the sample met in a part that was not left out
   */
  readonly confirm: (skipped: readonly string[]) => void;
}

/**
 * The step between timestamps, from the first rows of the first part that has any: one small read. A part that cannot be
 * read stops everything, unless bad parts are skipped: then the next one tells.
 * @throws what reading throws; the signal's reason
 */
export async function sampleFrequency(
  { forecastedValues: table, storage }: BacktestExport,
  { onBadPart, signal }: { readonly onBadPart?: 'stop' | 'skip'; readonly signal?: AbortSignal },
): Promise<FrequencySample> {
  const failed = new Map<string, BacktestExportError>();
  const sample = (frequency: Frequency | null): FrequencySample => ({
    frequency,
    confirm: (skipped) => {
      for (const [file, error] of failed) if (!skipped.includes(file)) throw error;
    },
  });
  if (!table.exists) return sample(null);
  for (const part of table.parts.filter(({ size, format }) => size > 0 || format === 'PARQUET')) {
    try {
      const windows = await readTimes(table, storage, part, signal);
      if (windows !== undefined) return sample(inferFrequency(windows));
    } catch (error) {
      signal?.throwIfAborted();
      if (onBadPart !== 'skip' || !(error instanceof BacktestExportError) || isPassing(error.code)) throw error;
      failed.set(part.path, error);
    }
  }
  return sample(null);
}

/** The timestamps of the first rows by the start of their window; undefined where there are no rows. */
async function readTimes(
  { schema: { columns }, expected, decode }: ExportTable,
  storage: Storage,
  part: PartFile,
  signal: AbortSignal | undefined,
): Promise<{ start: number; timestamps: Set<number> }[] | undefined> {
  const [time, start] = (['timestamp', 'windowStart'] as const).map(
    (role) => columns.find((column) => column.role === role)?.name,
  );
  if (time === undefined || start === undefined) return [];
  const stop = given({ signal });
  const options = { ...decode, ...stop, columns: [time, start], batchRows: sampleRows };
  for await (const batch of readPart(storage, part, expected, options)) {
    const [times, starts] = [batch.columns.get(time), batch.columns.get(start)];
    if (batch.rows === 0) continue;
    if (times?.kind !== 'time' || starts?.kind !== 'time') return [];
    const windows = new Map<number, Set<number>>();
    for (const [row, value] of times.values.entries()) {
      const windowStart = starts.values[row] ?? Number.NaN;
      if (Number.isNaN(value) || Number.isNaN(windowStart)) continue;
      const timestamps = windows.get(windowStart) ?? new Set();
      windows.set(windowStart, timestamps.add(value));
    }
    return [...windows].map(([windowStart, timestamps]) => ({ start: windowStart, timestamps }));
  }
  return undefined;
}
