import { escapeUnsafe } from '../../quote-text.ts';
import { cutToWidth, textWidth } from '../../show/values/text-width.ts';
import { fontSize } from './draw-chart.ts';

/** The longest escape is that of a character beyond 16 bits. */
const longestUnits = 2000;

/** Text of the data in a chart: unsafe characters made visible, then cut to this many columns, as a terminal counts them. */
export function shownText(text: string, columns: number): string {
  return cutToWidth(escapeUnsafe(text.slice(0, longestUnits)), columns);
}

/** About how wide a text of charts is, in units of the `viewBox`: rather too wide than too narrow. */
export function textLength(text: string): number {
  return textWidth(text) * fontSize * 0.58;
}

/** The room that the longest of these texts takes. */
export function longestText(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textLength(text)), 0);
}
