import { given } from '../given.ts';
import { onAbort } from '../on-abort.ts';
import { runTasks } from './run-tasks.ts';
import type { Task } from './task.ts';
import { availableThreads } from './threads.ts';

/** Options of {@link streamTasks}. */
export interface StreamOptions {
  /** The most threads, including this one; default the available cores. */
  readonly threads?: number | undefined;
  /** As of `runTasks`. */
  readonly work?: number;
  readonly signal?: AbortSignal | undefined;
  /** As of `runTasks`. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** The results of tasks, in the order of their inputs. Call `end` in any case. */
export interface TaskStream<Output> {
  /**
   * The next result: of the first input, then of the second one. Call it once for each input, one after another.
   * @throws as `runTasks`, as soon as anything fails: a task whose earlier results matter returns its error
   */
  readonly take: () => Promise<Output>;
  /** Ends the work, all of it if everything was taken; resolves when it has ended. */
  readonly end: () => Promise<void>;
}

/**
 * Starts to run a task over inputs on several threads, as `runTasks` does, for a consumer that takes the results in order.
 * A thread that is ahead of the consumer waits: at most two inputs for each thread are begun and not taken.
 */
export function streamTasks<Input, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  { threads = availableThreads(), work, signal, onBytes }: StreamOptions = {},
): TaskStream<Output> {
  const enough = new AbortController();
  const results = new ResultsInOrder<Output>();
  const cancel = (): void => enough.abort(signal?.reason);
  onAbort(enough.signal, () => results.end(enough.signal.reason));
  const forget = signal && onAbort(signal, cancel);
  if (signal?.aborted === true) cancel();
  const onResult = (output: Output, index: number): unknown => results.put(output, index);
  const running = runTasks(task, inputs, { ...given({ threads, work, signal: enough.signal, onBytes }), onResult })
    .catch((error: unknown) => results.end(error))
    .finally(() => forget?.());
  const end = (): Promise<void> => {
    enough.abort();
    return running;
  };
  return { take: () => results.take(), end };
}

/** Results that come in any order and are taken in that of their numbers. */
class ResultsInOrder<Output> {
  readonly #held = new Map<number, Output>();
  /** Lets the thread go on that brought the result of a number. */
  readonly #waiting = new Map<number, () => void>();
  #next = 0;
  #arrived: () => void = () => undefined;
  #failure: { readonly error: unknown } | undefined;

  /** Resolves when the thread may go on: when it has brought the next result to take, or that one's turn comes. */
  put(output: Output, index: number): Promise<void> | undefined {
    if (this.#failure !== undefined) return undefined;
    this.#held.set(index, output);
    if (index === this.#next) this.#arrived();
    if (index <= this.#next) return undefined;
    return new Promise((resolve) => this.#waiting.set(index, resolve));
  }

  /** The next result. @throws what {@link end} was called with */
  async take(): Promise<Output> {
    const index = this.#next;
    if (!this.#held.has(index) && this.#failure === undefined) {
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    const output = this.#held.get(index) as Output;
    this.#held.delete(index);
    this.#next++;
    this.#waiting.get(this.#next)?.();
    this.#waiting.delete(this.#next);
    return output;
  }

  /** Nothing is wanted any more, or nothing comes. */
  end(error: unknown): void {
    this.#failure ??= { error };
    this.#held.clear();
    for (const goOn of this.#waiting.values()) goOn();
    this.#waiting.clear();
    this.#arrived();
  }
}
