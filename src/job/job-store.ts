import { delay } from '../delay.ts';
import type { Storage } from '../storage/storage.ts';
import type { JobRecord } from './job-record.ts';
import { JobDraft, type JobState } from './job-state.ts';
import { messageOf } from './short-text.ts';
import { readState, writeState } from './state-file.ts';

/** Options of {@link JobStore}. */
export interface JobStoreOptions {
  /** Undefined: the jobs are only in memory. */
  readonly storage: Storage | undefined;
  readonly now: number;
  /** Called with what could not be read or saved. */
  readonly onProblem: (message: string) => void;
  /** Milliseconds before a failed save is retried; doubles each time, up to 100 times. */
  readonly retryDelay: number;
  /** Called with each job whose status has changed, once that is saved. */
  readonly onStatus: (job: JobRecord) => void;
}

interface Change {
  readonly apply: (draft: JobDraft) => void;
  /** Whether to retry until it is saved. */
  readonly lasting: boolean;
  readonly saved: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * The jobs as they are saved: {@link jobs} changes only after the file has, so that no client sees a state that a crash
 * would undo. Changes are applied one after another; those that arrive during a write are written together next. A
 * change that cannot be saved leaves no trace.
 */
export class JobStore {
  readonly #options: JobStoreOptions;
  #state: JobState;
  #queue: Change[] = [];
  #isWriting = false;
  #trying: Promise<unknown> | undefined;
  #isClosing = false;
  #wake: (() => void) | undefined;

  private constructor(options: JobStoreOptions, state: JobState) {
    this.#options = options;
    this.#state = state;
  }

  /** Reads the state of an earlier service. @throws what `readState` throws */
  static async open(options: JobStoreOptions): Promise<JobStore> {
    const { storage, now, onProblem } = options;
    const state = storage === undefined ? { jobs: new Map(), used: [] } : await readState(storage, now, onProblem);
    return new JobStore(options, state);
  }

  /** The saved jobs by ARN. */
  get jobs(): ReadonlyMap<string, JobRecord> {
    return this.#state.jobs;
  }

  /** The saved state. */
  get state(): JobState {
    return this.#state;
  }

  /** Makes a change and saves it. @throws what `apply` and saving throw; then nothing has changed */
  change<Result>(apply: (draft: JobDraft) => Result): Promise<Result> {
    return this.#enqueue(apply, false);
  }

  /**
   * The same for what has already happened: a failed save is retried, with growing waits, until it succeeds.
   * @throws what `apply` throws; what saving throws once the store is closing
   */
  settle<Result>(apply: (draft: JobDraft) => Result): Promise<Result> {
    return this.#enqueue(apply, true);
  }

  /** Resolves when the current save has succeeded or failed. */
  async tried(): Promise<void> {
    await this.#trying;
  }

  /** From now on every save is tried only once. */
  close(): void {
    this.#isClosing = true;
    this.#wake?.();
  }

  #enqueue<Result>(apply: (draft: JobDraft) => Result, lasting: boolean): Promise<Result> {
    return new Promise<Result>((resolve, failed) => {
      let result: Result;
      this.#queue.push({
        apply: (draft) => void (result = apply(draft)),
        lasting,
        saved: () => resolve(result),
        failed,
      });
      if (this.#isWriting) this.#wake?.();
      else void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    const { retryDelay } = this.#options;
    for (let pause = retryDelay; this.#queue.length > 0;) {
      const trying = this.#writeQueue(pause);
      this.#trying = trying;
      const isSaved = await trying;
      if (isSaved) pause = retryDelay;
      else if (this.#queue.length > 0) {
        await this.#wait(pause);
        pause = Math.min(2 * pause, 100 * retryDelay);
      }
    }
    this.#isWriting = false;
  }

  /** Saves all queued changes and returns whether that succeeded; after a failure the lasting ones stay queued. */
  async #writeQueue(pause: number): Promise<boolean> {
    const draft = new JobDraft(this.#state);
    const changes = this.#queue.splice(0).filter((change) => applied(change, draft));
    try {
      const next = draft.finish();
      if (draft.changed) await this.#save(next);
      this.#state = next;
      for (const job of draft.newStatuses) this.#options.onStatus(job);
      for (const { saved } of changes) saved();
      return true;
    } catch (error) {
      const kept = changes.filter(({ lasting }) => lasting && !this.#isClosing);
      this.#queue.unshift(...kept);
      const again = kept.length > 0 ? `; retry in ${pause / 1000} s` : '';
      this.#options.onProblem(`the jobs cannot be saved${again}: ${messageOf(error)}`);
      for (const change of changes) if (!kept.includes(change)) change.failed(error);
      return false;
    }
  }

  async #save(state: JobState): Promise<void> {
    const { storage } = this.#options;
    if (storage !== undefined) await writeState(storage, state);
  }

  /** Waits, unless or until a change arrives whose caller is waiting. */
  async #wait(milliseconds: number): Promise<void> {
    if (this.#isClosing || this.#queue.some(({ lasting }) => !lasting)) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await delay(milliseconds, woken.signal).catch(() => undefined);
    this.#wake = undefined;
  }
}

function applied(change: Change, draft: JobDraft): boolean {
  try {
    change.apply(draft);
    return true;
  } catch (error) {
    change.failed(error);
    return false;
  }
}
