import { BacktestExportError, type ErrorCode } from '../errors.ts';
import { skipped, type PooledWorker } from './pooled-worker.ts';
import { onAbort } from '../on-abort.ts';
import { setWorkingThreads } from '../storage/thread-share.ts';
import { Room } from './room.ts';
import { giveBackController, takeController } from './stop-controllers.ts';
import type { InputClaim, Task } from './task.ts';
import { TaskQueue, type QueuedInput, type WorkerOrder } from './task-queue.ts';
import { workersThatPay } from './worker-costs.ts';
import { poolFor, threadsThatPay } from './threads-that-pay.ts';
import type { WorkerPool, WorkerRequest } from './worker-pool.ts';

/** Options of {@link runTasks}. */
export interface RunOptions<Input, Output> {
  /** The most threads, including this one; default the available cores. 1 uses no worker. */
  readonly threads?: number;
  /** Milliseconds that all inputs would take on one thread, about: work that is too small to pay uses fewer threads. */
  readonly work?: number;
  readonly signal?: AbortSignal;
  /** Inputs that each thread begins before it has ended others, where they wait for another machine; default 1. */
  readonly lanes?: number;
  /**
   * From which end workers take their inputs where none lives yet; default the first, from which all others are taken. From
   * the last, code for inputs of another kind is warmed up by one thread only.
   */
  readonly newWorkers?: WorkerOrder;
  /**
   * Called on this thread, in any order. A promise is awaited before the result's thread gets one more input (a worker has
   * another one meanwhile). An {@link Again} as its result is run soon, on the same thread.
   */
  readonly onResult: (output: Output, index: number) => unknown;
  /**
   * What to run instead of an input that failed, on the same thread; undefined for nothing. By default, and if it throws,
   * all work ends.
   */
  readonly onFailure?: (error: unknown, index: number) => Again<Input> | undefined;
  /** Called on this thread with what a task hands over before the end of an input (`TaskContext`); must not throw. */
  readonly onPartial?: (output: Output, index: number) => void;
  /** Called on this thread, for work on another one at most every 50 ms and when an input is done. */
  readonly onBytes?: (bytes: number, index: number) => void;
}

/** One more input, under the index of the one before. */
export class Again<Input> {
  readonly input: Input;

  constructor(input: Input) {
    this.input = input;
  }
}

/**
 * Runs a task over inputs, one at a time on each thread (or in `lanes`), in the given order. This thread works too: it starts at once,
 * and yields to the event loop whenever the task reads; workers join when they are ready. A worker has its next input
 * before it needs it, so that it waits for nobody; what it has not started is run here when nothing else is left. They are kept for later calls
 * (`WorkerPool`). Ends when all inputs are done or at the first error. After an error or the signal every worker is told
 * to stop and gets time to finish cleanly (to remove a file it was writing, say): two seconds after an error, half a
 * second after the signal; then it is terminated. All work has ended before the promise settles. If the system refuses a
 * thread, the work continues without it.
 *
 * @throws what the task, `onResult` and `onBytes` throw; `WORKER_FAILED` if a thread dies (out of memory, for example);
 * the signal's reason.
 */
export async function runTasks<Input, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  options: RunOptions<Input, Output>,
): Promise<void> {
  options.signal?.throwIfAborted();
  const call = new Call(task, inputs, options);
  const { signal } = options;
  const forget = signal && onAbort(signal, () => call.stop.abort(signal.reason));
  try {
    await call.run();
  } finally {
    forget?.();
    giveBackController(call.stop);
  }
}

/** Milliseconds that a worker gets to end its work. */
const timeToStop = { failed: 2000, interrupted: 500 } as const;

/** Failures after which a thread's memory, or what else is left there, is not trusted with further work. */
const spoiling: ReadonlySet<ErrorCode> = new Set(['WORKER_FAILED', 'OUT_OF_MEMORY', 'MEMORY_REFUSED', 'KERNEL_FAILED']);

