/**
 * Calendar months as exports count them: the same day and time of day in each month, or the last day of a shorter
 * month, after which the original day resumes: 31 October, 30 November, 31 December, 31 January, 28 February, 31 March.
 * Instants are milliseconds since 1970, UTC. The generator, metrics and verify all count this way.
 */

const dayLength = 86_400_000;

/** The instant `months` later (earlier if negative), on day `day` of the month or the last day of a shorter month. */
export function addMonths(time: number, months: number, day: number = dayOfMonth(time)): number {
  const date = new Date(time);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  return first + (Math.min(day, daysInMonth(first)) - 1) * dayLength + timeOfDay(time);
}

/**
 * Whole months between two instants with the same time of day, both on the same nominal day of the month: the later of
 * the two days, limited to the length of each month. 30 January and 28 February are one month apart (day 30), as are 28
 * February and 31 March (day 31); 1 January and 2 February are not. Null if there is no such day, and within one month.
 */
export function monthsBetween(from: number, to: number): number | null {
  if (timeOfDay(from) !== timeOfDay(to)) return null;
  const day = Math.max(dayOfMonth(from), dayOfMonth(to));
  const falls = (time: number): boolean => dayOfMonth(time) === Math.min(day, daysInMonth(time));
  if (!falls(from) || !falls(to)) return null;
  const [a, b] = [new Date(from), new Date(to)];
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  return months === 0 ? null : months;
}

/** 1 to 31. */
export function dayOfMonth(time: number): number {
  return new Date(time).getUTCDate();
}

/** Whether an instant is on the last day of its month. */
export function isLastDay(time: number): boolean {
  return dayOfMonth(time) === daysInMonth(time);
}

function daysInMonth(time: number): number {
  const date = new Date(time);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function timeOfDay(time: number): number {
  return ((time % dayLength) + dayLength) % dayLength;
}
