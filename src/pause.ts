/** Milliseconds of work between two turns of the event loop: a signal is heard well within a tenth of a second. */
const longestWork = 25;

/** Units of work between two looks at the clock, which costs about as much as a dozen of the cheapest units. */
const unitsPerLook = 256;

/**
 * Lets long work give way, so that Ctrl-C, timers and progress are heard while it goes on. A loop that reads no file asks
 * `if (pause.isDue()) await pause.take();` once a step: a count, seldom a look at the clock, and every 25 ms one turn of
 * the event loop. Results do not depend on it.
 */
export class Pause {
  readonly #signal: AbortSignal | undefined;
  readonly #now: () => number;
  #units = 0;
  #since: number;

  constructor(signal?: AbortSignal, now: () => number = () => performance.now()) {
    this.#signal = signal;
    this.#now = now;
    this.#since = now();
  }

  /** Whether it is time to give way. `units` says how much was done since: about 100 ns each, one by default. */
  isDue(units = 1): boolean {
    this.#units += units;
    if (this.#units < unitsPerLook) return false;
    this.#units = 0;
    return this.#now() - this.#since >= longestWork;
  }

  /**
   * Turns the event loop once.
   * @throws the signal's reason
   */
  async take(): Promise<void> {
    this.#signal?.throwIfAborted();
    await turnOfEventLoop();
    this.#signal?.throwIfAborted();
    this.#since = this.#now();
  }
}

/** Settles after everything that waits in the event loop had its turn: files, sockets, signals, timers. */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => later(resolve));
}

/** Node's own where it is there, about 10 µs; a timer elsewhere. Taken at the start: tests put other clocks in its place. */
const later: (then: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate.bind(globalThis) : (then) => setTimeout(then, 0);
