import { SHARE_ENV, Worker } from 'node:worker_threads';
import { BacktestExportError, isError, quoteText, reviveError } from '../errors.ts';
import { version } from '../version.ts';
import { libraryName, type FromWorker, type InputClaim, type ToWorker, type WorkerSetup } from './task.ts';

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
  readonly #thread: Worker;
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
    const workerData: WorkerSetup = { library: libraryName, task };
    try {
      // flags of the user's program, such as --input-type, would prevent a worker from starting; it outlives a call, and the
      // environment may be another in the next one (an endpoint, credentials, a folder for temporary files)
      this.#thread = new Worker(module, { workerData, execArgv: [], env: SHARE_ENV });
    } catch (error) {
      throw toFailure(error, 'loading', module);
    }
    this.#thread.on('error', (error) => (this.#uncaught ??= { error }));
    // a message that cannot be read here may have been a result: nobody would ever receive it
    this.#thread.on('messageerror', (error) => void this.terminate(workerFailed(error)));
    this.ended = new Promise((resolve) => {
      this.#thread.on('exit', () => {
        // all of its messages have arrived by now, and say how far it had come
        const failure = (this.#failure ??= toFailure(this.#uncaught?.error, this.#state, module));
        for (const { reject } of this.#running.values()) reject(failure);
        resolve();
      });
    });
    this.ready = new Promise((resolve, reject) => {
      this.#thread.on('message', (message: FromWorker) => {
        if (message.kind === 'loaded') this.#welcome(message.version, module);
        else if (message.kind === 'ready') {
          this.#state = 'ready';
          resolve();
        } else this.#take(message);
      });
      void this.ended.then(() => reject((this.#failure ??= workerFailed(undefined))));
    });
    this.#thread.unref(); // after the listeners: to listen for messages takes the reference again
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
    this.#thread.ref();
    return new Promise<unknown>((resolve, reject) => {
      this.#running.set(run, { onBytes, onPartial, resolve, reject });
      this.#thread.postMessage({ kind: 'run', run, task, input, claim, lanes, threads } satisfies ToWorker);
    }).finally(() => {
      this.#running.delete(run);
      if (this.isIdle) this.#thread.unref();
    });
  }

  /** Tells the current run to end soon; those that wait are skipped. */
  stop(): void {
    this.#thread.postMessage({ kind: 'stop', run: this.#runs } satisfies ToWorker);
  }

  /** Ends the thread, whatever it does; resolves when it has ended. Runs reject with `failure`, by default `WORKER_FAILED`. */
  async terminate(failure: Error = workerFailed(undefined)): Promise<void> {
    this.#failure ??= failure;
    await this.#thread.terminate();
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
