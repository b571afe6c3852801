/** What a request was waiting for when its time was up. */
export interface Expiry {
  /** `an answer`. */
  readonly expected: string;
  /** Milliseconds. */
  readonly within: number;
  /** `none`, or how much came. */
  readonly found: string;
}

/**
 * The time limits of one request. Its own signal ends the request when a limit has passed or a signal that it heeds fires;
 * `ended` rejects at the same moment, so that nobody depends on the request heeding it. A limit counts as passed only
 * after the event loop has looked for news once more: a process that was held up is not a server that was.
 */
export class RequestWatch {
  /** What was waited for in vain; undefined unless a limit has passed. */
  expiry: Expiry | undefined;
  /** Rejects when the request is to end. */
  readonly ended: Promise<never>;
  readonly #stop = new AbortController();
  readonly #forget: (() => void)[] = [];
  /** Sets the limit that is running anew, as long as one may be by now. */
  #again: () => void = () => undefined;
  #longest = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what is waited for, so that a late timer knows that it is late. */
  #turn = 0;

  constructor() {
    const { signal } = this.#stop;
    this.ended = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    // it may reject before or after anybody listens
    this.ended.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Ends the request when the signal fires. */
  heed(signal: AbortSignal): void {
    this.listen(signal, () => this.#stop.abort(signal.reason));
  }

  /** Calls `act` when the signal fires, at once if it has. */
  listen(signal: AbortSignal, act: () => void): void {
    if (signal.aborted) return act();
    signal.addEventListener('abort', act, { once: true });
    this.#forget.push(() => signal.removeEventListener('abort', act));
  }

  /** Makes this and every later limit at most so long. */
  hurry(milliseconds: number): void {
    this.#longest = milliseconds;
    this.#again();
  }

  /** Waits for one thing, instead of what was waited for before. */
  expect(expected: string, milliseconds: number): void {
    this.#again = (): void => {
      const within = Math.min(milliseconds, this.#longest);
      this.#set(within, () => this.#expire({ expected, within, found: 'none' }));
    };
    this.#again();
  }

  /** Waits for bytes: in each span of `milliseconds` at least `least` of them. `progress` is how many have come. */
  follow(milliseconds: number, least: number, progress: () => number): void {
    this.#again = (): void => {
      const start = progress();
      const within = Math.min(milliseconds, this.#longest);
      this.#set(within, () => {
        const found = progress() - start;
        if (found >= least) return this.#again();
        const expected = `${least} more bytes of the answer`;
        this.#expire({ expected, within, found: found === 0 ? 'none' : String(found) });
      });
    };
    this.#again();
  }

  /** Waits for nothing any more. */
  end(): void {
    this.#turn++;
    this.#again = (): void => undefined;
    clearTimeout(this.#timer);
    for (const forget of this.#forget) forget();
  }

  #set(milliseconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    const later = (): void => void setImmediate(() => (turn === this.#turn ? act() : undefined));
    this.#timer = setTimeout(later, milliseconds);
  }

  #expire(expiry: Expiry): void {
    this.expiry = expiry;
    this.#stop.abort(new Error('the time is up'));
  }
}
