import type { SerializedError } from '../errors.ts';

/** What a task gets while it works on one input. */
export interface TaskContext {
  /** Ends the work. A task must obey it: on the caller's own thread nothing else can stop it. */
  readonly signal: AbortSignal;
  /** Reports how many more bytes have been read. Cheap; call it once a batch. */
  readonly onBytes: (bytes: number) => void;
  /**
   * Hands over a part of the result before the end; a worker does not hold its buffers any more. `RunOptions.onPartial`
   * receives it.
   */
  readonly onPartial?: (output: unknown, transfer: readonly ArrayBuffer[]) => void;
  /**
   * Waits until the inputs that this thread began before leave room for one of so many bytes, which has until its end. Only
   * where a thread begins several: call it before memory is taken, after what is to be read has been asked for.
   */
  readonly takeRoom?: (bytes: number) => Promise<void>;
}

/** The result of one input, and the buffers in it to move instead of copying. */
export interface TaskResult<Output> {
  readonly output: Output;
  readonly transfer?: readonly ArrayBuffer[];
}

/** A function for any thread. Input and output are plain data. */
export interface Task<Input, Output> {
  /** Under which a worker finds it: a name of {@link TaskLoaders}. */
  readonly name: string;
  readonly run: (input: Input, context: TaskContext) => Promise<TaskResult<Output>>;
  /** How many times as long as adding up its rows a part takes, about; default 1. */
  readonly effort?: number;
  /** Whether a thread may begin several inputs, where they wait for another machine: then it calls `takeRoom`. */
  readonly waits?: boolean;
  /** The module that a worker starts with, which calls `serveTasks`; default that of the library's own tasks. */
  readonly worker?: URL;
}

/** What a worker can do: imports a task by its name. */
export type TaskLoaders = Readonly<Record<string, () => Promise<Task<never, unknown>>>>;

/** Tells whether any thread has started an input. Plain data, and memory that threads share. */
export interface InputClaim {
  readonly claims: Int32Array;
  /** The place of the input in it: 0 until a thread claims it. */
  readonly at: number;
}

/** Claims an input for the calling thread; false if another thread has. */
export function claimInput({ claims, at }: InputClaim): boolean {
  return Atomics.compareExchange(claims, at, 0, 1) === 0;
}

/** A message to a worker. Runs are counted per worker, so that a late message about one does not concern the next. */
export type ToWorker =
  | {
      readonly kind: 'run';
      readonly run: number;
      /** The name of the task. */
      readonly task: string;
      readonly input: unknown;
      /** The run is skipped where this is claimed by another thread when its turn comes. */
      readonly claim: InputClaim | undefined;
      /** Runs that this worker may work on at a time. */
      readonly lanes: number;
      /** Threads that work on the call, the calling one included. */
      readonly threads: number;
    }
  /** End this run soon, and those before; skip those that have not started. */
  | { readonly kind: 'stop'; readonly run: number };

/** A message from a worker. `bytes` are those since the message before. */
export type FromWorker =
  /** Its module is loaded: this library's worker, of this version. Its first task is not yet. */
  | { readonly kind: 'loaded'; readonly version: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'bytes'; readonly run: number; readonly bytes: number }
  /** A part of the result; more follows. */
  | { readonly kind: 'partial'; readonly run: number; readonly bytes: number; readonly output: unknown }
  | { readonly kind: 'done'; readonly run: number; readonly bytes: number; readonly output: unknown }
  /** It did not start, or was told to stop. */
  | { readonly kind: 'skipped'; readonly run: number }
  | { readonly kind: 'failed'; readonly run: number; readonly error: SerializedError };

/** What a worker's data says it is started by. */
export const libraryName = 'backtest-export' as const;

/** What a worker is started with. */
export interface WorkerSetup {
  readonly library: typeof libraryName;
  /** The name of its first task, which it loads before it is ready. */
  readonly task: string;
}
