import { given } from '../given.ts';
import type { Storage } from '../storage/storage.ts';
import { isAtWork, isBeingDeleted, type JobRecord } from './job-record.ts';
import type { JobDraft } from './job-state.ts';
import type { JobStore } from './job-store.ts';
import { assertOutside } from './own-folder.ts';
import { openPredictor } from './predictors.ts';
import type { JobStatus } from './requests.ts';
import type { JobServiceOptions } from './service-options.ts';
import { messageOf } from './short-text.ts';
import { writeExport } from './write-export.ts';

/** Opens a job's destination; throws if the job cannot write there. */
export type OpenDestination = () => Storage;

/**
 * Moves jobs through their statuses: a limited number write at once, the others wait. A status counts only once it is
 * saved. What happened to a job is saved with retries until that succeeds; a request that cannot be saved is refused.
 */
export class JobRunner {
  readonly #store: JobStore;
  readonly #options: JobServiceOptions;
  readonly #waiting: { readonly arn: string; readonly open: OpenDestination }[] = [];
  readonly #working = new Map<string, AbortController>();
  readonly #background = new Set<Promise<void>>();

  constructor(store: JobStore, options: JobServiceOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Queues a new job that is saved as pending. */
  start(arn: string, open: OpenDestination): void {
    this.#waiting.push({ arn, open });
    this.#next();
  }

  /** Stops a pending or running job; has no effect on one that has ended. @throws what saving throws */
  async stop(arn: string): Promise<void> {
    const status = await this.#store.change((draft) => this.#askToStop(draft, arn));
    if (status === 'CREATE_STOPPED') this.#forget(arn);
    if (status === 'CREATE_STOPPING') this.#working.get(arn)?.abort(new Error('The job was stopped'));
  }

  /** Removes an ended job in the background; its files stay. @throws what `check` and saving throw */
  async remove(arn: string, check: (draft: JobDraft) => JobRecord): Promise<void> {
    await this.#store.change((draft) => draft.put({ ...check(draft), status: 'DELETE_PENDING' }));
    this.#keep(this.#removeNow(arn));
  }

  /** Runs work in the background, for which {@link settled} waits; failures are recorded in the jobs. */
  #keep(work: Promise<void>): void {
    const kept = work.catch(() => undefined).finally(() => this.#background.delete(kept));
    this.#background.add(kept);
  }

  /** Resolves when no job is pending or running. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  /** Stops everything, even if that cannot be saved: the next start determines the outcome. */
  async close(): Promise<void> {
    this.#store.close();
    const ending = [...this.#store.jobs.values()].filter(isAtWork);
    // onProblem reports a failure
    const saved = this.#store.change((draft) => ending.forEach(({ arn }) => this.#askToStop(draft, arn)));
    await saved.catch(() => undefined);
    this.#waiting.length = 0;
    for (const stop of this.#working.values()) stop.abort(new Error('The service is shutting down'));
    await this.settled();
  }

  #askToStop(draft: JobDraft, arn: string): JobStatus | undefined {
    const job = draft.jobs.get(arn);
    if (job?.status === 'CREATE_PENDING') draft.put(this.#ended(job, 'CREATE_STOPPED'));
    else if (job?.status === 'CREATE_IN_PROGRESS') draft.put({ ...job, status: 'CREATE_STOPPING' });
    return draft.jobs.get(arn)?.status;
  }

  #next(): void {
    const most = this.#options.limits?.running ?? 3;
    while (this.#working.size < most) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      const stop = new AbortController();
      this.#working.set(waiting.arn, stop);
      this.#keep(this.#work(waiting.arn, waiting.open, stop.signal));
    }
  }

  async #work(arn: string, open: OpenDestination, signal: AbortSignal): Promise<void> {
    try {
      const job = await this.#store.settle((draft) => begin(draft, arn));
      if (job === undefined) return;
      const problem = await this.#write(job, open, signal);
      await this.#store.settle((draft) => {
        const now = draft.jobs.get(arn);
        if (now === undefined) return;
        if (problem === undefined) draft.put(this.#ended(now, 'ACTIVE'));
        else if (signal.aborted) draft.put(this.#ended(now, 'CREATE_STOPPED'));
        else draft.put(this.#ended(now, 'CREATE_FAILED', problem));
      });
    } finally {
      this.#working.delete(arn);
      this.#next();
    }
  }

  /** Writes the export; returns the reason for a failure, or undefined on success. */
  async #write(job: JobRecord, open: OpenDestination, signal: AbortSignal): Promise<string | undefined> {
    try {
      const failure = this.#options.fail?.(job.name, 'create');
      if (failure !== undefined) return failure;
      signal.throwIfAborted();
      const source = await openPredictor(this.#options.predictors, job.predictorArn);
      const destination = open();
      await assertOutside(destination, source, job.predictorArn);
      await writeExport(source, destination, job, signal);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  async #removeNow(arn: string): Promise<void> {
    await this.#store.settle((draft) => {
      const job = draft.jobs.get(arn);
      if (job !== undefined && isBeingDeleted(job)) draft.put({ ...job, status: 'DELETE_IN_PROGRESS' });
    });
    await this.#store.settle((draft) => {
      const job = draft.jobs.get(arn);
      if (job === undefined || !isBeingDeleted(job)) return;
      const failure = this.#options.fail?.(job.name, 'delete');
      if (failure === undefined) draft.delete(job, this.#now());
      else draft.put(this.#ended(job, 'DELETE_FAILED', failure));
    });
  }

  #forget(arn: string): void {
    const index = this.#waiting.findIndex((waiting) => waiting.arn === arn);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  #ended(job: JobRecord, status: JobStatus, message?: string): JobRecord {
    const { message: _before, ...rest } = job;
    return { ...rest, status, ended: this.#now(), ...given({ message }) };
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }
}

/** Starts a pending job; undefined if it was stopped meanwhile. */
function begin(draft: JobDraft, arn: string): JobRecord | undefined {
  const job = draft.jobs.get(arn);
  if (job?.status !== 'CREATE_PENDING') return undefined;
  draft.put({ ...job, status: 'CREATE_IN_PROGRESS' });
  return job;
}
