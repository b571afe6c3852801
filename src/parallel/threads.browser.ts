import { readMember } from '../describe-value.ts';
import { isError } from '../errors.ts';
import { startQuietTimer } from '../storage/quiet-timer.ts';
import { libraryName, type ToWorker, type WorkerSetup } from './task.ts';
import type { OwnThread, Thread, ThreadEvents } from './thread.ts';
import { packagedWorker } from './worker-address.ts';

/** How many threads can work at the same time; at least 1. Browsers tell fewer than there are, or at most 8. */
export function availableThreads(): number {
  return Math.max(1, globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** Starts a thread with a module, which calls `serveTasks`. @throws where the system refuses one at once */
export function startThread(module: URL, setup: WorkerSetup, events: ThreadEvents): Thread {
  const worker = makeWorker(module);
  let hasEnded = false;
  const end = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    answered();
    worker.terminate();
    events.onExit();
  };
  const fail = (error: unknown): void => {
    if (hasEnded) return;
    events.onError(error);
    end();
  };
  // a script that is no worker of this library neither answers nor ends
  const answered = startQuietTimer(longestSilence, end);
  worker.addEventListener('message', ({ data }: MessageEvent) => {
    answered();
    if (!hasEnded) events.onMessage(data);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    fail(isError(event.error) ? event.error : new Error(event.message || notFetched));
  });
  worker.addEventListener('messageerror', () => events.onUnreadable(new Error('a message cannot be read')));
  worker.postMessage(setup);
  return {
    post: (message) => worker.postMessage(message),
    hold: () => undefined,
    letGo: () => undefined,
    terminate: () => {
      end();
      return Promise.resolve();
    },
  };
}

/** Milliseconds in which a worker's module must be loaded. */
const longestSilence = 30_000;

/** A browser does not tell a page which of these it was. */
const notFetched = 'it was not found, is no module of JavaScript, or a Content Security Policy forbids it (worker-src)';

function makeWorker(module: URL): Worker {
  // bundlers know a worker by exactly this expression, and make a file of it
  if (module.href === packagedWorker.href)
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  return new Worker(module, { type: 'module', name: libraryName });
}

/** This thread, if it is a worker. */
export function ownThread(): OwnThread | undefined {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  if (!isWorker()) return undefined;
  isServing = true;
  let receive: ((message: ToWorker) => void) | undefined;
  let begin: (setup: WorkerSetup) => void = () => undefined;
  const setup = new Promise<WorkerSetup>((resolve) => (begin = resolve));
  const early: ToWorker[] = [];
  scope.addEventListener('message', ({ data }: MessageEvent<ToWorker | WorkerSetup>) => {
    if ('library' in data) begin(data);
    else if (receive === undefined) early.push(data);
    else receive(data);
  });
  return {
    setup,
    post: (message, transfer) => scope.postMessage(message, [...transfer]),
    listen: (onMessage, onUnreadable) => {
      receive = onMessage;
      scope.addEventListener('messageerror', () => onUnreadable(new Error('a message cannot be read')));
      for (const message of early.splice(0)) onMessage(message);
    },
  };
}

let isServing = false;

/** Whether this thread was started by {@link startThread}, with whatever module. */
export function isOwnThread(): boolean {
  return isServing || (isWorker() && readMember(globalThis, 'name') === libraryName);
}

interface DedicatedWorkerGlobalScope {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message' | 'messageerror', listener: (event: MessageEvent) => void): void;
}

function isWorker(): boolean {
  return 'DedicatedWorkerGlobalScope' in globalThis;
}