/** One call of {@link runTasks}. */
class Call<Input, Output> {
  /** Ends the work on this thread when another one fails or the caller aborts. */
  readonly stop: AbortController = takeController();
  readonly #task: Task<Input, Output>;
  readonly #options: RunOptions<Input, Output>;
  /** Undefined where no worker is wanted, or none can be started. */
  readonly #pool: WorkerPool | undefined;
  readonly #queue: TaskQueue<Input>;
  readonly #helpers: number;
  readonly #lanes: number;
  readonly #room = new Room();
  readonly #mostStarted: number;
  readonly #requests = new Set<WorkerRequest>();
  readonly #busy = new Set<PooledWorker>();

  constructor(task: Task<Input, Output>, inputs: readonly Input[], options: RunOptions<Input, Output>) {
    this.#task = task;
    this.#options = options;
    const threads = Math.min(threadsThatPay(task, options), inputs.length);
    this.#helpers = Math.max(0, threads - 1);
    this.#lanes = Math.max(1, Math.min(options.lanes ?? 1, Math.ceil(inputs.length / threads)));
    this.#pool = this.#helpers > 0 ? poolFor(task) : undefined;
    this.#queue = new TaskQueue(inputs, this.#pool?.size === 0 ? options.newWorkers : 'first');
    this.#mostStarted = Math.min(this.#helpers, workersThatPay(options.work).started);
  }

