import { escapeUnsafe } from '../../quote-text.ts';
import { columnOfForecastType } from '../../schema/forecast-type.ts';
import type { ForecastType } from '../../schema/schema.ts';
import { cutToWidth, textWidth } from '../../show/values/text-width.ts';

/** Font size of all text, in units of the `viewBox`. */
export const fontSize = 12;
/** The most of a text that is looked at: a character of 16 bits is escaped to six. */
const longestUnits = 2000;

/** Text of the data in a chart: unsafe characters made visible, then cut to this many columns, as a terminal counts them. */
export function shownText(text: string, columns: number): string {
  return cutToWidth(escapeUnsafe(text.slice(0, longestUnits)), columns);
}

/** `mean`, `p90`. */
export function typeText(type: ForecastType): string {
  return shownText(columnOfForecastType(type), 8);
}

/** A figure as a sentence has it: three digits, or the whole part. */
export function figureText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) return value.toExponential(2).replaceAll('-', '−');
  const rounded = size >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return grouped.format(rounded + 0).replace('-', '−');
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 7 });

/** A share in percent: `43%`, `0.4%`; less than a hundredth of a percent is 0. */
export function shareText(share: number): string {
  const percent = share * 100;
  const size = Math.abs(percent);
  if (size > 1e6) return percent > 0 ? 'over 1,000,000%' : 'under −1,000,000%';
  const rounded = size < 0.01 ? 0 : Number(size >= 10 ? percent.toFixed(0) : percent.toPrecision(2));
  return `${grouped.format(rounded)}%`.replace('-', '−');
}

/** What the items of a report are: with dimensions, an item may have several time series. */
export function itemsWord({ dimensions }: { readonly dimensions: readonly string[] }): 'items' | 'time series' {
  return dimensions.length === 0 ? 'items' : 'time series';
}

/** `WAPE`, `WAPE and RMSE`, `A, B and C`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** About how wide a text of charts is, in units of the `viewBox`: rather too wide than too narrow. */
export function textLength(text: string): number {
  return (narrow.test(text) ? text.length : textWidth(text)) * fontSize * 0.64;
}

/** Letters and signs of which each takes one column. */
const narrow = /^[\x20-\x7e\xa0-\u02ff\u2010-\u2044\u2070-\u209f\u2212]*$/;

/** The room that the longest of these texts takes. */
export function longestText(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textLength(text)), 0);
}
