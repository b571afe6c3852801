import type { Note } from '../../metrics/base/notes.ts';
import type { AccuracyNote } from '../../metrics/accuracy/distribution-notes.ts';
import type { SkippedPart } from '../../metrics/summarize.ts';
import type { ShownSummary } from './shown-summary.ts';
import { showCount, showText } from '../values/show-value.ts';
import { readingTexts } from './shown-figures.ts';

/** A note as a sentence: its subject, its message and its count. */
function describeNote({ message, metric, forecastType, reading, count, where }: Note): string {
  const of = reading === 'averaged' ? ` ${readingTexts.averaged}` : '';
  const concerned = metric === undefined ? forecastType : metric + of;
  if (concerned === undefined && where !== undefined) return message;
  const subject = concerned === undefined ? '' : `${showText(concerned)}: `;
  const extent = where === undefined ? showCount(count, 'row') : figures(count, showText(where));
  return `${subject}${message} (${extent})`;
}

function figures(count: number, where: string): string {
  return count === 1 ? where : `${count} figures, first ${where}`;
}

/** Whether the export has no forecasts to summarize, and so only accuracy metrics. */
export function lacksForecasts({ notes }: Pick<ShownSummary, 'notes'>): boolean {
  return notes.some((note) => note.code === 'NO_FORECASTED_VALUES');
}

/** What the table of accuracy metrics shows by itself. */
const shownElsewhere = new Set<AccuracyNote['code']>([
  'WAPE_IS_SUM',
  'WAPE_IS_RATIO',
  'WAPE_UNKNOWN',
  'NOT_DEFINED',
  'QUANTILES_ROUNDED',
]);

/** The notes for people, parts that were left out first. The table itself says that MASE needs history. */
export function noteTexts({
  notes,
  skippedParts,
  accuracyMetrics,
}: Pick<ShownSummary, 'notes' | 'skippedParts' | 'accuracyMetrics'>): string[] {
  return [
    ...skippedParts.map((part) => `left out: ${describeSkipped(part)}`),
    ...joinAlike(notes.filter((note) => note.code !== 'MASE_NEEDS_HISTORY')).map(describeNote),
    ...(accuracyMetrics?.notes ?? []).filter((note) => !shownElsewhere.has(note.code)).map(describeAccuracyNote),
  ];
}

/** Joins notes that say the same of several metrics. */
function joinAlike(notes: readonly Note[]): Note[] {
  const joined = new Map<string, Note>();
  for (const note of notes) {
    const { metric, ...rest } = note;
    const key = metric === undefined ? JSON.stringify([joined.size, note]) : JSON.stringify(rest);
    const earlier = joined.get(key)?.metric;
    joined.set(key, earlier === undefined ? note : { ...note, metric: `${earlier}, ${metric ?? ''}` });
  }
  return [...joined.values()];
}

function describeAccuracyNote({ message, count }: AccuracyNote): string {
  return `accuracy-metrics-values: ${message}${count === 0 ? '' : ` (${count})`}`;
}

/** Why a part was left out. */
export function describeSkipped({ file, code, message }: SkippedPart): string {
  return `${showText(file)}: ${code}: ${message}`;
}
