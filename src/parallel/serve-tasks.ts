import { serializeError } from '../errors.ts';
import { version } from '../version.ts';
import { setWorkingThreads } from '../storage/thread-share.ts';
import { LaneQueue } from './lane-queue.ts';
import { Room } from './room.ts';
import { giveBackController, takeController } from './stop-controllers.ts';
import { claimInput, type FromWorker, type TaskContext, type TaskLoaders, type ToWorker } from './task.ts';
import { ownThread } from './threads.ts';

/** Milliseconds between two messages about bytes, each of which wakes the calling thread. */
const reportInterval = 50;

/**
 * The body of a worker thread: loads the task it is started for, then runs any of its tasks on one input after another, or on
 * several at a time where they may wait, in the order in which they come, for as long as the calling thread keeps it.
 * @throws on a thread that is not a worker, and for a task that `tasks` does not have
 */
export async function serveTasks(tasks: TaskLoaders): Promise<void> {
  const thread = ownThread();
  if (thread === undefined) throw new Error('this module runs as a worker thread');
  const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void => thread.post(message, transfer);
  const current = new Map<number, AbortController>();
  const room = new Room();
  const queue = new LaneQueue();
  let stopped = 0;

  const serve = async ({ run, task, input, claim, lanes, threads }: RunMessage): Promise<void> => {
    if (run <= stopped || (claim !== undefined && !claimInput(claim))) return send({ kind: 'skipped', run });
    setWorkingThreads(threads);
    const stop = takeController();
    current.set(run, stop);
    const { takeRoom, leave } = room.door();
    const reports = new ByteReports((bytes) => send({ kind: 'bytes', run, bytes }));
    try {
      const { run: work } = await loadTask(tasks, task);
      stop.signal.throwIfAborted();
      const context: TaskContext = {
        signal: stop.signal,
        onBytes: (bytes) => reports.add(bytes),
        onPartial: (output, transfer) => send({ kind: 'partial', run, bytes: reports.take(), output }, transfer),
        ...(lanes === 1 ? {} : { takeRoom }),
      };
      const { output, transfer } = await work(input as never, context);
      send({ kind: 'done', run, bytes: reports.take(), output }, transfer);
    } catch (error) {
      const isStopped = stop.signal.aborted && error === stop.signal.reason;
      send(isStopped ? { kind: 'skipped', run } : { kind: 'failed', run, error: serializeError(error) });
    } finally {
      leave();
      current.delete(run);
      giveBackController(stop);
    }
  };
  const receive = (message: ToWorker): void => {
    if (message.kind === 'run') {
      queue.add(message.lanes, () => serve(message));
    } else {
      stopped = message.run;
      for (const [run, stop] of current) if (run <= stopped) stop.abort();
    }
  };
  thread.listen(receive, (error) => {
    throw error; // an input that cannot be read: the thread ends, and its runs with it
  });
  send({ kind: 'loaded', version });
  await loadTask(tasks, (await thread.setup).task);
  send({ kind: 'ready' });
}

async function loadTask(tasks: TaskLoaders, name: string): ReturnType<TaskLoaders[string]> {
  const load = tasks[name];
  if (load === undefined) throw new Error(`no task is named ${name}`);
  return load();
}

type RunMessage = Extract<ToWorker, { kind: 'run' }>;

/** Adds up the bytes of a run, and tells of them now and then. */
class ByteReports {
  #bytes = 0;
  #next = 0;
  readonly #tell: (bytes: number) => void;

  constructor(tell: (bytes: number) => void) {
    this.#tell = tell;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + reportInterval;
    this.#tell(this.take());
  }

  /** The bytes that nobody has been told of. */
  take(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }
}
