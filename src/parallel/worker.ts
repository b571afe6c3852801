import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../errors.ts';
import type { FromWorker, TaskContext, TaskResult, ToWorker, WorkerSetup } from './task.ts';

/** The body of a worker thread: imports its task once, then runs it on one input after another. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this module runs as a worker thread');
  const setup = workerData as WorkerSetup;
  const module = (await import(setup.module)) as Record<string, unknown>;
  const run = module[setup.name] as (input: unknown, context: TaskContext) => Promise<TaskResult<unknown>>;
  const tell = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...transfer]);
  // The thread is ended when the work is cancelled, so its own signal never fires.
  const { signal } = new AbortController();
  port.on('message', ({ index, input }: ToWorker) => {
    const context: TaskContext = { signal, onBytes: (bytes) => tell({ kind: 'bytes', bytes }) };
    run(input, context).then(
      ({ output, transfer }) => tell({ kind: 'done', index, output }, transfer),
      (error: unknown) => tell({ kind: 'failed', index, error: serializeError(error) }),
    );
  });
  tell({ kind: 'ready' });
}

await main();
