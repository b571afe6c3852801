import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BacktestExportError, reviveError } from '../errors.ts';
import type { FromWorker, Task, ToWorker, WorkerSetup } from './task.ts';

/** Options of {@link runTasks}. */
export interface RunOptions<Output> {
  /** Worker threads at most; the available cores by default. With 1 all runs on this thread, without a worker. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called on this thread as results come in, in no order. */
  readonly onResult: (output: Output, index: number) => void;
  readonly onBytes?: (bytes: number) => void;
}

/** How many threads work gets by default: the cores that this process may use. */
export function defaultThreads(): number {
  return availableParallelism();
}

/**
 * Runs a task over inputs, one at a time on each thread, in the given order. Ends when all are done, or with the first
 * error; then, and when the signal fires, every thread is stopped before the promise settles.
 *
 * @throws what the task throws; `WORKER_FAILED` when a thread dies (out of memory, for one); the signal's reason.
 */
export async function runTasks<Input, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  options: RunOptions<Output>,
): Promise<void> {
  options.signal?.throwIfAborted();
  const threads = Math.min(options.threads ?? defaultThreads(), inputs.length);
  await (threads <= 1 ? runHere(task, inputs, options) : runOnWorkers(task, inputs, threads, options));
}

async function runHere<Input, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  options: RunOptions<Output>,
): Promise<void> {
  const context = {
    signal: options.signal ?? new AbortController().signal,
    onBytes: options.onBytes ?? ((): void => undefined),
  };
  for (const [index, input] of inputs.entries()) {
    options.signal?.throwIfAborted();
    const { output } = await task.run(input, context);
    options.onResult(output, index);
  }
}

async function runOnWorkers<Input, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  threads: number,
  options: RunOptions<Output>,
): Promise<void> {
  const workers: Worker[] = [];
  const queue = inputs.entries();
  let abort = (): void => undefined;
  try {
    const cancelled = new Promise<never>((_, reject) => {
      abort = (): void => reject(abortReason(options.signal));
    });
    options.signal?.addEventListener('abort', abort, { once: true });
    const running = Array.from({ length: threads }, () => {
      const worker = startWorker(task);
      workers.push(worker);
      return feed(worker, queue, options);
    });
    await Promise.race([cancelled, Promise.all(running)]);
  } finally {
    options.signal?.removeEventListener('abort', abort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startWorker<Input, Output>(task: Task<Input, Output>): Worker {
  const workerData: WorkerSetup = { module: task.module, name: task.name };
  return new Worker(new URL('./worker.js', import.meta.url), { workerData });
}

/** Gives a worker one input after another until none is left. */
function feed<Input, Output>(
  worker: Worker,
  queue: Iterator<[number, Input]>,
  options: RunOptions<Output>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const { value, done } = queue.next();
      if (done === true) resolve();
      else worker.postMessage({ kind: 'run', index: value[0], input: value[1] } satisfies ToWorker);
    };
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'bytes') options.onBytes?.(message.bytes);
      else if (message.kind === 'failed') reject(reviveError(message.error));
      else {
        try {
          if (message.kind === 'done') options.onResult(message.output as Output, message.index);
          next();
        } catch (error) {
          reject(error);
        }
      }
    });
    worker.on('error', (error) => reject(workerFailed(error)));
    worker.on('exit', () => reject(workerFailed(undefined)));
  });
}

function workerFailed(cause: unknown): BacktestExportError {
  const problem = `a worker thread ended before its work was done${cause instanceof Error ? `: ${cause.message}` : ''}`;
  return new BacktestExportError('WORKER_FAILED', problem, { cause });
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('The operation was aborted', 'AbortError');
}