  async run(): Promise<void> {
    const { signal } = this.stop;
    let cancel = (): void => undefined;
    const cancelled = new Promise<never>((_, reject) => (cancel = () => reject(signal.reason as Error)));
    const forget = onAbort(signal, cancel);
    const helping = Array.from({ length: this.#helpers }, () => this.#workThere());
    setWorkingThreads(1 + this.#helpers);
    const here = Array.from({ length: this.#lanes }, () => this.#workHere());
    try {
      await Promise.race([cancelled, Promise.all([...here, ...helping])]);
    } catch (error) {
      this.stop.abort(error);
      this.#queue.clear();
      this.#withdrawRequests();
      await this.#endWork(here, helping);
      throw error;
    } finally {
      forget();
    }
  }

  async #workHere(): Promise<void> {
    const { signal } = this.stop;
    for (let next = this.#nextHere(); next !== undefined; next = this.#nextHere()) {
      const { index, input } = next;
      const context = {
        signal,
        onBytes: (bytes: number) => this.#count(bytes, index),
        onPartial: (output: unknown) => this.#options.onPartial?.(output as Output, index),
      };
      await this.#finish(index, input, async (current) => {
        if (this.#lanes === 1) return (await this.#task.run(current, context)).output;
        const { takeRoom, leave } = this.#room.door();
        return (await this.#task.run(current, { ...context, takeRoom }).finally(leave)).output;
      });
    }
  }

  /** Works with a worker, another one after others have waited for it, until no input is left. */
  async #workThere(): Promise<void> {
    for (;;) {
      const worker = await this.#borrow();
      if (worker === undefined) return;
      this.#busy.add(worker);
      try {
        const ends = await Promise.allSettled(Array.from({ length: 1 + this.#lanes }, () => this.#keepBusy(worker)));
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      } finally {
        this.#busy.delete(worker);
        this.#pool?.giveBack(worker);
      }
    }
  }

  /** Gives a worker one input after another until none is left, or somebody else wants it. One more of these than it has lanes let it never wait. */
  async #keepBusy(worker: PooledWorker): Promise<void> {
    try {
      for (let next = this.#nextThere(worker); next !== undefined; next = this.#nextThere(worker)) {
        const { index, input: first, claim } = next;
        await this.#finish(index, first, (input) => {
          return this.#runThere(worker, input, index, input === first ? claim : undefined);
        });
        this.#queue.forget(index);
        if (this.#pool?.isWanted === true) return;
      }
    } catch (error) {
      this.stop.abort(error); // the other input of this worker ends before `#workThere` does
      throw error;
    }
  }

  async #runThere(
    worker: PooledWorker,
    input: Input,
    index: number,
    claim: InputClaim | undefined,
  ): Promise<Output | typeof skipped> {
    const onBytes = (bytes: number): void => this.#count(bytes, index);
    const onPartial = (output: unknown): void => this.#options.onPartial?.(output as Output, index);
    try {
      const { name } = this.#task;
      const [lanes, threads] = [this.#lanes, 1 + this.#helpers];
      return (await worker.run({ task: name, input, claim, lanes, threads, onBytes, onPartial })) as
        Output | typeof skipped;
    } catch (error) {
      if (error instanceof BacktestExportError && spoiling.has(error.code)) await worker.terminate(error);
      throw error;
    }
  }

  /** Runs an input, and whatever is to be run after it under its index. */
  async #finish(index: number, first: Input, run: (input: Input) => Promise<Output | typeof skipped>): Promise<void> {
    const { onResult, onFailure } = this.#options;
    for (let again: Again<Input> | undefined = new Again(first); again !== undefined;) {
      let output: Output | typeof skipped;
      try {
        output = await run(again.input);
      } catch (error) {
        if (onFailure === undefined || this.stop.signal.aborted) throw error;
        again = onFailure(error, index);
        continue;
      }
      if (output === skipped) return;
      const answer = await onResult(output, index);
      again = answer instanceof Again ? (answer as Again<Input>) : undefined;
    }
  }

  /** The next input for this thread, if need be one that waits on a worker; undefined if there is none. */
  #nextHere(): QueuedInput<Input> | undefined {
    this.stop.signal.throwIfAborted();
    const next = this.#queue.takeHere();
    if (this.#queue.left <= 0) this.#withdrawRequests();
    return next ?? this.#queue.takeBack();
  }

  /** The next input for a worker. One to be run after another is not taken from workers that are not there yet. */
  #nextThere(worker: PooledWorker): QueuedInput<Input> | undefined {
    this.stop.signal.throwIfAborted();
    const { isIdle } = worker;
    const next = isIdle || this.#queue.left > this.#requests.size ? this.#queue.takeThere() : undefined;
    if (this.#queue.left <= 0) this.#withdrawRequests();
    return next ?? (isIdle ? this.#queue.takeBack() : undefined);
  }

  /** A worker for one input; undefined if there is nothing left to do, or the system refuses one. */
  #borrow(): Promise<PooledWorker | undefined> {
    const pool = this.#pool;
    if (this.#queue.left <= 0 || pool === undefined) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const request: WorkerRequest = {
        task: this.#task.name,
        most: this.#mostStarted,
        give: (worker) => {
          this.#requests.delete(request);
          resolve(worker);
        },
        fail: (error) => {
          this.#requests.delete(request);
          reject(error);
        },
      };
      this.#requests.add(request);
      pool.lend(request);
    });
  }

  /** No further worker is needed. */
  #withdrawRequests(): void {
    for (const request of this.#requests) this.#pool?.withdraw(request);
  }

  /** Waits until all work has ended; workers that do not stop in time are terminated. */
  async #endWork(here: readonly Promise<void>[], helping: readonly Promise<void>[]): Promise<void> {
    for (const worker of this.#busy) worker.stop();
    const patience = this.#options.signal?.aborted === true ? timeToStop.interrupted : timeToStop.failed;
    const ending = withinTime(Promise.allSettled(helping), patience);
    await Promise.allSettled(here); // they may still hold open files
    await ending;
    await Promise.all([...this.#busy].map((worker) => worker.terminate()));
    await Promise.allSettled(helping);
  }

  #count(bytes: number, index: number): void {
    try {
      this.#options.onBytes?.(bytes, index);
    } catch (error) {
      this.stop.abort(error); // a task that received it would take it for an error of its input
    }
  }
}

async function withinTime(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
