import { BacktestExportError, isError, quoteText, reviveError } from '../errors.ts';
import { version } from '../version.ts';
import { libraryName, type FromWorker, type InputClaim } from './task.ts';
import type { Thread } from './thread.ts';
import { startThread } from './threads.ts';

/** One run of a task on a worker. */
export interface WorkerRun {
  /** The name of the task. */
  readonly task: string;
  readonly input: unknown;
  /** Skips the run where another thread has this when its turn comes. */
  readonly claim?: InputClaim | undefined;
  /** As of {@link ToWorker}; default 1. */
  readonly lanes?: number;
  readonly threads?: number;
  readonly onBytes: (bytes: number) => void;
  /** Receives each part of the result that the task hands over before its end. */
  readonly onPartial?: ((output: unknown) => void) | undefined;
}

interface RunningTask extends Pick<WorkerRun, 'onBytes' | 'onPartial'> {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What a run that was skipped or stopped resolves with. */
export const skipped: unique symbol = Symbol('skipped');

/**
 * A worker thread that runs tasks one at a time, in the order in which it gets them, for as long as it lives. While it runs
 * none it does not keep the process alive.
 */
export class PooledWorker {
  /** Resolves when it can run tasks. @throws `WORKER_FAILED`; {@link WorkerRefused} */
  readonly ready: Promise<void>;
  /** Resolves when the thread has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #thread: Thread;
  #state: StartState = 'loading';
  /** What ended the thread, before it is known how far it had come. */
  #uncaught: { readonly error: unknown } | undefined;
  #failure: Error | undefined;
  #runs = 0;
  readonly #running = new Map<number, RunningTask>();

  /**
   * Starts a thread with `module`, which loads `task` first.
   * @throws `WORKER_FAILED`; {@link WorkerRefused}
   */
  constructor(module: URL, task: string) {
    let [haveEnded, beReady] = [(): void => undefined, (): void => undefined];
    this.ended = new Promise((resolve) => (haveEnded = resolve));
    this.ready = new Promise((resolve, reject) => {
      beReady = resolve;
      void this.ended.then(() => reject((this.#failure ??= workerFailed(undefined))));
    });
    try {
      this.#thread = startThread(
        module,
        { library: libraryName, task },
        {
          onMessage: (message) => this.#receive(message, module, beReady),
          onError: (error) => (this.#uncaught ??= { error }),
          // it may have been a result: nobody would ever receive it
          onUnreadable: (error) => void this.terminate(workerFailed(error)),
          onExit: () => {
            // all of its messages have arrived by now, and say how far it had come
            const failure = (this.#failure ??= toFailure(this.#uncaught?.error, this.#state, module));
            for (const { reject } of this.#running.values()) reject(failure);
            haveEnded();
          },
        },
      );
    } catch (error) {
      throw toFailure(error, 'loading', module);
    }
  }

  /** Whether the thread has ended, or is about to. */
  get isDead(): boolean {
    return this.#failure !== undefined || this.#uncaught !== undefined;
  }

  /** Whether it runs nothing, and nothing waits to be run. */
  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /**
   * Runs a task after those before; resolves with its output, or {@link skipped}. What is left of an input that failed is the
   * task's affair.
   * @throws what the task throws; `WORKER_FAILED` if the thread dies
   */
  run({ task, input, claim, lanes = 1, threads = 1, onBytes, onPartial }: WorkerRun): Promise<unknown> {
    if (this.isDead) return Promise.reject(this.#failure ?? workerFailed(this.#uncaught?.error));
    const run = ++this.#runs;
    this.#thread.hold();
    return new Promise<unknown>((resolve, reject) => {
      this.#running.set(run, { onBytes, onPartial, resolve, reject });
      this.#thread.post({ kind: 'run', run, task, input, claim, lanes, threads });
    }).finally(() => {
      this.#running.delete(run);
      if (this.isIdle) this.#thread.letGo();
    });
  }

  /** Tells the current run to end soon; those that wait are skipped. */
  stop(): void {
    this.#thread.post({ kind: 'stop', run: this.#runs });
  }

  /** Ends the thread, whatever it does; resolves when it has ended. Runs reject with `failure`, by default `WORKER_FAILED`. */
  async terminate(failure: Error = workerFailed(undefined)): Promise<void> {
    this.#failure ??= failure;
    await this.#thread.terminate();
  }

  #receive(message: FromWorker, module: URL, beReady: () => void): void {
    if (message.kind === 'loaded') return this.#welcome(message.version, module);
    if (message.kind !== 'ready') return this.#take(message);
    this.#state = 'ready';
    beReady();
  }

  #welcome(found: string, module: URL): void {
    this.#state = 'loaded';
    if (found === version) return;
    const problem = `${nameOf(module)} is the worker of version ${quoteText(found, '')}, and this is version ${version}`;
    void this.terminate(new WorkerUnusable(problem));
  }

  #take(message: Exclude<FromWorker, { kind: 'loaded' | 'ready' }>): void {
    const running = this.#running.get(message.run);
    if (running === undefined) return;
    if (message.kind === 'failed') return running.reject(reviveError(message.error));
    if (message.kind === 'skipped') return running.resolve(skipped);
    running.onBytes(message.bytes);
    if (message.kind === 'partial') running.onPartial?.(message.output);
    if (message.kind === 'done') running.resolve(message.output);
  }
}

/** The system or Node refuses another thread, or the memory to start one. */
export class WorkerRefused extends Error {}

/** The module cannot be loaded, or is no worker of this library and version: no thread can start with it. The message says why. */
export class WorkerUnusable extends WorkerRefused {}

/** How far a thread has come: its module is loaded, then its first task. */
type StartState = 'loading' | 'loaded' | 'ready';

function toFailure(error: unknown, state: StartState, module: URL): BacktestExportError | WorkerRefused {
  if (state === 'ready') return workerFailed(error);
  if (isRefused(error)) return new WorkerRefused();
  if (state === 'loaded') return workerFailed(error);
  const reason = isError(error) ? `cannot be loaded: ${error.message}` : 'is no worker of this library';
  return new WorkerUnusable(`${nameOf(module)} ${reason}`);
}

function nameOf(module: URL): string {
  return `the worker file ${quoteText(module.pathname)}`;
}

function workerFailed(cause: unknown): BacktestExportError {
  const reason = codeOf(cause) === 'ERR_WORKER_OUT_OF_MEMORY' ? ': it ran out of memory' : messageOf(cause);
  const problem = `a worker thread ended before its work was done${reason}; try fewer threads`;
  return new BacktestExportError('WORKER_FAILED', problem, { cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? `: ${cause.message}` : '';
}

/** No memory or no thread is left; or Node's permission model allows no worker. */
const refusals: ReadonlySet<unknown> = new Set([
  'ERR_WORKER_INIT_FAILED',
  'ERR_WORKER_OUT_OF_MEMORY',
  'EAGAIN',
  'ERR_ACCESS_DENIED',
]);

function isRefused(error: unknown): boolean {
  return refusals.has(codeOf(error));
}

function codeOf(error: unknown): unknown {
  // not by instanceof: in a context of `node:vm`, as of Jest, Node's errors are of another class
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
