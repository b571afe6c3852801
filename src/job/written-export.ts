import { BacktestExportError } from '../errors.ts';
import type { FoundExport } from '../export/export-catalog.ts';
import { settleFolder } from '../export/swap/settle-folder.ts';
import { findReplaced } from '../export/write/find-replaced.ts';
import { toSecond } from '../naming/export-identity.ts';
import type { Storage } from '../storage/storage.ts';
import type { JobRecord } from './job-record.ts';

/** The time of a job's export: the second in which the job was created, as in file names. */
export function exportedAt(job: JobRecord): Date {
  return toSecond(job.created);
}

/**
 * Undoes or finishes an interrupted swap, then returns whether a job's export is complete in its destination,
 * `_SUCCESS` included. The published parts of an incomplete one are removed. A complete export is never changed.
 * @throws what listing, undoing and removing throw
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
