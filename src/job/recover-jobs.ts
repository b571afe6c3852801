import { BacktestExportError } from '../errors.ts';
import type { FoundExport } from '../export/export-catalog.ts';
import { findReplaced } from '../export/write/find-replaced.ts';
import { delay } from '../parallel/delay.ts';
import type { Storage } from '../storage/storage.ts';
import { isAtWork, isBeingDeleted, type JobRecord } from './job-record.ts';
import type { JobDraft } from './job-state.ts';
import type { JobStore } from './job-store.ts';
import { messageOf } from './short-text.ts';
import { exportedAt } from './write-export.ts';

/** What recovering needs of the service. */
export interface RecoverOptions {
  readonly openDestination: (job: JobRecord) => Storage;
  readonly now: () => number;
  /** Milliseconds before a destination that cannot be looked at is looked at again; then twice and four times as long. */
  readonly retryDelay: number;
}

/** What has become of a job that was at work. */
type Outcome = Pick<JobRecord, 'status' | 'message'>;

/**
 * Ends what an earlier process has left half done. A job at work whose export is complete, `_SUCCESS` and all, is ACTIVE:
 * only the saving of that was missing. Every other one has failed and leaves no part under its name. Complete exports are
 * never removed. What was being deleted is deleted. Answers the change to be saved.
 */
export async function recoverJobs(store: JobStore, options: RecoverOptions): Promise<(draft: JobDraft) => void> {
  const outcomes = new Map<string, Outcome>();
  for (const job of store.jobs.values()) {
    if (isAtWork(job)) outcomes.set(job.arn, await findOutcome(job, options));
  }
  return (draft) => {
    for (const job of draft.jobs.values()) {
      const outcome = outcomes.get(job.arn);
      if (outcome !== undefined) draft.put({ ...job, ...outcome, ended: options.now() });
      else if (isBeingDeleted(job)) draft.delete(job, options.now());
    }
  };
}

const interrupted = 'The service was interrupted while the job was at work';

async function findOutcome(job: JobRecord, options: RecoverOptions): Promise<Outcome> {
  // a job begins its work only once that is saved
  if (job.status === 'CREATE_PENDING') return { status: 'CREATE_FAILED', message: interrupted };
  let pause = options.retryDelay;
  for (let tries = 1; ; tries++, pause *= 2) {
    try {
      const isComplete = await settleExport(options.openDestination(job), job);
      return isComplete ? { status: 'ACTIVE' } : { status: 'CREATE_FAILED', message: interrupted };
    } catch (error) {
      const message = `${interrupted}; what it left could not be looked at or removed: ${messageOf(error)}`;
      if (tries === 3) return { status: 'CREATE_FAILED', message };
    }
    await delay(pause);
  }
}

/** Whether a job's export is complete; of one that is not, what lies under final names is removed. */
async function settleExport(destination: Storage, job: JobRecord): Promise<boolean> {
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
