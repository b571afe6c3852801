import { onAbort } from '../../on-abort.ts';

/** What a request was waiting for when it timed out. */
export interface Expiry {
  /** `a response`. */
  readonly expected: string;
  /** Milliseconds. */
  readonly within: number;
  /** `none`, or how much arrived. */
  readonly found: string;
}

/**
 * The time limits of one request. Its signal aborts the request when a limit expires or a signal given to `abortWith` fires; `ended`
 * rejects at the same moment, so that nothing depends on the request obeying the signal. A limit expires only after one
 * more turn of the event loop: a stalled process must not look like a stalled server.
 */
export class RequestWatch {
  /** What timed out; undefined unless a limit has expired. */
  expiry: Expiry | undefined;
  /** Rejects when the request must end. */
  readonly ended: Promise<never>;
  readonly #stop = new AbortController();
  readonly #forget: (() => void)[] = [];
  /** Restarts the current limit, subject to the present maximum. */
  #again: () => void = () => undefined;
  #longest = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  /** Counts the waits, so that a stale timer can be recognized. */
  #turn = 0;

  constructor() {
    const { signal } = this.#stop;
    this.ended = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    // it may reject without a listener
    this.ended.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborts the request when the signal fires. */
  abortWith(signal: AbortSignal): void {
    this.listen(signal, () => this.#stop.abort(signal.reason));
  }

  /** Calls `act` when the signal fires; immediately if it already has. */
  listen(signal: AbortSignal, act: () => void): void {
    if (signal.aborted) return act();
    this.#forget.push(onAbort(signal, act));
  }

  /** Limits the current and every later wait to `milliseconds`. */
  hurry(milliseconds: number): void {
    this.#longest = milliseconds;
    this.#again();
  }

  /** Waits for one event, replacing the previous wait. */
  expect(expected: string, milliseconds: number): void {
    this.#again = (): void => {
      const within = Math.min(milliseconds, this.#longest);
      this.#set(within, () => this.#expire({ expected, within, found: 'none' }));
    };
    this.#again();
  }

  /** Waits for bytes: at least `least` in each span of `milliseconds`. `progress` returns how many have arrived. */
  follow(milliseconds: number, least: number, progress: () => number): void {
    this.#again = (): void => {
      const start = progress();
      const within = Math.min(milliseconds, this.#longest);
      this.#set(within, () => {
        const found = progress() - start;
        if (found >= least) return this.#again();
        const expected = `${least} more bytes of the response`;
        this.#expire({ expected, within, found: found === 0 ? 'none' : String(found) });
      });
    };
    this.#again();
  }

  /** Stops waiting, for good: what the SDK does with a request that was given up must not keep the process alive. */
  end(): void {
    this.#isOver = true;
    this.#turn++;
    this.#again = (): void => undefined;
    clearTimeout(this.#timer);
    for (const forget of this.#forget) forget();
  }

  #set(milliseconds: number, act: () => void): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    const later = (): void => void setImmediate(() => (turn === this.#turn ? act() : undefined));
    this.#timer = setTimeout(later, milliseconds);
  }

  #expire(expiry: Expiry): void {
    this.expiry = expiry;
    this.#stop.abort(new Error('timed out'));
  }
}
