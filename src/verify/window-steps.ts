import { addMonths, dayOfMonth, isLastDay } from '../schema/calendar.ts';
import { addSteps, monthsOf, type Frequency } from '../schema/frequency.ts';

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
   * The instants from start to end, both included; null where the frequency does not tell them or there are too many. A
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
    const frequency = this.#frequency;
    if (frequency === null) return null;
    const steps = listSteps(start, end, (step) => addSteps(frequency, start, step));
    const isCalendar = frequency.unit === 'month' || frequency.unit === 'year';
    if (steps === null || !isCalendar || frequency.day !== undefined || !isLastDay(start)) return steps;
    // 28 February may be followed by 28, 29, 30 or 31 March: the window's end tells which it is, or nothing does
    const fitting = new Map<string, Float64Array>();
    for (let day = dayOfMonth(start); day <= 31; day++) {
      const others = listSteps(start, end, (step) => addMonths(start, step * monthsOf(frequency), day));
      if (others?.at(-1) === end) fitting.set(others.join(), others);
    }
    const [first] = fitting.values();
    if (first === undefined) return steps;
    return fitting.size === 1 ? first : null;
  }
}

/** Null where there are too many. */
function listSteps(start: number, end: number, timeOf: (step: number) => number): Float64Array | null {
  const steps: number[] = [start];
  for (let step = 1; step <= mostSteps; step++) {
    const time = timeOf(step);
    if (time > end) return Float64Array.from(steps);
    steps.push(time);
  }
  return null;
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
