/**
 * Months as exports count them: the same day of each month at the same time of day, and the last day of a month that is
 * too short, from where the next ones go on with the same day: 31 October, 30 November, 31 December, 31 January, 28
 * February, 31 March. Instants are milliseconds since 1970, UTC. Generator, metrics and verify all count so.
 */

const dayLength = 86_400_000;

/** The instant so many months later (negative: before), on that day of the month, or the last of a shorter one. */
export function addMonths(time: number, months: number, day: number = dayOfMonth(time)): number {
  const date = new Date(time);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  return first + (Math.min(day, daysInMonth(first)) - 1) * dayLength + timeOfDay(time);
}

/**
 * Whole months between two instants of one time of day that some day of the month joins: the later day of the two, cut to
 * the length of either month. 30 January and 28 February are one apart, by the 30th; so are 28 February and 31 March, by
 * the 31st; 1 January and 2 February are not. Null where there is no such day, and for instants of one month.
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

/** Whether it is the last day of its month. */
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
