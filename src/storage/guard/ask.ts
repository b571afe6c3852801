import { BacktestExportError, isError, quoteText } from '../../errors.ts';
import { describeValue } from '../../describe-value.ts';
import { onAbort } from '../../on-abort.ts';
import { systemError } from '../system-error.ts';

/** One call of a method of a storage that somebody else has written. */
export interface Question {
  /** The method, for messages. */
  readonly method: string;
  /** The file or folder that it is about. */
  readonly path: string;
  /** Whether it changes something: then its errors are `WRITE_FAILED`, and it may take longer. */
  readonly writes?: boolean;
  /** Ends the wait, but not what the storage is doing. */
  readonly signal?: AbortSignal | undefined;
  /** Undoes an answer that comes when nobody waits for it any more. */
  readonly release?: (late: unknown) => unknown;
}

/** Milliseconds that a storage may take for an answer. */
export const longestAnswer = 300_000;
/** The same for a change: a storage may have to copy a file of any size to give it its name. */
export const longestChange = 3_600_000;

/**
 * Calls a method of a storage and waits for its answer, which may be anything. The timer keeps the process alive: without
 * it, Node would end silently where nothing else is to be done.
 * @throws `TIMED_OUT` without an answer; the storage's own `BacktestExportError`, any other as `READ_FAILED`,
 * `WRITE_FAILED`, or `FILE_NOT_FOUND` for the system's `ENOENT`; the signal's reason
 */
export async function ask(question: Question, work: () => unknown): Promise<unknown> {
  const { signal } = question;
  signal?.throwIfAborted();
  try {
    return await inTime(question, (async () => work())());
  } catch (cause) {
    if (isReason(cause, signal)) throw cause;
    throw named(question, cause);
  }
}

/**
 * Looks at what a storage has given, whose getters may throw as well.
 * @throws what `look` throws, named as by {@link ask}
 */
export function lookAt<Found>(question: Question, look: () => Found): Found {
  try {
    return look();
  } catch (cause) {
    throw named(question, cause);
  }
}

/** Tells a storage something by a method that it need not have, and whose failure changes nothing. */
export function mention(owner: object, method: string, ...values: readonly unknown[]): void {
  const told = (async (): Promise<unknown> => {
    const found: unknown = Reflect.get(owner, method);
    return typeof found === 'function' ? (Reflect.apply(found, owner, values) as unknown) : undefined;
  })();
  told.catch(() => undefined);
}

function named({ method, path, writes = false }: Question, cause: unknown): BacktestExportError {
  const code = writes ? 'WRITE_FAILED' : 'READ_FAILED';
  return systemError(code, `the storage's ${method} failed`, path, cause, method === 'list' ? 'folder' : 'file');
}

/** The error for an answer that breaks the contract of {@link Storage}. */
export function storageInvalid(method: string, path: string, problem: string): BacktestExportError {
  const position = path === '' ? {} : { file: path };
  return new BacktestExportError('STORAGE_INVALID', `the storage's ${method}: ${problem}`, { position });
}

/** A method of an object that a storage has given. @throws `STORAGE_INVALID` if there is none */
export function methodOf(owner: object, method: string, path: string): (...values: unknown[]) => unknown {
  const found: unknown = Reflect.get(owner, method);
  if (typeof found === 'function') return (...values) => Reflect.apply(found, owner, values) as unknown;
  throw storageInvalid(method, path, `expected a function, found ${describeValue(found)}`);
}

async function inTime({ method, path, writes, signal, release }: Question, answer: Promise<unknown>): Promise<unknown> {
  const limit = writes === true ? longestChange : longestAnswer;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forget: (() => void) | undefined;
  let isLate = false;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const problem = `the storage's ${method} has given no answer within ${limit / 1000} s`;
      reject(new BacktestExportError('TIMED_OUT', problem, { position: path === '' ? {} : { file: path } }));
    }, limit);
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason
    const stop = (): void => reject(signal?.reason);
    if (signal?.aborted === true) stop();
    else forget = signal && onAbort(signal, stop);
  });
  void answer.then((late) => (isLate ? release?.(late) : undefined)).catch(() => undefined);
  try {
    return await Promise.race([answer, end]);
  } catch (error) {
    isLate = true;
    throw error;
  } finally {
    clearTimeout(timer);
    forget?.();
  }
}

/** Whether an error is the reason of a signal, which is handed on as it is. */
function isReason(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true && error === signal.reason) return true;
  return isError(error) && error.name === 'AbortError';
}

/** A path for a message. */
export function showPath(path: unknown): string {
  return typeof path === 'string' ? quoteText(path) : describeValue(path);
}
