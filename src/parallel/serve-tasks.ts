import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../errors.ts';
import type { FromWorker, TaskContext, TaskLoaders, ToWorker, WorkerSetup } from './task.ts';

/**
 * The body of a worker thread: loads the task it is started for, then runs it on one input after another.
 * @throws on a thread that is not a worker, and for a task that `tasks` does not have
 */
export async function serveTasks(tasks: TaskLoaders): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this module runs as a worker thread');
  const { task } = workerData as WorkerSetup;
  const load = tasks[task];
  if (load === undefined) throw new Error(`no task is named ${task}`);
  const { run } = await load();
  const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...transfer]);
  const stop = new AbortController();
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') return stop.abort();
    const { index, input } = message;
    const context: TaskContext = { signal: stop.signal, onBytes: (bytes) => send({ kind: 'bytes', bytes }) };
    run(input as never, context).then(
      ({ output, transfer }) => send({ kind: 'done', index, output }, transfer),
      (error: unknown) => send({ kind: 'failed', index, error: serializeError(error) }),
    );
  });
  send({ kind: 'ready' });
}
