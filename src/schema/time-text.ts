import type { ColumnRole } from './schema.ts';

/**
 * How a time can be spelled, as bits: a column records which ones it contains, so that it can be written back unchanged
 * and a mixture can be reported. FORMAT: `timestamp` ends in `Z` in some exports, the window columns do not; all are
 * UTC.
 */
export const timeSpellings = {
  /** `2017-06-19T00:00:00` */
  plain: 1,
  /** `2017-06-19T00:00:00Z` */
  z: 2,
  /** `2017-06-19T00:00:00+00:00`, also `+0000` */
  offset: 4,
  /** `2017-06-19 00:00:00` */
  space: 8,
  /** `2017-06-19` */
  date: 16,
  /** `2017-06-19T00:00:00.000` */
  fraction: 32,
  /** `2017-06-19T00:00:00+00`, as DuckDB and PostgreSQL write it */
  hours: 64,
  /** Set on a column whose times are spelled in different ways. A single time can have several of the other bits. */
  mixed: 128,
} as const;

/** Joins the bits of two sets of times in one column; 0 means no times. */
export function joinSpellings(some: number, others: number): number {
  if (some === 0 || others === 0 || some === others) return some | others;
  return some | others | timeSpellings.mixed;
}

/** The default spelling of a column: `timestamp` with `Z`, window bounds without, as in real exports (FORMAT). */
export function usualSpelling(role: ColumnRole): number {
  return role === 'timestamp' ? timeSpellings.z : timeSpellings.plain;
}

/** The one spelling in which a column's times are written, even if it mixes several. */
export function oneSpelling(bits: number): number {
  const { plain, z, offset, space, date, fraction, hours, mixed } = timeSpellings;
  if ((bits & ~mixed) === date) return date;
  const zone = [z, offset, hours].find((spelling) => (bits & spelling) !== 0) ?? 0;
  const spelling = (bits & (space | fraction)) | zone;
  return spelling === 0 ? plain : spelling;
}

/** A parsed time: the instant, and bits of {@link timeSpellings}. */
export interface ParsedTime {
  readonly milliseconds: number;
  readonly spelling: number;
}

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?)?$/;

/** Characters of the longest time: nine fractional digits and an offset. */
const longestTime = 35;

/**
 * Parses a time; undefined for another form, an impossible date, the year 0, a leap second, an offset above 18 hours,
 * or a fraction finer than milliseconds. A time without a zone is UTC. The kernel's `readTime` does the same on bytes;
 * `test/csv/time.test.ts` compares the two.
 */
export function parseTimeText(text: string): ParsedTime | undefined {
  const match = text.length > longestTime ? null : pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, separator, hour = '0', minute = '0', second = '0', fraction = ''] = match;
  const [z, sign, offsetHours = '0', offsetMinutes] = match.slice(9);
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const real = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && Number(year) > 0;
  if (!real || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHours) > 18 || Number(offsetMinutes ?? 0) > 59 || /[1-9]/.test(fraction.slice(3))) return undefined;
  const clock = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes ?? 0)) * 60_000 * (sign === '-' ? -1 : 1);
  const milliseconds = date.getTime() + clock + Number(fraction.slice(0, 3).padEnd(3, '0')) - offset;
  if (separator === undefined) return { milliseconds, spelling: timeSpellings.date };
  const spelling =
    (separator === ' ' ? timeSpellings.space : 0) |
    (fraction === '' ? 0 : timeSpellings.fraction) |
    (z === undefined ? 0 : timeSpellings.z) |
    (sign === undefined ? 0 : offsetMinutes === undefined ? timeSpellings.hours : timeSpellings.offset);
  return { milliseconds, spelling: spelling === 0 ? timeSpellings.plain : spelling };
}
