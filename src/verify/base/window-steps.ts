import { dayOfMonth, isLastDay } from '../../schema/calendar.ts';
import { addSteps, type Frequency } from '../../schema/frequency.ts';
import { firstIndex } from './first-index.ts';

/** Windows of more steps are not listed. Forecast's longest horizon has 500. */
const mostSteps = 10_000;
/** The same for calendar units, whose steps cost ten times as much: a hundred years of months. */
const mostCalendarSteps = 1200;
/** The most steps kept: 8 MB. Exports have few windows, or few long ones. */
const mostKept = 1_000_000;

/** The steps that a backtest window should have, by the frequency of the export; listed once for each window. */
export class WindowSteps {
  readonly #frequency: Frequency | null;
  readonly #known = new Map<number, Map<number, Float64Array | null>>();
  #kept = 0;

  constructor(frequency: Frequency | null) {
    this.#frequency = frequency;
  }

  /**
   * The instants from start to end, both included; null where the frequency does not determine them or there are too many. A
   * window that ends where it starts has one step by any frequency.
   */
  of(start: number, end: number): Float64Array | null {
    const known = this.#known.get(start)?.get(end);
    if (known !== undefined) return known;
    const steps = this.#list(start, end);
    if (this.#kept > mostKept) {
      this.#known.clear();
      this.#kept = 0;
    }
    const byEnd = this.#known.get(start) ?? new Map<number, Float64Array | null>();
    this.#known.set(start, byEnd.set(end, steps));
    this.#kept += steps?.length ?? 1;
    return steps;
  }

  #list(start: number, end: number): Float64Array | null {
    if (start === end) return Float64Array.of(start);
    const frequency = this.#frequency;
    if (frequency === null) return null;
    const isCalendar = frequency.unit === 'month' || frequency.unit === 'year';
    const most = isCalendar ? mostCalendarSteps : mostSteps;
    const steps = listSteps(start, end, most, (step) => addSteps(frequency, start, step));
    if (steps === null || !isCalendar || frequency.day !== undefined || !isLastDay(start)) return steps;
    // 28 February may be followed by 28, 29, 30 or 31 March: only the window's end can show which it is
    let fitting: Float64Array | undefined;
    for (let day = dayOfMonth(start); day <= 31; day++) {
      const others = listSteps(start, end, most, (step) => addSteps({ ...frequency, day }, start, step));
      if (others?.at(-1) !== end) continue;
      if (fitting !== undefined && !isSame(fitting, others)) return null;
      fitting = others;
    }
    return fitting ?? steps;
  }
}

/** Null where there are too many, which the instant of the last one allowed shows at once. */
function listSteps(start: number, end: number, most: number, timeOf: (step: number) => number): Float64Array | null {
  if (timeOf(most) <= end) return null;
  const steps: number[] = [start];
  for (let step = 1; ; step++) {
    const time = timeOf(step);
    if (time > end) return Float64Array.from(steps);
    steps.push(time);
  }
}

function isSame(left: Float64Array, right: Float64Array): boolean {
  return left.length === right.length && left.every((time, index) => time === right[index]);
}

/** The index of `time` among rising times, -1 where it is absent. */
export function findStep(steps: Float64Array, time: number): number {
  const index = firstIndex(steps.length, (step) => (steps[step] ?? Number.NaN) >= time);
  return steps[index] === time ? index : -1;
}
