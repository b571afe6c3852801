import type { SerializedError } from '../errors.ts';

/** What a task may use while it works on one input. */
export interface TaskContext {
  /** Ends the work; a task must heed it, for on the caller's own thread nothing else can stop it. */
  readonly signal: AbortSignal;
  /** Tells how many more bytes have been read. Cheap; call it once a batch. */
  readonly onBytes: (bytes: number) => void;
}

/** The result of one input, and which of its buffers move instead of being copied. */
export interface TaskResult<Output> {
  readonly output: Output;
  readonly transfer?: readonly ArrayBuffer[];
}

/**
 * A function that can run on any thread: it is named by its module and export, so that a worker can import it. Input
 * and output are plain data.
 */
export interface Task<Input, Output> {
  /** URL of the module, such as `new URL('./summarize-part.js', import.meta.url).href`. */
  readonly module: string;
  /** Name under which the module exports the function. */
  readonly name: string;
  /** The same function, for running on this thread. */
  readonly run: (input: Input, context: TaskContext) => Promise<TaskResult<Output>>;
}

/** What a worker is told. */
export type ToWorker =
  | { readonly kind: 'run'; readonly index: number; readonly input: unknown }
  /** The work at hand is to end soon; nothing more comes. */
  | { readonly kind: 'stop' };

/** What a worker tells. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'done'; readonly index: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly index: number; readonly error: SerializedError };

/** What names a worker's task. */
export interface WorkerSetup {
  readonly module: string;
  readonly name: string;
}
