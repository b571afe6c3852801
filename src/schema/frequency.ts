import type { ZodType } from 'zod';
import { objectShape, type Zod } from '../options.ts';
import { addMonths, dayOfMonth, isLastDay, monthsBetween } from './calendar.ts';

/** The step between the timestamps of an export. */
export interface Frequency {
  readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
  /** How many units a step is, at least 1. A quarter is 3 months. */
  readonly count: number;
  /** In Amazon Forecast's spelling: `H`, `30min`, `2D`, `3M`, `Y`. */
  readonly text: string;
  /**
   * For months and years: the day of the month that steps fall on (the last day in a shorter month). Absent if unknown,
   * as in a frequency given as an option.
   */
  readonly day?: number;
}

/** A window's start and its timestamps, in milliseconds since 1970; in any order, repeats allowed. */
export interface WindowTimes {
  readonly start: number;
  readonly timestamps: Iterable<number>;
}

type Unit = Frequency['unit'];

const unitMilliseconds: ReadonlyMap<Unit, number> = new Map([
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]);
const unitTexts: ReadonlyMap<Unit, string> = new Map([
  ['year', 'Y'],
  ['month', 'M'],
  ['week', 'W'],
  ['day', 'D'],
  ['hour', 'H'],
  ['minute', 'min'],
]);

/** Makes a frequency with its text. */
export function makeFrequency(unit: Unit, count: number): Frequency {
  return { unit, count, text: `${count === 1 && unit !== 'minute' ? '' : count}${unitTexts.get(unit) ?? ''}` };
}

/** Parses `H`, `15min`, `2W`, `3M` …; undefined for anything else. The inverse of {@link makeFrequency}. */
export function parseFrequency(text: string): Frequency | undefined {
  if (typeof text !== 'string') return undefined;
  const found = /^([1-9]\d{0,3})?(Y|M|W|D|H|min)$/.exec(text);
  for (const [unit, unitText] of unitTexts) {
    if (found?.[2] === unitText) return makeFrequency(unit, Number(found[1] ?? 1));
  }
  return undefined;
}

/**
 * Infers the step between timestamps from the distinct timestamps of each window, including its start: the most common
 * distance between neighbours (the smaller in a tie). It is counted in calendar months if most pairs allow that ({@link
 * monthsBetween}; the latest day among them becomes the frequency's day), otherwise in milliseconds. So one stray
 * timestamp does not change the result; {@link stepOf} reports it as off the grid. Null if no window has two timestamps
 * or the distance is not a whole number of minutes. Sorts the timestamps; the cost is negligible for an export.
 */
export function inferFrequency(windows: readonly WindowTimes[]): Frequency | null {
  const months = new Map<number, number>();
  const distances = new Map<number, number>();
  let pairs = 0;
  let monthPairs = 0;
  let day = 0;
  for (const { start, timestamps } of windows) {
    const times = Float64Array.from(new Set([start, ...timestamps])).sort();
    for (let index = 1; index < times.length; index++) {
      const from = times[index - 1] ?? 0;
      const to = times[index] ?? 0;
      const apart = monthsBetween(from, to);
      pairs++;
      count(distances, to - from);
      if (apart === null) continue;
      monthPairs++;
      count(months, apart);
      day = Math.max(day, dayOfMonth(from), dayOfMonth(to));
    }
  }
  // Most pairs, not all: a stray timestamp breaks two of them.
  if (monthPairs > 0 && monthPairs * 2 > pairs) return { ...ofMonths(mostCommon(months)), day };
  return pairs === 0 ? null : ofMilliseconds(mostCommon(distances));
}

/** The horizon step of a timestamp: 1 at the window's start, then 2 …; null before the start or between steps. */
export function stepOf(frequency: Frequency, start: number, timestamp: number): number | null {
  if (timestamp === start) return 1;
  if (!(timestamp > start)) return null;
  const length = unitMilliseconds.get(frequency.unit);
  const units = length === undefined ? monthsBetween(start, timestamp) : (timestamp - start) / length;
  if (units === null) return null;
  const steps = units / (length === undefined ? monthsOf(frequency) : frequency.count);
  return Number.isSafeInteger(steps) ? steps + 1 : null;
}

/** The length of a step in milliseconds; null of months and years, which have no fixed one. */
export function fixedStep({ unit, count }: Frequency): number | null {
  const length = unitMilliseconds.get(unit);
  return length === undefined ? null : count * length;
}

/**
 * The instant `steps` steps later. Calendar units keep the day of the month of `time`. If that is the last day of its
 * month, and so may have been limited by the month's length, the frequency's day applies; without one, the last day
 * stays the last day.
 */
export function addSteps(frequency: Frequency, time: number, steps: number): number {
  const length = unitMilliseconds.get(frequency.unit);
  if (length !== undefined) return time + steps * frequency.count * length;
  const own = dayOfMonth(time);
  const day = isLastDay(time) ? Math.max(own, frequency.day ?? 31) : own;
  return addMonths(time, steps * monthsOf(frequency), day);
}

/** Months in a step of a calendar unit. */
function monthsOf({ unit, count: units }: Frequency): number {
  return units * (unit === 'year' ? 12 : 1);
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostCommon(counts: ReadonlyMap<number, number>): number {
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return first?.[0] ?? 0;
}

function ofMonths(months: number): Frequency {
  return months % 12 === 0 ? makeFrequency('year', months / 12) : makeFrequency('month', months);
}

function ofMilliseconds(distance: number): Frequency | null {
  for (const [unit, length] of unitMilliseconds) {
    if (distance % length === 0) return makeFrequency(unit, distance / length);
  }
  return null;
}

/** The zod shape of a frequency option. */
export const frequencyShape = (z: Zod): ZodType<Frequency> =>
  objectShape<Frequency>(z, {
    unit: z.enum(['minute', 'hour', 'day', 'week', 'month', 'year']),
    count: z.int().min(1).max(100_000),
    text: z.string(),
    day: z.int().min(1).max(31).optional(),
  });
