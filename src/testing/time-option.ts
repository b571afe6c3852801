import { BacktestExportError, quoteText } from '../errors.ts';
import { parseTimeText, timeSpellings } from '../schema/time-text.ts';

/** How the time zone of a time column is spelled; all times of an export are UTC. */
export type TimeSpelling = 'Z' | 'none' | '+00:00';

/** `2021-11-01T00:00:00` with its zone as `spelling` says; years 0001 to 9999. */
export function formatTime(time: number, spelling: TimeSpelling): string {
  return new Date(time).toISOString().slice(0, 19) + (spelling === 'none' ? '' : spelling);
}

/**
 * Reads `2021-11-01`, `2021-11-01T00:00:00` and the same with `Z`; milliseconds since 1970, UTC.
 * @throws `OPTION_INVALID`, also for dates that do not exist
 */
export function parseTime(text: string, option: string): number {
  const parsed = parseTimeText(text);
  if (parsed !== undefined && taken.has(parsed.spelling)) return parsed.milliseconds;
  const problem = `option ${option}: expected a time such as 2021-11-01T00:00:00, found ${quoteText(text)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

const taken: ReadonlySet<number> = new Set([timeSpellings.plain, timeSpellings.z, timeSpellings.date]);
