import { threadId, workerData } from 'node:worker_threads';
import { BacktestExportError } from '#src/errors.js';
import { serveTasks } from '#src/parallel/serve-tasks.js';

/** Tasks of the tests; this module is also what their workers start with. */
const worker = new URL(import.meta.url);
const isWorker = workerData?.task !== undefined;

export const square = { name: 'square', worker, run: runSquare };
export const report = { name: 'report', worker, run: runReport };
export const stumble = { name: 'stumble', worker, run: runStumble };
export const wait = { name: 'wait', worker, run: runWait };
/** Waits until it is stopped on the calling thread, and on a worker longer than it may. */
export const ignore = { name: 'ignore', worker, run: isWorker ? () => new Promise(() => undefined) : runWait };
/** Hands over the numbers before its input one by one. */
export const countUp = { name: 'countUp', worker, run: runCountUp };
/** What the calling thread waits for before it answers `whoami`, so that a worker can be first. */
export const before = { whoami: Promise.resolve(), countUp: Promise.resolve() };
/** The identity of the thread, 0 for the calling one. */
export const whoami = { name: 'whoami', worker, run: runWhoami };
/**
 * The identity of the thread. The input is shared: workers count there how many they have begun (1), and wait there for leave
 * to end (0); this thread waits until so many have begun (2).
 */
export const hold = { name: 'hold', worker, run: runHold };
/** A variable of the environment that the thread sees. */
export const environment = {
  name: 'environment',
  worker,
  run: (name) => Promise.resolve({ output: process.env[name] }),
};
/** Waits on the calling thread, and kills a worker. */
export const die = { name: 'die', worker, run: isWorker ? runDie : runWait };

async function runSquare(input, context) {
  context.onBytes(input);
  return { output: input * input };
}

async function runCountUp(input, { onBytes, onPartial }) {
  await before.countUp;
  for (let number = 0; number < input; number++) {
    onBytes(1);
    const { buffer } = new Uint8Array([number]);
    onPartial([buffer], [buffer]);
    if (isWorker && buffer.byteLength > 0) throw new Error('expected a buffer that was moved');
  }
  return { output: [] };
}

/** Reports bytes until it is stopped, and takes whatever is thrown meanwhile for a fault of its input. */
async function runReport(input, { signal, onBytes }) {
  for (let turn = 0; turn < 2000 && !signal.aborted; turn++) {
    try {
      onBytes(turn);
      await new Promise((resolve) => setTimeout(resolve, 5));
    } catch {
      break;
    }
  }
  signal.throwIfAborted();
  return { output: input };
}

async function runStumble() {
  throw new BacktestExportError('NUMBER_INVALID', 'odd', { position: { file: 'a.csv', record: 3 } });
}

async function runWait(input, { signal }) {
  if (input > 1) {
    await new Promise((resolve, reject) => {
      setTimeout(resolve, 60_000).unref();
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }
  return { output: input };
}

async function runHold(shared, { signal }) {
  if (isWorker) Atomics.add(shared, 1, 1);
  while (isWorker ? Atomics.load(shared, 0) === 0 : Atomics.load(shared, 1) < shared[2]) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    signal.throwIfAborted();
  }
  return { output: threadId };
}

async function runWhoami() {
  await before.whoami;
  return { output: threadId };
}

async function runDie() {
  process.exit(3);
}

if (isWorker) {
  const load = async (task) => task;
  await serveTasks(
    Object.fromEntries(
      [square, countUp, report, stumble, wait, ignore, whoami, environment, die, hold].map((task) => [
        task.name,
        () => load(task),
      ]),
    ),
  );
}
