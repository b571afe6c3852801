import { dateTexts } from './date-texts.ts';

/** A tick of an axis of time. */
export interface TimeTick {
  readonly time: number;
  readonly text: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const month = 30.4 * day;
const fixedPeriods = [1, 5, 15, 30]
  .map((count) => count * minute)
  .concat(
    [1, 3, 6, 12].map((count) => count * hour),
    [1, 2, 7, 14].map((count) => count * day),
  );
const monthPeriods = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000];
/** 1970 began on a Thursday; weeks begin on Monday. */
const firstMonday = 4 * day;

/** At most about `most` ticks at round instants from `from` to `to`: minutes, hours, days, Mondays, months or years. */
export function timeTicks(from: number, to: number, most: number): TimeTick[] {
  const least = (to - from) / Math.max(1, most);
  const period = fixedPeriods.find((each) => each >= least);
  if (period !== undefined) return fixedTicks(from, to, period);
  const count = monthPeriods.find((each) => each * month >= least) ?? 12_000;
  const times: number[] = [];
  for (let index = Math.floor(monthIndex(from) / count) * count; times.length <= most + 1; index += count) {
    const time = monthStart(index);
    if (time > to) break;
    if (time >= from) times.push(time);
  }
  return count >= 12
    ? times.map((time) => ({ time, text: String(new Date(time).getUTCFullYear()) }))
    : times.map((time) => ({
        time,
        text: new Date(time).getUTCMonth() === 0 ? String(new Date(time).getUTCFullYear()) : monthText(time),
      }));
}

function fixedTicks(from: number, to: number, period: number): TimeTick[] {
  const origin = period % (7 * day) === 0 ? firstMonday : 0;
  const first = Math.ceil((from - origin) / period) * period + origin;
  const times: number[] = [];
  for (let time = first; time <= to; time += period) times.push(time);
  const days = times.filter((time) => time % day === 0);
  const { texts } = dateTexts(days.length === 0 ? times : days);
  const byDay = new Map(days.map((time, at) => [time, texts[at] ?? '']));
  return times.map((time) => ({ time, text: byDay.get(time) ?? new Date(time).toISOString().slice(-13, -8) }));
}

function monthIndex(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** `Date.UTC` takes years below 100 for those of the last century. */
function monthStart(index: number): number {
  return new Date(0).setUTCFullYear(Math.floor(index / 12), ((index % 12) + 12) % 12, 1);
}

function monthText(time: number): string {
  const { texts } = dateTexts([time, time]);
  return texts[0] ?? '';
}
