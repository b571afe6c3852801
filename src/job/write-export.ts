import { BacktestExportError } from '../errors.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import { partsOf } from '../export/entries/export-catalog.ts';
import { settleFolder } from '../export/swap/settle-folder.ts';
import { createExportWriter } from '../export/write/export-writer.ts';
import { findReplaced } from '../export/write/find-replaced.ts';
import { toSecond } from '../naming/export-identity.ts';
import type { Storage } from '../storage/storage.ts';
import { ifThere } from '../storage/storage-path.ts';
import type { JobRecord } from './job-record.ts';

/**
 * Writes a predictor's export under a job's name: both folders, `_CHECK` first and `_SUCCESS` last. After an
 * error nothing remains; an error of the cleanup after the export is complete is ignored.
 */
export async function writeExport(
  source: BacktestExport,
  destination: Storage,
  job: JobRecord,
  signal: AbortSignal,
): Promise<void> {
  const { name: jobName, format } = job;
  const writer = await createExportWriter(destination, { jobName, exportedAt: toSecond(job.created), format, signal });
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

/**
 * Undoes or finishes an interrupted swap, then returns whether a job's export is complete in its destination,
 * `_SUCCESS` included. The published parts of an incomplete one are removed. A complete export is never changed.
 * @throws what listing, undoing and removing throw
 */
export async function settleExport(destination: Storage, job: JobRecord): Promise<boolean> {
  await settleFolder(destination);
  const found = await findReplaced(destination, { jobName: job.name, exportedAt: toSecond(job.created) }, true);
  if (found === undefined) return false;
  const { complete, formats } = found;
  if (complete && formats.length === 1 && formats[0] === job.format) return true;
  for (const { path } of partsOf(found)) await ifThere(destination.remove(path));
  return false;
}
