import { columnOfForecastType } from '../../../schema/forecast-type.ts';
import type { ForecastType } from '../../../schema/schema.ts';
import { noFigure, showFigure, showTime } from '../../../show/values/show-value.ts';
import type { Report } from '../../base/report.ts';

/** A share as a percentage with one decimal: `87.4%`. Never 0% for more than nothing, nor 100% for less than all. */
export function showPercent(share: number | null): string {
  if (share === null) return noFigure;
  const size = Math.abs(share);
  const [sign, less, more] = share < 0 ? ['-', '>-', '<-'] : ['', '<', '>'];
  if (size === 0) return '0%';
  if (size < 0.0005) return `${less}0.1%`;
  if (size < 1 && size >= 0.9995) return `${more}99.9%`;
  if (size === 1) return `${sign}100%`;
  return size < 1e6 ? `${sign}${(100 * size).toFixed(1)}%` : `${sign}${(100 * size).toExponential(1)}%`;
}

/** A whole number for reading, with commas between thousands: `1,920,000`. */
export function showWhole(count: number): string {
  const digits = String(count);
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups.join(',');
}

/** `1 item`, `16,000 items`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${showWhole(count)} ${count === 1 ? one : many}`;
}

/** A figure in a sentence: as in tables, whole numbers with commas. */
export function showInText(value: number): string {
  const shown = showFigure(value);
  return /^-?\d+$/.test(shown) ? `${shown.startsWith('-') ? '-' : ''}${showWhole(Math.abs(Number(shown)))}` : shown;
}

/** `p10`, `mean`. */
export function typeName(type: ForecastType): string {
  return columnOfForecastType(type);
}

/** What is counted and ranked: `items`, or `time series` where an item has several. */
export function itemWords({ export: { dimensions } }: Pick<Report, 'export'>): readonly [one: string, many: string] {
  return dimensions.length === 0 ? ['item', 'items'] : ['time series', 'time series'];
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** A text as a sentence: a capital letter at its beginning and a full stop. */
export function sentence(text: string): string {
  const ended = /[.!?]$/.test(text) ? text : `${text}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

/** A figure that is one. */
export function isFigure(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}

/** Times of windows as short as they are exact: days alone where every window begins and ends at midnight, in UTC. */
export function windowTime({ windows }: Pick<Report, 'windows'>): (instant: string) => string {
  const midnight = /^\d{4}-\d\d-\d\dT00:00(?::00(?:\.0{1,9})?)?Z$/;
  const inDays = windows.every(({ start, end }) => midnight.test(start) && midnight.test(end));
  return (instant) => (inDays && midnight.test(instant) ? instant.slice(0, 10) : showTime(instant));
}
