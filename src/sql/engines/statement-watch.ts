import { BacktestExportError } from '../../errors.ts';
import { onAbort } from '../../on-abort.ts';
import type { QueryOptions } from './engine.ts';
import type { EngineTimeouts } from './engine-limits.ts';

/**
 * The waits of one statement: each ends when its own time limit or that of the whole statement has passed, or when the caller's
 * signal fires. Nothing depends on whether what is waited for obeys.
 */
export class StatementWatch {
  readonly #engine: string;
  readonly #signal: AbortSignal | undefined;
  readonly #timeouts: Required<EngineTimeouts>;
  readonly #ends: number;
  /** The statement's id in the engine, for messages, once it is known. */
  id: string | undefined;

  constructor(engine: string, options: QueryOptions, timeouts: Required<EngineTimeouts>) {
    options.signal?.throwIfAborted();
    this.#engine = engine;
    this.#signal = options.signal;
    this.#timeouts = timeouts;
    this.#ends = performance.now() + timeouts.statement;
  }

  /** Where something happened, for messages: the engine, and the statement if it is known. */
  get place(): string {
    return this.id === undefined ? this.#engine : `${this.#engine}, statement ${this.id}`;
  }

  /** Whether the caller's signal has fired. */
  get isAborted(): boolean {
    return this.#signal?.aborted === true;
  }

  /** @throws the signal's reason */
  throwIfAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** The answer to a request; its signal fires when nobody waits for it any more. @throws `TIMED_OUT`, the signal's reason */
  request<Result>(expected: string, send: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return this.#wait(expected, this.#timeouts.request, send);
  }

  /** What only the limit of the statement ends. @throws `TIMED_OUT`, the signal's reason */
  result<Result>(expected: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return this.#wait(expected, Infinity, work);
  }

  /** Waits. @throws `TIMED_OUT`, the signal's reason */
  async pause(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.#wait('the end of the statement', Infinity, () => {
        return new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Cancels the statement, as far as that succeeds within its time. Never rejects: there is an error to tell already. */
  async cancel(send: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    await within(this.#timeouts.cancel, undefined, send, () => new Error('late')).catch(() => undefined);
  }

  #wait<Result>(expected: string, limit: number, send: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const left = Math.max(0, this.#ends - performance.now());
    const isLast = left <= limit;
    const problem = isLast
      ? `${this.place}: expected the end of the statement within ${this.#timeouts.statement / 1000} s, and it was cancelled`
      : `${this.place}: expected ${expected} within ${limit / 1000} s, found none`;
    return within(Math.min(left, limit), this.#signal, send, () => new BacktestExportError('TIMED_OUT', problem));
  }
}

/** The work's result, unless the time has passed or the signal fires before: then its own signal fires, and the promise rejects. */
async function within<Result>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
  late: () => Error,
): Promise<Result> {
  signal?.throwIfAborted();
  const own = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forget: (() => void) | undefined;
  try {
    const ended = new Promise<never>((_, reject) => {
      const end = (reason: unknown): void => {
        reject(reason);
        own.abort(reason);
      };
      timer = setTimeout(() => end(late()), milliseconds);
      forget = signal && onAbort(signal, () => end(signal.reason));
    });
    const result = work(own.signal);
    result.catch(() => undefined); // it may fail when nobody waits for it any more
    return await Promise.race([result, ended]);
  } finally {
    clearTimeout(timer);
    forget?.();
  }
}
