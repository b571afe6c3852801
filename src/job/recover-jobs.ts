import { delay } from '../parallel/delay.ts';
import type { Storage } from '../storage/storage.ts';
import { isAtWork, isBeingDeleted, type JobRecord } from './job-record.ts';
import type { JobDraft } from './job-state.ts';
import type { JobStore } from './job-store.ts';
import { messageOf } from './short-text.ts';
import { settleExport } from './written-export.ts';

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
