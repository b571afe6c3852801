import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BacktestExportError, reviveError } from '../errors.ts';
import type { FromWorker, Task, ToWorker, WorkerSetup } from './task.ts';

/** Options of {@link runTasks}. */
export interface RunOptions<Output> {
  /** The most threads, including this one; default the available cores. 1 starts no worker. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called on this thread, in any order. A promise is awaited before the result's thread gets its next input. */
  readonly onResult: (output: Output, index: number) => unknown;
  readonly onBytes?: (bytes: number) => void;
}

/** The same, with an `onBytes` that throws nothing. */
type WatchedOptions<Output> = RunOptions<Output> & { readonly onBytes: (bytes: number) => void };

/** The default number of threads: the cores that this process may use. */
function defaultThreads(): number {
  return availableParallelism();
}

/**
 * Runs a task over inputs, one at a time on each thread, in the given order. This thread works too: it starts before
 * the first worker is ready (70 to 110 ms) and yields to the event loop whenever the task reads. Ends when all inputs
 * are done or at the first error. After an error or the signal every worker is told to stop and gets time to finish
 * cleanly (to remove a file it was writing, say): two seconds after an error, half a second after the signal. All
 * workers have ended before the promise settles. If the system refuses a thread, the work continues without it.
 *
 * @throws what the task, `onResult` and `onBytes` throw; `WORKER_FAILED` if a thread dies (out of memory, for example);
 * the signal's reason.
 */
export async function runTasks<Input, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  options: RunOptions<Output>,
): Promise<void> {
  options.signal?.throwIfAborted();
  const queue = inputs.entries();
  const workers: Worker[] = [];
  // ends the work on this thread when another one fails or the caller aborts
  const stop = new AbortController();
  const cancel = (): void => stop.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', cancel, { once: true });
  const onBytes = (bytes: number): void => {
    try {
      options.onBytes?.(bytes);
    } catch (error) {
      stop.abort(error); // a task that received it would take it for an error of its input
    }
  };
  const watched = { ...options, onBytes };
  try {
    const cancelled = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true });
    });
    const threads = Math.min(options.threads ?? defaultThreads(), inputs.length);
    const running: Promise<void>[] = [];
    for (let thread = 1; thread < threads; thread++) {
      const worker = startWorker(task);
      if (worker === undefined) break;
      workers.push(worker);
      running.push(feed(worker, queue, watched, stop.signal));
    }
    const here = workHere(task, queue, watched, stop.signal);
    await Promise.race([cancelled, Promise.all([here, ...running])]).catch(async (error: unknown) => {
      stop.abort(error);
      for (const worker of workers) worker.postMessage({ kind: 'stop' } satisfies ToWorker);
      const patience = options.signal?.aborted === true ? timeToStop.interrupted : timeToStop.failed;
      const ending = withinTime(Promise.allSettled(running), patience);
      await here.catch(() => undefined); // it may still hold an open file
      await ending;
      throw error;
    });
  } finally {
    options.signal?.removeEventListener('abort', cancel);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function workHere<Input, Output>(
  task: Task<Input, Output>,
  queue: Iterable<[number, Input]>,
  options: WatchedOptions<Output>,
  signal: AbortSignal,
): Promise<void> {
  const context = { signal, onBytes: options.onBytes };
  for (const [index, input] of queue) {
    signal.throwIfAborted();
    const { output } = await task.run(input, context);
    await options.onResult(output, index);
  }
}

/**
 * The entry point of the library's workers. It is named by its place and not imported: it knows every task, and the rooms
 * of those stand above this one.
 */
const libraryWorker = new URL('../worker/main.js', import.meta.url);

/** Undefined if the system refuses another thread. */
function startWorker<Input, Output>({ name, worker = libraryWorker }: Task<Input, Output>): Worker | undefined {
  const workerData: WorkerSetup = { task: name };
  // flags of the user's program, such as --input-type, would prevent a worker from starting
  try {
    return new Worker(worker, { workerData, execArgv: [] });
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw workerFailed(error);
  }
}

/** Milliseconds that a worker gets to end its work. */
const timeToStop = { failed: 2000, interrupted: 500 } as const;

async function withinTime(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** Gives a worker one input after another until none is left or the work must stop. */
function feed<Input, Output>(
  worker: Worker,
  queue: Iterator<[number, Input]>,
  options: WatchedOptions<Output>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let started = false;
    const next = (): void => {
      started = true;
      if (signal.aborted) return resolve();
      const { value, done } = queue.next();
      if (done === true) resolve();
      else worker.postMessage({ kind: 'run', index: value[0], input: value[1] } satisfies ToWorker);
    };
    const take = async (message: FromWorker): Promise<void> => {
      try {
        if (message.kind === 'bytes') return options.onBytes(message.bytes);
        if (message.kind === 'failed') throw reviveError(message.error);
        if (message.kind === 'done') await options.onResult(message.output as Output, message.index);
        next();
      } catch (error) {
        reject(error);
      }
    };
    worker.on('message', (message: FromWorker) => void take(message));
    // a worker that has taken no input is not needed
    worker.on('error', (error) => (!started && isRefused(error) ? resolve() : reject(workerFailed(error))));
    worker.on('exit', () => reject(workerFailed(undefined)));
  });
}

function workerFailed(cause: unknown): BacktestExportError {
  const reason = codeOf(cause) === 'ERR_WORKER_OUT_OF_MEMORY' ? ': it ran out of memory' : messageOf(cause);
  const problem = `a worker thread ended before its work was done${reason}; try fewer threads`;
  return new BacktestExportError('WORKER_FAILED', problem, { cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? `: ${cause.message}` : '';
}

/** Whether the system refuses a thread, or the memory to start one. */
function isRefused(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ERR_WORKER_INIT_FAILED' || code === 'ERR_WORKER_OUT_OF_MEMORY' || code === 'EAGAIN';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
