import { stepOf, type Frequency } from '../../schema/frequency.ts';
import { makeRowsNote, type Note } from '../base/notes.ts';
import type { WindowSummary } from '../base/summary.ts';

/**
 * How many rows are there beyond one for each item and step of each window: only a row that stands there more than once
 * can be one too many. For exports without dimensions, where an item is one series. 0 where the frequency is unknown or
 * does not fit a window. It finds merged exports and joined parts (FORMAT: AWS's own sample holds every key three
 * times); a few repeated rows hide where as many others are missing.
 */
export function countSurplusRows(windows: readonly WindowSummary[], frequency: Frequency | null): number {
  if (frequency === null) return 0;
  return windows.reduce((sum, { start, end, itemCount, counts }) => {
    const steps = stepOf(frequency, Date.parse(start), Date.parse(end));
    return steps === null ? sum : sum + Math.max(0, counts.rows - itemCount * steps);
  }, 0);
}

/** The note that says so. */
export function repeatedRows(surplus: number): Note {
  return makeRowsNote('ROWS_REPEATED', surplus);
}
