/**
 * Time fields: `2017-06-19T00:00:00`, with a space for the `T`, with `Z` or an offset, with a fraction of a second, or
 * a date alone. Years 1 to 9999 of the Gregorian calendar, no leap seconds. `schema/time-text.ts` is the slow mirror.
 */
import {
  SPELLED_DATE, SPELLED_FRACTION, SPELLED_HOURS, SPELLED_OFFSET, SPELLED_PLAIN, SPELLED_SPACE, SPELLED_Z,
} from './map';

/** Milliseconds since 1970 and spelling of the time that was read last. */
export let timeValue: f64 = 0;
export let timeSpelling: u32 = 0;

@inline
function pair(p: usize): u32 {
  const tens = <u32>load<u8>(p) - 0x30;
  const ones = <u32>load<u8>(p, 1) - 0x30;
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

// The text of the date that was read last, in two parts, and its first millisecond: the next time is often on the same day.
let lastMonth: u64 = 0x2d31302d30373931; // 1970-01-
let lastDay: u32 = 0x3130; // 01
let lastMidnight: i64 = 0;

/** Reads the date at `start` into `lastMidnight`; returns false if it is none. */
function readDate(start: usize): bool {
  const century = pair(start);
  const yearOfCentury = pair(start + 2);
  const month = pair(start + 5);
  const day = pair(start + 8);
  if (century > 99 || yearOfCentury > 99 || load<u8>(start, 4) != 0x2d || load<u8>(start, 7) != 0x2d) return false;
  const year = century * 100 + yearOfCentury;
  if (year == 0 || month - 1 > 11 || day - 1 >= daysInMonth(year, month)) return false;
  lastMonth = load<u64>(start);
  lastDay = <u32>load<u16>(start, 8);
  lastMidnight = <i64>daysSince1970(year, month, day) * 86400000;
  return true;
}

/** Reads a time from `start`; returns where it ended, 0 if it is no time. */
export function readTime(start: usize): usize {
  if ((load<u64>(start) != lastMonth || <u32>load<u16>(start, 8) != lastDay) && !readDate(start)) return 0;
  let milliseconds = lastMidnight;
  let p = start + 10;
  const separator = load<u8>(p);
  if (separator != 0x54 && separator != 0x20) {
    timeSpelling = SPELLED_DATE;
    timeValue = <f64>milliseconds;
    return p;
  }
  const hour = pair(p + 1);
  const minute = pair(p + 4);
  const second = pair(p + 7);
  if (hour > 23 || minute > 59 || second > 59 || load<u8>(p, 3) != 0x3a || load<u8>(p, 6) != 0x3a) return 0;
  milliseconds += <i64>((hour * 60 + minute) * 60 + second) * 1000;
  p += 9;
  timeSpelling = separator == 0x20 ? SPELLED_SPACE : 0;
  if (load<u8>(p) == 0x2e) {
    timeSpelling |= SPELLED_FRACTION;
    let scale = 100;
    let digits = 0;
    let digit = <u32>load<u8>(++p) - 0x30;
    while (digit <= 9) {
      // beyond milliseconds only zeros: nothing is rounded away
      if (digits >= 3 && digit != 0) return 0;
      milliseconds += <i64>(digit * scale);
      scale /= 10;
      digits++;
      digit = <u32>load<u8>(++p) - 0x30;
    }
    if (digits == 0 || digits > 9) return 0;
  }
  const zone = load<u8>(p);
  if (zone == 0x5a) {
    timeSpelling |= SPELLED_Z;
    p++;
  } else if (zone == 0x2b || zone == 0x2d) {
    const hours = pair(p + 1);
    p += 3;
    const next = <u32>load<u8>(p);
    let minutes: u32 = 0;
    if (next == 0x3a || next - 0x30 <= 9) {
      timeSpelling |= SPELLED_OFFSET;
      p += <usize>(next == 0x3a);
      minutes = pair(p);
      p += 2;
    } else timeSpelling |= SPELLED_HOURS;
    if (hours > 18 || minutes > 59) return 0;
    const offset = <i64>(hours * 60 + minutes) * 60000;
    milliseconds += zone == 0x2d ? offset : -offset;
  } else if (timeSpelling == 0) timeSpelling = SPELLED_PLAIN;
  timeValue = <f64>milliseconds;
  return p;
}

function daysInMonth(year: u32, month: u32): u32 {
  if (month == 2) return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month ^ (month >> 3)) & 1);
}

/** H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil, for years from 1 on. */
function daysSince1970(year: u32, month: u32, day: u32): i32 {
  const y = <i32>year - <i32>(month <= 2);
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const shifted = <i32>(month > 2 ? month - 3 : month + 9);
  const dayOfYear = (153 * shifted + 2) / 5 + <i32>day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}
