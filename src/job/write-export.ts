import { BacktestExportError } from '../errors.ts';
import type { BacktestExport } from '../export/backtest-export.ts';
import { createExportWriter } from '../export/write/export-writer.ts';
import type { Storage } from '../storage/storage.ts';
import type { JobRecord } from './job-record.ts';
import { exportedAt, settleExport } from './written-export.ts';

/**
 * Writes a predictor's export under a job's name: both folders, `_CHECK` first and `_SUCCESS` last. An error leaves
 * nothing behind; an error of the cleanup after the export is complete is ignored.
 */
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
  } catch (error) {
    await writer.abort();
    throw error;
  }
  try {
    await writer.finish();
  } catch (error) {
    if (!(await isCompleteAnyway(destination, job, error))) throw error;
  }
}

/** Whether the export is complete although finishing it failed; false if that cannot be checked. */
async function isCompleteAnyway(destination: Storage, job: JobRecord, error: unknown): Promise<boolean> {
  // then it belongs to another job
  if (error instanceof BacktestExportError && error.code === 'EXPORT_EXISTS') return false;
  return settleExport(destination, job).catch(() => false);
}
