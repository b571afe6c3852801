import type { BacktestExport } from '../export/backtest-export.ts';
import { createExportWriter } from '../export/write/export-writer.ts';
import type { Storage } from '../storage/storage.ts';
import { secondOf, type JobRecord } from './job-record.ts';

/** When a job's export is dated: the second in which it was created, as file names tell it. */
export function exportedAt(job: JobRecord): Date {
  return new Date(secondOf(job.created) * 1000);
}

/** Writes a predictor's export under a job's name: both folders, `_CHECK` first and `_SUCCESS` last. */
export async function writeExport(
  source: BacktestExport,
  destination: Storage,
  job: JobRecord,
  signal: AbortSignal,
): Promise<void> {
  const { name: jobName, format } = job;
  const writer = await createExportWriter(destination, { jobName, exportedAt: exportedAt(job), format, signal });
  try {
    for (const [table, target] of [
      [source.forecastedValues, writer.forecastedValues],
      [source.accuracyMetrics, writer.accuracyMetrics],
    ] as const) {
      if (!table.exists) continue;
      for await (const batch of table.columnBatches({ signal })) await target.write(batch);
    }
    await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
