import { delay } from '../delay.ts';
import type { Storage } from '../storage/storage.ts';
import { isAtWork, isBeingDeleted, type JobRecord } from './job-record.ts';
import type { JobDraft } from './job-state.ts';
import type { JobStore } from './job-store.ts';
import { messageOf } from './short-text.ts';
import { settleExport } from './write-export.ts';

/** What recovery needs from the service. */
export interface RecoverOptions {
  readonly openDestination: (job: JobRecord) => Storage;
  readonly now: () => number;
  /** Milliseconds before a destination that cannot be examined is tried again; then twice and four times as long. */
  readonly retryDelay: number;
}

/** The outcome of an interrupted job. */
type Outcome = Pick<JobRecord, 'status' | 'message'>;

/**
 * Settles the jobs that an earlier process left unfinished. A running job whose export is complete, `_SUCCESS`
 * included, becomes ACTIVE: only that status was not saved. Every other one becomes CREATE_FAILED without any part.
 * Complete exports are never removed. Deletions are completed. Returns the change to save.
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

const interrupted = 'The service was interrupted while the job was running';

async function findOutcome(job: JobRecord, options: RecoverOptions): Promise<Outcome> {
  // a job starts only after that is saved
  if (job.status === 'CREATE_PENDING') return { status: 'CREATE_FAILED', message: interrupted };
  let pause = options.retryDelay;
  for (let tries = 1; ; tries++, pause *= 2) {
    try {
      const isComplete = await settleExport(options.openDestination(job), job);
      return isComplete ? { status: 'ACTIVE' } : { status: 'CREATE_FAILED', message: interrupted };
    } catch (error) {
      const message = `${interrupted}; its leftovers could not be examined or removed: ${messageOf(error)}`;
      if (tries === 3) return { status: 'CREATE_FAILED', message };
    }
    await delay(pause);
  }
}
