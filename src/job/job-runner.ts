import { given } from '../given.ts';
import { BacktestExportError } from '../errors.ts';
import { delay } from '../delay.ts';
import type { Storage } from '../storage/storage.ts';
import { failedJob, type FaultRules, type HeldStatus } from './fault-rules.ts';
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

/** How a job ends. */
type Outcome = Pick<JobRecord, 'status' | 'message'>;

/**
 * Moves jobs through their statuses: a limited number write at once, the others wait. A status counts only once it is
 * saved. What happened to a job is saved with retries until that succeeds; a request that cannot be saved is refused.
 */
export class JobRunner {
  readonly #store: JobStore;
  readonly #options: JobServiceOptions;
  readonly #faults: FaultRules;
  readonly #waiting: { readonly arn: string; readonly open: OpenDestination }[] = [];
  /** By ARN, what stops a job that is held in CREATE_PENDING or runs. */
  readonly #working = new Map<string, AbortController>();
  readonly #held = new Map<string, AbortController>();
  readonly #background = new Set<Promise<void>>();
  readonly #closed = new AbortController();
  #isClosing = false;

  constructor(store: JobStore, options: JobServiceOptions, faults: FaultRules) {
    this.#store = store;
    this.#options = options;
    this.#faults = faults;
  }

  /** Queues a new job that is saved as pending; stops it if the service is shutting down. */
  start({ arn, name }: JobRecord, open: OpenDestination): void {
    if (this.#isClosing) {
      this.#keep(this.stop(arn));
      return;
    }
    const queue = (): void => {
      this.#waiting.push({ arn, open });
      this.#next();
    };
    if (!this.#faults.holds(name, 'CREATE_PENDING')) return queue();
    const stop = new AbortController();
    this.#held.set(arn, stop);
    const hold = async (): Promise<void> => {
      await this.#faults.hold(name, 'CREATE_PENDING', stop.signal);
      this.#held.delete(arn);
      if (!stop.signal.aborted) queue();
    };
    this.#keep(hold());
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

  /** Stops every job, as by {@link stop}. @throws what saving throws */
  async stopAll(): Promise<void> {
    const arns = [...this.#store.jobs.values()].filter(isAtWork).map(({ arn }) => arn);
    await this.#store.change((draft) => arns.forEach((arn) => this.#askToStop(draft, arn)));
    for (const arn of arns) {
      this.#forget(arn);
      this.#working.get(arn)?.abort(new Error('The job was stopped'));
    }
  }

  /**
   * Stops and forgets every job there is; their files stay. Waits at most so long for those that run.
   * @throws `TIMED_OUT` if some have not stopped by then, and remain; what saving throws
   */
  async reset(longest: number): Promise<void> {
    const arns = [...this.#store.jobs.keys()];
    await this.stopAll();
    const settled = new AbortController();
    const inTime = delay(longest, settled.signal).catch(() => undefined);
    await Promise.race([this.settled().finally(() => settled.abort()), inTime]);
    const left = await this.#store.change((draft) => {
      const jobs = arns.flatMap((arn) => draft.jobs.get(arn) ?? []);
      for (const job of jobs) if (!isAtWork(job)) draft.delete(job, this.#now());
      for (const key of draft.tags.keys()) draft.putTags(key, []);
      return jobs.filter(isAtWork).length;
    });
    if (left === 0) return;
    const problem = `expected every job to stop within ${longest / 1000} s, ${left} have not`;
    throw new BacktestExportError('TIMED_OUT', problem);
  }

  /** Whether no further job can start. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Stops everything, even if that cannot be saved: the next start determines the outcome. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#store.close();
    const ending = [...this.#store.jobs.values()].filter(isAtWork);
    // onProblem reports a failure
    const saved = this.#store.change((draft) => ending.forEach(({ arn }) => this.#askToStop(draft, arn)));
    await saved.catch(() => undefined);
    this.#waiting.length = 0;
    this.#closed.abort();
    const stops = [...this.#working.values(), ...this.#held.values()];
    for (const stop of stops) stop.abort(new Error('The service is shutting down'));
    await this.settled();
  }

  #askToStop(draft: JobDraft, arn: string): JobStatus | undefined {
    const job = draft.jobs.get(arn);
    if (job?.status === 'CREATE_PENDING') draft.put(this.#ended(job, { status: 'CREATE_STOPPED' }));
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
      const outcome = await this.#write(job, open, signal);
      if (signal.aborted && outcome.status !== 'ACTIVE') await this.#hold(job, 'CREATE_STOPPING');
      await this.#store.settle((draft) => {
        const now = draft.jobs.get(arn);
        if (now === undefined) return;
        const isStopped = signal.aborted && outcome.status !== 'ACTIVE';
        draft.put(this.#ended(now, isStopped ? { status: 'CREATE_STOPPED' } : outcome));
      });
    } finally {
      this.#working.delete(arn);
      this.#next();
    }
  }

  /** Holds a job in progress as long as it has to be; how it ends then, unless by writing its export. */
  async #forced(job: JobRecord, signal: AbortSignal): Promise<Outcome | undefined> {
    await this.#faults.hold(job.name, 'CREATE_IN_PROGRESS', signal);
    if (signal.aborted) return { status: 'CREATE_STOPPED' };
    const status = this.#faults.statusOf(job.name);
    if (status === 'CREATE_STOPPING') {
      await this.#store.settle((draft) => void this.#askToStop(draft, job.arn));
      await this.#hold(job, 'CREATE_STOPPING');
    }
    if (status === 'CREATE_STOPPING' || status === 'CREATE_STOPPED') return { status: 'CREATE_STOPPED' };
    if (status === 'CREATE_FAILED') return { status, message: failedJob };
    const message = this.#faults.takeJobFailure(job.name) ?? this.#options.fail?.(job.name, 'create');
    return message === undefined ? undefined : { status: 'CREATE_FAILED', message };
  }

  async #write(job: JobRecord, open: OpenDestination, signal: AbortSignal): Promise<Outcome> {
    try {
      const forced = await this.#forced(job, signal);
      if (forced !== undefined) return forced;
      signal.throwIfAborted();
      const source = await openPredictor(this.#options.predictors, job.predictorArn);
      const destination = open();
      await assertOutside(destination, source, job.predictorArn);
      await writeExport(source, destination, job, signal);
      return { status: 'ACTIVE' };
    } catch (error) {
      return { status: 'CREATE_FAILED', message: messageOf(error) };
    }
  }

  async #removeNow(arn: string): Promise<void> {
    const pending = this.#store.jobs.get(arn);
    if (pending !== undefined) await this.#hold(pending, 'DELETE_PENDING');
    await this.#store.settle((draft) => {
      const job = draft.jobs.get(arn);
      if (job !== undefined && isBeingDeleted(job)) draft.put({ ...job, status: 'DELETE_IN_PROGRESS' });
    });
    if (pending !== undefined) await this.#hold(pending, 'DELETE_IN_PROGRESS');
    await this.#store.settle((draft) => {
      const job = draft.jobs.get(arn);
      if (job === undefined || !isBeingDeleted(job)) return;
      const isForced = this.#faults.statusOf(job.name) === 'DELETE_FAILED';
      const failure = isForced ? failedJob : this.#options.fail?.(job.name, 'delete');
      if (failure === undefined) draft.delete(job, this.#now());
      else draft.put(this.#ended(job, { status: 'DELETE_FAILED', message: failure }));
    });
  }

  /** Holds a job in a status from which only a change of the faults, or the end of the service, releases it. */
  async #hold(job: JobRecord, status: HeldStatus): Promise<void> {
    await this.#faults.hold(job.name, status, this.#closed.signal);
  }

  #forget(arn: string): void {
    this.#held.get(arn)?.abort();
    const index = this.#waiting.findIndex((waiting) => waiting.arn === arn);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  #ended(job: JobRecord, { status, message }: Outcome): JobRecord {
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
