/** The step between the timestamps of an export. */
export interface Frequency {
  readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
  /** How many units a step is, at least 1. A quarter is 3 months. */
  readonly count: number;
  /** In Amazon Forecast's spelling: `H`, `30min`, `2D`, `3M`, `Y`. */
  readonly text: string;
}

/** A window's start and the timestamps met in it, in milliseconds since 1970; in any order, repeats allowed. */
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

/** A frequency with its text filled in. */
export function makeFrequency(unit: Unit, count: number): Frequency {
  return { unit, count, text: `${count === 1 && unit !== 'minute' ? '' : count}${unitTexts.get(unit) ?? ''}` };
}

/** The mirror of {@link makeFrequency}: `H`, `15min`, `2W`, `3M` …; undefined for anything else. */
export function parseFrequency(text: string): Frequency | undefined {
  const found = /^([1-9]\d{0,3})?(Y|M|W|D|H|min)$/.exec(text);
  for (const [unit, unitText] of unitTexts) {
    if (found?.[2] === unitText) return makeFrequency(unit, Number(found[1] ?? 1));
  }
  return undefined;
}

/**
 * Infers the step between timestamps from the distinct timestamps of each window, its start included: the most common
 * distance between neighbours (the smaller of equals), first in calendar months where every neighbour pair allows it
 * (the same day of the month, or both the last, at the same time of day), else in milliseconds. A stray timestamp thus
 * does not change it; {@link stepOf} finds it to be off. Null where no window has two timestamps, or the distance is
 * no whole number of minutes. Sorts the timestamps; costs nothing worth mentioning for the windows of an export.
 */
export function inferFrequency(windows: readonly WindowTimes[]): Frequency | null {
  const months = new Map<number, number>();
  const distances = new Map<number, number>();
  let pairs = 0;
  let monthPairs = 0;
  for (const { start, timestamps } of windows) {
    const times = [...new Set([start, ...timestamps])].sort((a, b) => a - b);
    for (let index = 1; index < times.length; index++) {
      const from = times[index - 1] ?? 0;
      const to = times[index] ?? 0;
      const apart = monthsBetween(from, to);
      pairs++;
      count(distances, to - from);
      if (apart === null) continue;
      monthPairs++;
      count(months, apart);
    }
  }
  // Most pairs, not all: a stray timestamp breaks two of them.
  if (monthPairs > 0 && monthPairs * 2 > pairs) return ofMonths(mostCommon(months));
  return pairs === 0 ? null : ofMilliseconds(mostCommon(distances));
}

/**
 * The horizon step of a timestamp: 1 at the window's start, 2 one frequency later …; null where it lies before the
 * start or between two steps.
 */
export function stepOf(frequency: Frequency, start: number, timestamp: number): number | null {
  if (timestamp === start) return 1;
  if (!(timestamp > start)) return null;
  const length = unitMilliseconds.get(frequency.unit);
  const units = length === undefined ? monthsBetween(start, timestamp) : (timestamp - start) / length;
  if (units === null) return null;
  const steps = units / (frequency.count * (frequency.unit === 'year' ? 12 : 1));
  return Number.isSafeInteger(steps) ? steps + 1 : null;
}

/** The instant that many steps later; in calendar units the last day of a month stays the last. */
export function addSteps(frequency: Frequency, time: number, steps: number): number {
  const length = unitMilliseconds.get(frequency.unit);
  if (length !== undefined) return time + steps * frequency.count * length;
  const months = steps * frequency.count * (frequency.unit === 'year' ? 12 : 1);
  const date = new Date(time);
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = lastDay(target);
  const day = date.getUTCDate() === lastDay(date) ? last : Math.min(date.getUTCDate(), last);
  return target.getTime() + (day - 1) * 86_400_000 + timeOfDay(time);
}

/** Whole months between instants on the same day of the month, or both on the last, at one time of day; else null. */
function monthsBetween(from: number, to: number): number | null {
  if (timeOfDay(from) !== timeOfDay(to)) return null;
  const [a, b] = [new Date(from), new Date(to)];
  const bothLast = a.getUTCDate() === lastDay(a) && b.getUTCDate() === lastDay(b);
  if (a.getUTCDate() !== b.getUTCDate() && !bothLast) return null;
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  return months === 0 ? null : months;
}

function lastDay(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function timeOfDay(time: number): number {
  return ((time % 86_400_000) + 86_400_000) % 86_400_000;
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
