import { availableParallelism } from 'node:os';
import { parentPort, SHARE_ENV, Worker, workerData } from 'node:worker_threads';
import { readMember } from '../describe-value.ts';
import { libraryName, type FromWorker, type ToWorker, type WorkerSetup } from './task.ts';
import type { OwnThread, Thread, ThreadEvents } from './thread.ts';

/** How many threads can work at the same time; at least 1. */
export function availableThreads(): number {
  return availableParallelism();
}

/** Starts a thread with a module, which calls `serveTasks`. @throws where the system refuses one at once */
export function startThread(module: URL, setup: WorkerSetup, events: ThreadEvents): Thread {
  // flags of the user's program, such as --input-type, would prevent a worker from starting; it outlives a call, and the
  // environment may be another in the next one (an endpoint, credentials, a folder for temporary files)
  const worker = new Worker(module, { workerData: setup, execArgv: [], env: SHARE_ENV });
  worker.on('error', events.onError);
  worker.on('messageerror', events.onUnreadable);
  worker.on('exit', events.onExit);
  worker.on('message', events.onMessage);
  worker.unref(); // after the listeners: to listen for messages takes the reference again
  return {
    post: (message) => worker.postMessage(message),
    hold: () => worker.ref(),
    letGo: () => worker.unref(),
    terminate: async () => void (await worker.terminate()),
  };
}

/** This thread, if it is a worker. */
export function ownThread(): OwnThread | undefined {
  const port = parentPort;
  if (port === null) return undefined;
  return {
    setup: Promise.resolve(workerData as WorkerSetup),
    post: (message: FromWorker, transfer) => port.postMessage(message, [...transfer]),
    listen: (onMessage, onUnreadable) => {
      port.on('message', (message: ToWorker) => onMessage(message));
      port.on('messageerror', onUnreadable);
    },
  };
}

/** Whether this thread was started by {@link startThread}, with whatever module. */
export function isOwnThread(): boolean {
  return readMember(workerData, 'library') === libraryName;
}
