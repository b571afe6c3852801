import type { Note } from '../metrics/notes.ts';
import type { SkippedPart } from '../metrics/summarize.ts';
import { showCount, showText } from './show-value.ts';

/** A note as a sentence: what it concerns, what it says, how often. */
export function describeNote({ message, metric, forecastType, count, where }: Note): string {
  const concerned = metric ?? forecastType;
  const subject = concerned === undefined ? '' : `${showText(concerned)}: `;
  const extent = where === undefined ? showCount(count, 'row') : figures(count, showText(where));
  return `${subject}${message} (${extent})`;
}

function figures(count: number, where: string): string {
  return count === 1 ? where : `${count} figures, first ${where}`;
}

/** Why a part was left out. */
export function describeSkipped({ file, code, message }: SkippedPart): string {
  return `${showText(file)}: ${code}: ${message}`;
}
