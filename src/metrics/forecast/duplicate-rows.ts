import { stepOf, type Frequency } from '../../schema/frequency.ts';
import { noteMessage, type Note } from '../base/notes.ts';
import type { WindowSummary } from '../base/summary.ts';

/**
 * A note of the rows beyond one for each item and step of each window, which can only be duplicates; none where the
 * frequency is unknown or does not fit a window. For exports without dimensions, where an item is one series. It detects
 * merged exports and concatenated parts (FORMAT: AWS's own sample has every key three times); it misses duplicates where
 * as many rows are missing.
 */
export function noteDuplicateRows(windows: readonly WindowSummary[], frequency: Frequency | null): Note[] {
  if (frequency === null) return [];
  const count = windows.reduce((sum, { start, end, itemCount, counts }) => {
    const steps = stepOf(frequency, Date.parse(start), Date.parse(end));
    return steps === null ? sum : sum + Math.max(0, counts.rows - itemCount * steps);
  }, 0);
  return count === 0 ? [] : [{ code: 'ROWS_REPEATED', message: noteMessage('ROWS_REPEATED'), count }];
}
