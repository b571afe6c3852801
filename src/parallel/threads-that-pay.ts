import { tellOfOneThread } from './one-thread.ts';
import type { Task } from './task.ts';
import { availableThreads } from './threads.ts';
import { workersThatPay } from './worker-costs.ts';
import { workerFile } from './worker-file.ts';
import { poolOf, type WorkerPool } from './worker-pool.ts';

/**
 * How many threads would work on so much work if it were cut into enough inputs, this one included. Where it would pay to
 * start a worker, and there is no file to start it with, tells of it, as `tellOfOneThread` does.
 */
export function threadsThatPay<Input, Output>(
  task: Task<Input, Output>,
  { threads = availableThreads(), work }: { readonly threads?: number; readonly work?: number },
): number {
  const { used, started } = workersThatPay(work);
  const wanted = Math.min(threads - 1, used);
  if (!(wanted > 0)) return 1;
  const pool = poolFor(task);
  if (pool?.isUsable === true) return 1 + Math.min(wanted, Math.max(pool.size, started));
  if (pool === undefined && started > 0) tellOfOneThread(noWorkerFile);
  return 1;
}

/** The pool of a task's workers; undefined where there is no file to start them with. */
export function poolFor<Input, Output>({ worker }: Task<Input, Output>): WorkerPool | undefined {
  const module = worker ?? workerFile();
  return module && poolOf(module);
}

const noWorkerFile = 'the file that its workers start with is not here, as in a bundle; name it with setWorkerFile()';
