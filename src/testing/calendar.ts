import { BacktestExportError, quoteText } from '../errors.ts';
import { addMonths } from '../schema/calendar.ts';

/** A forecast frequency as the API spells it, taken apart. */
export interface Frequency {
  readonly count: number;
  readonly unit: 'Y' | 'M' | 'W' | 'D' | 'H' | 'min';
}

/** How the time zone of a time column is spelled; all times of an export are UTC. */
export type TimeSpelling = 'Z' | 'none' | '+00:00';

const minute = 60_000;
const unitLengths: Readonly<Record<'W' | 'D' | 'H' | 'min', number>> = {
  W: 7 * 24 * 60 * minute,
  D: 24 * 60 * minute,
  H: 60 * minute,
  min: minute,
};

/**
 * Reads `H`, `D`, `W`, `M`, `Y`, `15min`, `2H` … (the API's `ForecastFrequency`).
 * @throws `OPTION_INVALID`
 */
export function parseFrequency(text: string): Frequency {
  const match = /^([1-9]\d{0,3})?(Y|M|W|D|H|min)$/.exec(text);
  const unit = match?.[2];
  if (unit === 'Y' || unit === 'M' || unit === 'W' || unit === 'D' || unit === 'H' || unit === 'min') {
    return { count: Number(match?.[1] ?? '1'), unit };
  }
  throw new BacktestExportError(
    'OPTION_INVALID',
    `option frequency: expected Y, M, W, D, H or a number of minutes such as 15min, found ${quoteText(text)}`,
  );
}

/**
 * The time `steps` steps after `start` (negative: before it), both in milliseconds since 1970, UTC. Months and years keep
 * the day of `start`, or take the last one of a shorter month.
 */
export function addSteps(start: number, steps: number, frequency: Frequency): number {
  const { unit, count } = frequency;
  if (unit !== 'Y' && unit !== 'M') return start + steps * count * unitLengths[unit];
  return addMonths(start, steps * count * (unit === 'Y' ? 12 : 1));
}

/** The season of MASE in steps: a day of hours or minutes, a week of days, a year of months, otherwise 1. */
export function seasonOf(frequency: Frequency): number {
  const seasons = { Y: 1, M: 12, W: 1, D: 7, H: 24, min: 1440 } as const;
  const season = seasons[frequency.unit];
  return season % frequency.count === 0 ? season / frequency.count : 1;
}

/** `2021-11-01T00:00:00` with its zone as `spelling` says; years 0001 to 9999. */
export function formatTime(time: number, spelling: TimeSpelling): string {
  return new Date(time).toISOString().slice(0, 19) + (spelling === 'none' ? '' : spelling);
}

/**
 * Reads `2021-11-01`, `2021-11-01T00:00:00` and the same with `Z`; milliseconds since 1970, UTC.
 * @throws `OPTION_INVALID`, also for dates that do not exist
 */
export function parseTime(text: string, option: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)Z?)?$/.exec(text);
  const clean = match === null ? '' : `${match[1]}T${match[2] ?? '00:00:00'}`;
  const time = match === null ? Number.NaN : Date.parse(`${clean}Z`);
  if (!Number.isNaN(time) && formatTime(time, 'none') === clean && !clean.startsWith('0000')) return time;
  throw new BacktestExportError(
    'OPTION_INVALID',
    `option ${option}: expected a time such as 2021-11-01T00:00:00, found ${quoteText(text)}`,
  );
}

const hours = [
  0.42, 0.33, 0.28, 0.26, 0.3, 0.45, 0.74, 1.12, 1.43, 1.31, 1.18, 1.22, 1.29, 1.24, 1.2, 1.27, 1.44, 1.68, 1.61, 1.38,
  1.14, 0.93, 0.74, 0.54,
];
const weekdays = [0.88, 1.06, 1.04, 1.05, 1.08, 1.12, 0.77];
const months = [0.82, 0.84, 0.93, 1.0, 1.07, 1.12, 1.1, 1.05, 1.04, 1.0, 0.97, 1.06];

/** How demand at `time` compares with the average (1): by hour and weekday below a day, weekday, or month. */
export function demandFactor(time: number, frequency: Frequency): number {
  const date = new Date(time);
  const weekday = weekdays[date.getUTCDay()] ?? 1;
  if (frequency.unit === 'H' || frequency.unit === 'min') return (hours[date.getUTCHours()] ?? 1) * weekday;
  if (frequency.unit === 'D') return weekday;
  return months[date.getUTCMonth()] ?? 1;
}
