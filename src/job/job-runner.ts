import { isAtWork, type JobRecord } from './job-record.ts';
import type { JobStore } from './job-store.ts';
import { openPredictor } from './predictors.ts';
import type { JobServiceOptions } from './service-options.ts';
import { removeRemains, writeExport } from './write-export.ts';

/** Moves jobs through their statuses: at most so many write at once, the others wait. */
export class JobRunner {
  readonly #store: JobStore;
  readonly #options: JobServiceOptions;
  readonly #waiting: JobRecord[] = [];
  readonly #working = new Map<JobRecord, AbortController>();
  readonly #background = new Set<Promise<void>>();

  constructor(store: JobStore, options: JobServiceOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** What an earlier process has left half done has failed, and leaves no part under its name. */
  async recover(): Promise<void> {
    for (const job of this.#store.jobs.values()) {
      if (job.status === 'DELETE_PENDING' || job.status === 'DELETE_IN_PROGRESS') this.#store.jobs.delete(job.arn);
      if (!isAtWork(job)) continue;
      let remains = '';
      try {
        await removeRemains(this.#destinationOf(job), job);
      } catch (error) {
        remains = `; what it left could not be removed: ${messageOf(error)}`;
      }
      this.#end(job, 'CREATE_FAILED', `The service was interrupted while the job was at work${remains}`);
    }
    await this.#store.save();
  }

  /** Lets a new job wait for its turn. */
  start(job: JobRecord): void {
    this.#waiting.push(job);
    this.#next();
  }

  /** Ends a job that waits or works; one that has ended is left as it is. */
  async stop(job: JobRecord): Promise<object> {
    const waiting = this.#waiting.indexOf(job);
    if (waiting >= 0) {
      this.#waiting.splice(waiting, 1);
      this.#end(job, 'CREATE_STOPPED');
    } else if (this.#working.has(job)) {
      job.status = 'CREATE_STOPPING';
      this.#working.get(job)?.abort(new Error('The job was stopped'));
    }
    await this.#store.save();
    return {};
  }

  /** Removes a job that has ended, in the background; its files stay. */
  async remove(job: JobRecord): Promise<void> {
    job.status = 'DELETE_PENDING';
    await this.#store.save();
    this.#keep(this.#removeNow(job));
  }

  /** Settles when nothing is waiting or at work. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  #next(): void {
    const most = this.#options.limits?.running ?? 3;
    while (this.#working.size < most) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      const stop = new AbortController();
      this.#working.set(job, stop);
      this.#keep(this.#work(job, stop.signal));
    }
  }

  async #work(job: JobRecord, signal: AbortSignal): Promise<void> {
    try {
      job.status = 'CREATE_IN_PROGRESS';
      await this.#store.save();
      const failure = this.#options.fail?.(job.name, 'create');
      if (failure !== undefined) throw new Error(failure);
      const source = await openPredictor(this.#options.predictors, job.predictorArn);
      await writeExport(source, this.#destinationOf(job), job, signal);
      this.#end(job, 'ACTIVE');
    } catch (error) {
      if (signal.aborted) this.#end(job, 'CREATE_STOPPED');
      else this.#end(job, 'CREATE_FAILED', messageOf(error));
    } finally {
      this.#working.delete(job);
      this.#next();
    }
    await this.#store.save();
  }

  async #removeNow(job: JobRecord): Promise<void> {
    job.status = 'DELETE_IN_PROGRESS';
    await this.#store.save();
    const failure = this.#options.fail?.(job.name, 'delete');
    if (failure === undefined) this.#store.jobs.delete(job.arn);
    else this.#end(job, 'DELETE_FAILED', failure);
    await this.#store.save();
  }

  #end(job: JobRecord, status: JobRecord['status'], message?: string): void {
    job.status = status;
    job.message = message;
    job.ended = (this.#options.clock ?? Date.now)();
  }

  #destinationOf({ destination: { S3Config } }: JobRecord): ReturnType<JobServiceOptions['destination']> {
    return this.#options.destination(S3Config.Path, S3Config.KMSKeyArn);
  }

  /** Remembers work in the background; its failures are in the job. */
  #keep(work: Promise<void>): void {
    const kept = work.catch(() => undefined).finally(() => this.#background.delete(kept));
    this.#background.add(kept);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
