import { addSteps, type Frequency } from '../schema/frequency.ts';

/** Windows of more steps are not listed. Forecast's longest horizon has 500. */
const mostSteps = 10_000;

/** The steps that a backtest window should have, by the frequency of the export; listed once for each window. */
export class WindowSteps {
  readonly #frequency: Frequency | null;
  readonly #known = new Map<number, Map<number, Float64Array | null>>();

  constructor(frequency: Frequency | null) {
    this.#frequency = frequency;
  }

  /**
   * The instants from start to end, both included; null where the frequency is not known or there are too many. A
   * window that ends as it starts has one step whatever the frequency.
   */
  of(start: number, end: number): Float64Array | null {
    let byEnd = this.#known.get(start);
    if (byEnd === undefined) this.#known.set(start, (byEnd = new Map()));
    let steps = byEnd.get(end);
    if (steps === undefined) byEnd.set(end, (steps = this.#list(start, end)));
    return steps;
  }

  #list(start: number, end: number): Float64Array | null {
    if (start === end) return Float64Array.of(start);
    if (this.#frequency === null) return null;
    const steps: number[] = [];
    for (let step = 0; step <= mostSteps; step++) {
      const time = addSteps(this.#frequency, start, step);
      if (time > end) return Float64Array.from(steps);
      steps.push(time);
    }
    return null;
  }
}

/** Where `time` stands among rising times, -1 where it does not. */
export function findStep(steps: Float64Array, time: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = steps[middle] ?? Number.NaN;
    if (value === time) return middle;
    if (value < time) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
