import { BacktestExportError, quoteText } from '../errors.ts';
import { assertKind } from '../options.ts';

/** A parsed export timestamp: the instant, and how its zone was spelled. */
export interface ExportTimestamp {
  /** The instant, in whole seconds. */
  readonly date: Date;
  /** The zone as spelled: the literal `Z`, or an RFC 822 offset such as `+0000` or `-0800`. */
  readonly offset: string;
}

/**
 * Parses the timestamp of a part-file name, Java's `yyyy-MM-dd'T'HH-mm-ssZ`. In the documented pattern `Z` means an RFC
 * 822 offset; real exports contain the literal `Z` (`2021-12-14T13-20-10Z`). Both are accepted.
 * {@link formatExportTimestamp} with the offset returns the same text.
 * @throws `EXPORT_TIMESTAMP_INVALID` for any other shape, year 0, an impossible date, hour 24, second 60, or an offset
 * of 24 hours or 60 minutes and more.
 */
export function parseExportTimestamp(text: string): ExportTimestamp {
  assertKind('parseExportTimestamp', text, 'text');
  const match = shape.exec(text);
  if (match === null) throw invalid(text, `expected ${expectedShape}`);
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const offset = match[7] ?? 'Z';
  const wall = wallClock(year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0);
  if (wall.getUTCFullYear() === 0 || wallText(wall) !== text.slice(0, wallLength)) {
    throw invalid(text, 'there is no such date and time');
  }
  return { date: new Date(wall.getTime() - offsetMilliseconds(offset, text)), offset };
}

/**
 * Formats an instant for a part-file name: in UTC with a literal `Z`, as in real exports, or in the zone of `offset`
 * (`+0100`). Milliseconds are dropped, as in Java.
 * @throws `EXPORT_TIMESTAMP_INVALID` for an invalid date, one outside the years 1 to 9999, or an offset that
 * {@link parseExportTimestamp} does not accept.
 */
export function formatExportTimestamp(date: Date, offset = 'Z'): string {
  assertKind('formatExportTimestamp', date, 'a Date');
  assertKind('formatExportTimestamp: offset', offset, 'text');
  if (Number.isNaN(date.getTime())) {
    throw new BacktestExportError(
      'EXPORT_TIMESTAMP_INVALID',
      'export timestamp: expected a date, found an invalid Date',
    );
  }
  if (!/^(?:Z|[+-]\d{4})$/.test(offset)) {
    throw invalid(offset, 'expected an offset such as Z, +0000 or -0800');
  }
  const wall = new Date(date.getTime() + offsetMilliseconds(offset, offset));
  const year = wall.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw invalid(String(year), 'expected a year from 1 to 9999');
  return wallText(wall) + offset;
}

/**
 * Parses an instant as a person may type it: in the form of part-file names (`2021-12-14T13-20-10Z`) or ISO 8601
 * (`2021-12-14T13:20:10Z`, `2021-12-14T13:20:10.000Z`, `2021-12-14T05:20:10-08:00`). A zone is required.
 * @throws `EXPORT_TIMESTAMP_INVALID`, also for a fraction of a second, which no export has.
 */
export function parseExportInstant(text: string): Date {
  const iso = isoShape.exec(text);
  if (iso === null && !shape.test(text)) {
    throw invalid(text, `expected ${expectedShape}, or ISO 8601 such as 2021-12-14T13:20:10Z`);
  }
  if (iso === null) return parseExportTimestamp(text).date;
  const [, day, hour, minute, second, zone = 'Z'] = iso;
  return parseExportTimestamp(`${day}T${hour}-${minute}-${second}${zone.replace(':', '')}`).date;
}

const expectedShape = "yyyy-MM-dd'T'HH-mm-ssZ such as 2021-12-14T13-20-10Z or 2021-12-14T05-20-10-0800";
const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2})-(\d{2})-(\d{2})(Z|[+-]\d{4})$/;
const isoShape = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.0+)?(Z|[+-]\d{2}:?\d{2})$/;
const wallLength = 'yyyy-MM-ddTHH-mm-ss'.length;

/** A date with the given UTC fields; `Date.UTC` alone would map the years 0 to 99 to 1900 to 1999. */
function wallClock(year: number, month: number, day: number, hour: number, minute: number, second: number): Date {
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second, 0);
  return wall;
}

function wallText(wall: Date): string {
  const iso = wall.toISOString();
  return `${iso.slice(0, 11)}${iso.slice(11, 19).replaceAll(':', '-')}`;
}

function offsetMilliseconds(offset: string, text: string): number {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3, 5));
  if (hours > 23 || minutes > 59) throw invalid(text, `there is no offset ${offset}`);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function invalid(text: string, expected: string): BacktestExportError {
  return new BacktestExportError('EXPORT_TIMESTAMP_INVALID', `export timestamp: ${expected}, found ${quoteText(text)}`);
}
