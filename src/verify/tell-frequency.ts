import type { BacktestExport } from '../export/backtest-export.ts';
import { PlannedTable } from '../export/read-table.ts';
import { sampleFrequency } from '../metrics/sample-frequency.ts';
import type { Frequency } from '../schema/frequency.ts';

/** Parts to look at before giving up. */
const mostParts = 8;

/**
 * The step between timestamps, from the first rows of the first part that tells it: one small read for each part that
 * does not.
 * @throws the signal's reason
 */
export async function tellFrequency(
  { forecastedValues: table, storage }: BacktestExport,
  signal: AbortSignal | undefined,
): Promise<Frequency | null> {
  if (!table.exists) return null;
  const { name, expected } = table;
  const decode = { ...table.decode, repeatedHeaders: 'skip' } as const;
  for (const part of table.parts.filter(({ size }) => size > 0).slice(0, mostParts)) {
    const frequency = await sampleFrequency(
      new PlannedTable({ name, storage, parts: [part], expected, decode }),
      signal,
    );
    if (frequency !== null) return frequency;
  }
  return null;
}
