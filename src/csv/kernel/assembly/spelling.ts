/**
 * Whether fields are spelled as `encode` would write their values. The usual ones are decided by arithmetic on what
 * reading them has computed; the others are written and compared. `test/csv/spelling.test.ts` compares the answers with
 * those of a slow reference.
 */
import { CHECK_SPELLING, COMMA, CR, INTEGERS, LF, QUOTE, SPELLED, SPELLED_FRACTION, SPELLED_HOURS, SPELLED_OFFSET } from './map';
import { writeNumber } from './write-number';
import { writeTime } from './write-time';

/** Whether spelling is of interest. */
export let checking: bool = false;
/** Whether a field of the current row would be written in another way. */
export let respelled: bool = false;

/** Restores from the context whether spelling is of interest, and forgets the row. */
export function resumeSpelling(): void {
  checking = load<u32>(CHECK_SPELLING) != 0;
  respelled = false;
}

/** Takes note that a field would be written in another way. */
export function noteRespelled(): void {
  respelled = true;
}

/** Forgets what was noted of the row. */
export function forgetSpelling(): void {
  respelled = false;
}

/**
 * Checks the number from `start` to `end`: the digits of `w`, the last `fraction` of them after a point, which is
 * preceded by `point` digits from `digits` on; `value` is its double, without the sign.
 */
export function checkDecimal(start: usize, digits: usize, end: usize, point: u32, fraction: u32, w: u64, value: f64): void {
  if (isUsual(digits, end, point, fraction, w, value)) return;
  checkNumber(start, end, load<u8>(start) == 0x2d ? -value : value);
}

/**
 * Whether the number, as of `checkDecimal`, is spelled as it would be written. False in some cases in which it is. Nothing
 * is guessed: one condition after another would take longer than all of them.
 */
@inline
export function isUsual(digits: usize, end: usize, point: u32, fraction: u32, w: u64, value: f64): bool {
  const last = <u32>load<u8>(end - 1) & 15;
  const noZeros = (<u32>(load<u8>(digits) != 0x30) | <u32>(point == 1)) & (<u32>(last != 0) | <u32>(fraction == 1));
  const noExponent = (<u32>(value >= 0.001) | <u32>(w == 0)) & <u32>(value < 10000000);
  // no two decimals of up to 15 digits are the same double, so that those are the shortest
  const isShort = <u32>(w < 1000000000000000);
  return (noZeros & noExponent & (isShort | isNearestAndShortest(w, last, fraction, value))) != 0;
}

/**
 * Whether w / 10^fraction, which is `value` when rounded, is the nearest to it of all decimals with that many digits of
 * fraction, and no multiple of 10 / 10^fraction is rounded to the same double. `last` is the last digit of w. False in a
 * few cases in which both hold.
 *
 * The double is m * 2^e, the distance of neighbours 2^e, so m * 5^fraction and w * 2^-(e + fraction) are both integers of
 * one unit. Their difference has less than 45 bits, so that what goes beyond 64 bits of either need not be computed.
 */
@inline
function isNearestAndShortest(w: u64, last: u32, fraction: u32, value: f64): u32 {
  const bits = reinterpret<u64>(value);
  const m = bits & 0xfffffffffffff;
  const five = <i64>(load<u64>(INTEGERS + (<usize>fraction << 3)) >> fraction);
  const shift = <u64>(1075 - (bits >> 52) - fraction); // 20 to 45, since the value is from 0.001 to 10^7
  const above = <i64>((m | 0x10000000000000) * <u64>five - (w << shift)); // how far the double is above the decimal
  const one = (<i64>1) << <i64>shift;
  const twice = above << 1;
  const past = 2 * <i64>last * one;
  const isShortest = <u32>(twice + past > five) & <u32>(20 * one - past - twice > five);
  const isNearest = <u32>(twice < one) & <u32>(-twice < one);
  // below a power of two the neighbour is nearer
  return isShortest & isNearest & <u32>(w < 100000000000000000) & <u32>(m != 0);
}

/** Checks the number from `start` to `end` by writing it. */
export function checkNumber(start: usize, end: usize, value: f64): void {
  compare(start, end, writeNumber(value, SPELLED) - SPELLED);
}

/** Checks a time; without fraction and offset there is only one way to spell it. */
export function checkTime(start: usize, end: usize, value: f64, spelling: u32): void {
  if ((spelling & (SPELLED_FRACTION | SPELLED_OFFSET | SPELLED_HOURS)) == 0) return;
  compare(start, end, writeTime(value, spelling, SPELLED));
}

/** Checks a text that stands in quotes: it must need them. */
export function checkQuoted(text: usize, length: u32): void {
  for (let p = text; p < text + length; p++) {
    const c = load<u8>(p);
    if (c == COMMA || c == QUOTE || c == LF || c == CR) return;
  }
  respelled = true;
}

function compare(start: usize, end: usize, length: usize): void {
  if (end - start != length || memory.compare(start, SPELLED, length) != 0) respelled = true;
}
