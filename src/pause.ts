/** Milliseconds of work between two turns of the event loop, so that a signal is handled well within 0.1 s. */
const longestWork = 25;

/** Units of work between two readings of the clock, each of which costs about a dozen of the cheapest units. */
const unitsPerLook = 256;

/**
 * Lets long work yield to the event loop, so that Ctrl-C, timers and progress work meanwhile. A loop that reads no file
 * calls `if (pause.isDue()) await pause.take();` once a step: this counts, rarely reads the clock, and yields every 25
 * ms. Results do not depend on it.
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

  /** Whether it is time to yield. `units` is the work done since the last call, about 100 ns each; default 1. */
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

/** Resolves after one turn of the event loop: pending files, sockets, signals and timers are handled first. */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => later(resolve));
}

/** `setImmediate` where it exists (about 10 µs), else a message. Captured at load, because tests replace timers. */
const later: (then: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate.bind(globalThis) : makeLater();

/** A message to oneself (about 5 µs): browsers make timers wait 4 ms, and in a hidden page a second. */
function makeLater(): (then: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.addEventListener('message', () => waiting.shift()?.());
  port1.start();
  return (then) => {
    waiting.push(then);
    port2.postMessage(undefined);
  };
}

/**
 * Work in steps: a generator that yields about every 0.1 ms or more often and returns a result. After a longer step it
 * yields the step's units of work.
 */
export type Steps<Result> = Generator<number | undefined, Result, undefined>;

/** Runs all steps, yielding to the event loop between them. @throws the signal's reason */
export async function takeSteps<Result>(steps: Steps<Result>, pause: Pause): Promise<Result> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (pause.isDue(step.value ?? 8)) await pause.take();
  }
}

/** Units of work in a step of a plain loop: about 0.2 ms. */
const loopedAtOnce = 16_384;

/** Calls with each of very many integers, in steps. */
export function* forEachInSteps(integers: Uint32Array, call: (integer: number) => unknown): Steps<void> {
  for (let from = 0; from < integers.length; from += loopedAtOnce) {
    const to = Math.min(integers.length, from + loopedAtOnce);
    for (let index = from; index < to; index++) call(integers[index] ?? 0);
    yield (to - from) >>> 2;
  }
}

const sortedAtOnce = 16_384;

/** Sorts a list in place, in steps. Stable. Holds one more copy of a long list. */
export function* sortInSteps<Entry>(list: Entry[], compare: (a: Entry, b: Entry) => number): Steps<void> {
  if (list.length <= sortedAtOnce) {
    list.sort(compare);
    return;
  }
  let [from, to] = [list, list.slice()];
  for (let start = 0; start < list.length; start += sortedAtOnce) {
    const sorted = list.slice(start, start + sortedAtOnce).sort(compare);
    for (const [index, entry] of sorted.entries()) from[start + index] = entry;
    yield 2 * sortedAtOnce;
  }
  for (let width = sortedAtOnce; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) {
      yield* merge(from, to, [start, start + width, start + 2 * width], compare);
    }
    [from, to] = [to, from];
  }
  if (from !== list) for (const [index, entry] of from.entries()) list[index] = entry;
}

/** Merges two adjacent runs of `from` into `to`. */
function* merge<Entry>(
  from: readonly Entry[],
  to: Entry[],
  [start, middle, end]: readonly [number, number, number],
  compare: (a: Entry, b: Entry) => number,
): Steps<void> {
  const [left, right] = [Math.min(middle, from.length), Math.min(end, from.length)];
  let [one, other] = [start, left];
  for (let at = start; at < right; at++) {
    const takesOne = other >= right || (one < left && compare(from[one] as Entry, from[other] as Entry) <= 0);
    to[at] = from[takesOne ? one++ : other++] as Entry;
    if (at % 1024 === 0) yield;
  }
}
