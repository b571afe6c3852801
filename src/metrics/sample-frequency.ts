import { BacktestExportError } from '../errors.ts';
import type { ExportTable } from '../export/backtest-export.ts';
import { inferFrequency, type Frequency } from '../schema/frequency.ts';

/** Rows that are looked at: more than any backtest window has steps (500). */
const sampleRows = 2048;

/**
 * The step between timestamps, from the first rows of an export: one small read. Null where they do not tell it, or
 * cannot be read: whoever reads on will meet the same damage and tell it.
 * @throws the signal's reason
 */
export async function sampleFrequency(table: ExportTable, signal: AbortSignal | undefined): Promise<Frequency | null> {
  if (!table.exists) return null;
  try {
    return await readFrequency(table, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof BacktestExportError) return null;
    throw error;
  }
}

async function readFrequency(table: ExportTable, signal: AbortSignal | undefined): Promise<Frequency | null> {
  const { columns } = table.schema;
  const [time, start] = (['timestamp', 'windowStart'] as const).map(
    (role) => columns.find((column) => column.role === role)?.name,
  );
  if (time === undefined || start === undefined) return null;
  const options = { columns: [time, start], batchRows: sampleRows, ...(signal === undefined ? {} : { signal }) };
  for await (const batch of table.columnBatches(options)) {
    const [times, starts] = [batch.columns.get(time), batch.columns.get(start)];
    if (times?.kind !== 'time' || starts?.kind !== 'time') return null;
    const windows = new Map<number, Set<number>>();
    for (const [row, value] of times.values.entries()) {
      const windowStart = starts.values[row] ?? Number.NaN;
      if (Number.isNaN(value) || Number.isNaN(windowStart)) continue;
      const timestamps = windows.get(windowStart) ?? new Set();
      windows.set(windowStart, timestamps.add(value));
    }
    return inferFrequency([...windows].map(([windowStart, timestamps]) => ({ start: windowStart, timestamps })));
  }
  return null;
}
