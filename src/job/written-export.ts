import { BacktestExportError } from '../errors.ts';
import type { FoundExport } from '../export/export-catalog.ts';
import { settleFolder } from '../export/swap/settle-folder.ts';
import { findReplaced } from '../export/write/find-replaced.ts';
import type { Storage } from '../storage/storage.ts';
import { secondOf, type JobRecord } from './job-record.ts';

/** When a job's export is dated: the second in which it was created, as file names tell it. */
export function exportedAt(job: JobRecord): Date {
  return new Date(secondOf(job.created) * 1000);
}

/**
 * Whether a job's export lies complete in its destination, `_SUCCESS` and all, once a swap that a failure or a kill has cut
 * off is undone or finished. Of one that is not complete, parts that lie under final names are removed. A complete export
 * is never touched.
 * @throws what looking, undoing and removing do
 */
export async function settleExport(destination: Storage, job: JobRecord): Promise<boolean> {
  await settleFolder(destination);
  const found = await findReplaced(destination, { jobName: job.name, exportedAt: exportedAt(job), overwrite: true });
  if (found === undefined) return false;
  if (isComplete(found, job)) return true;
  for (const { path } of [...Object.values(found.tables).flat(), ...found.undecided]) {
    await removeIfThere(destination, path);
  }
  return false;
}

function isComplete({ complete, formats }: FoundExport, job: JobRecord): boolean {
  return complete && formats.length === 1 && formats[0] === job.format;
}

async function removeIfThere(storage: Storage, path: string): Promise<void> {
  try {
    await storage.remove(path);
  } catch (error) {
    if (!(error instanceof BacktestExportError && error.code === 'FILE_NOT_FOUND')) throw error;
  }
}
