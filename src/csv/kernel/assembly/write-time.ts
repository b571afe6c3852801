/** Times as text, the mirror of `time.ts`; `test/reference/slow-encode.ts` is its slow mirror. */
import { PAIRS, SPELLED_DATE, SPELLED_FRACTION, SPELLED_HOURS, SPELLED_OFFSET, SPELLED_SPACE, SPELLED_Z } from './map';

const EARLIEST: f64 = -62135596800000; // 0001-01-01T00:00:00
const LATEST: f64 = 253402300799999; // 9999-12-31T23:59:59.999
const DAY: f64 = 86400000;

@inline
function writePair(out: usize, value: u32): void {
  store<u16>(out, load<u16>(PAIRS + (<usize>value << 1)));
}

/** The first millisecond of the day whose date was written last. */
export let writtenDay: f64 = 0;

/**
 * Writes the time as its column spells them, at most 29 bytes; returns its length, 0 when it cannot be spelled. What the
 * spelling would lose (milliseconds, a time of day) is written all the same. The date of the day that begins at `day` is
 * there already; NaN where none is.
 */
export function writeTime(value: f64, spelling: u32, out: usize, day: f64 = NaN): usize {
  if (!(value >= EARLIEST && value <= LATEST && value == Math.floor(value))) return 0;
  let sinceMidnight = value - day;
  writtenDay = day;
  if (!(sinceMidnight >= 0 && sinceMidnight < DAY)) {
    const days = <u32>((<i64>value - <i64>EARLIEST) / <i64>DAY); // never negative, so that division rounds down
    writeDate(days + 306, out); // 306 days before the year 1 lies the 1 March from which leap days come last
    writtenDay = EARLIEST + <f64>days * DAY;
    sinceMidnight = value - writtenDay;
  }
  const clock = <u32>sinceMidnight;
  if (spelling == SPELLED_DATE && clock == 0) return 10;
  store<u8>(out, spelling & SPELLED_SPACE ? 0x20 : 0x54, 10);
  writePair(out + 11, clock / 3600000);
  store<u8>(out, 0x3a, 13);
  writePair(out + 14, (clock / 60000) % 60);
  store<u8>(out, 0x3a, 16);
  writePair(out + 17, (clock / 1000) % 60);
  let length: usize = 19;
  const milliseconds = clock % 1000;
  if (spelling & SPELLED_FRACTION || milliseconds != 0) {
    store<u8>(out, 0x2e, 19);
    store<u8>(out, <u8>(0x30 + milliseconds / 100), 20);
    writePair(out + 21, milliseconds % 100);
    length = 23;
  }
  if (spelling & SPELLED_Z) store<u8>(out + length++, 0x5a);
  else if (spelling & SPELLED_OFFSET) {
    store<u32>(out + length, 0x3a30302b); // +00:
    store<u16>(out + length, 0x3030, 4);
    length += 6;
  } else if (spelling & SPELLED_HOURS) {
    store<u32>(out + length, 0x30302b); // +00
    length += 3;
  }
  return length;
}

/** Gregorian date of a day counted from 1 March of the year 0 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function writeDate(day: u32, out: usize): void {
  const era = day / 146097;
  const ofEra = day % 146097;
  const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
  const ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const fromMarch = (5 * ofYear + 2) / 153;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + <u32>(month <= 2);
  writePair(out, year / 100);
  writePair(out + 2, year % 100);
  store<u8>(out, 0x2d, 4);
  writePair(out + 5, month);
  store<u8>(out, 0x2d, 7);
  writePair(out + 8, ofYear - (153 * fromMarch + 2) / 5 + 1);
}
