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
  const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...transfer]);
  const stop = new AbortController();
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') return stop.abort();
    const { index, input } = message;
    const context: TaskContext = { signal: stop.signal, onBytes: (bytes) => send({ kind: 'bytes', bytes }) };
    run(input, context).then(
      ({ output, transfer }) => send({ kind: 'done', index, output }, transfer),
      (error: unknown) => send({ kind: 'failed', index, error: serializeError(error) }),
    );
  });
  send({ kind: 'ready' });
}

await main();
