import type { Note } from '../metrics/notes.ts';
import type { ExportSummary, SkippedPart } from '../metrics/summarize.ts';
import { showCount, showText } from './show-value.ts';

/** A note as a sentence: what it concerns, what it says, how often. */
function describeNote({ message, metric, forecastType, count, where }: Note): string {
  const concerned = metric ?? forecastType;
  const subject = concerned === undefined ? '' : `${showText(concerned)}: `;
  const extent = where === undefined ? showCount(count, 'row') : figures(count, showText(where));
  return `${subject}${message} (${extent})`;
}

function figures(count: number, where: string): string {
  return count === 1 ? where : `${count} figures, first ${where}`;
}

/** The notes for people, who read elsewhere that MASE needs history; what was left out comes first. */
export function describeNotes({ notes, skippedParts }: Pick<ExportSummary, 'notes' | 'skippedParts'>): string[] {
  return [
    ...skippedParts.map((part) => `left out: ${describeSkipped(part)}`),
    ...notes.filter((note) => note.code !== 'MASE_NEEDS_HISTORY').map(describeNote),
  ];
}

/** Why a part was left out. */
export function describeSkipped({ file, code, message }: SkippedPart): string {
  return `${showText(file)}: ${code}: ${message}`;
}
