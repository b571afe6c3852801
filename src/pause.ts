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

/**
 * Work in steps: a generator that stops now and then, at least every 0.1 ms or so, and in the end has a result. What it
 * stops with does not matter.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Goes through all steps and gives way between them. @throws the signal's reason */
export async function takeSteps<Result>(steps: Steps<Result>, pause: Pause): Promise<Result> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (pause.isDue(8)) await pause.take();
  }
}

const sortedAtOnce = 16_384;

/** Sorts a list in steps, in place: equal entries stay in their order. */
export function* sortInSteps<Entry>(list: Entry[], compare: (a: Entry, b: Entry) => number): Steps<void> {
  if (list.length <= sortedAtOnce) {
    list.sort(compare);
    return;
  }
  let [from, to] = [list, list.slice()];
  for (let start = 0; start < list.length; start += sortedAtOnce) {
    const sorted = list.slice(start, start + sortedAtOnce).sort(compare);
    for (const [index, entry] of sorted.entries()) from[start + index] = entry;
    yield;
  }
  for (let width = sortedAtOnce; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) {
      yield* merge(from, to, [start, start + width, start + 2 * width], compare);
    }
    [from, to] = [to, from];
  }
  if (from !== list) for (const [index, entry] of from.entries()) list[index] = entry;
}

/** Merges two neighbouring runs of `from` into `to`. */
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
