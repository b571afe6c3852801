/**
 * Double to the shortest decimal that reads back to the same bits, and of those the nearest to the double.
 *
 * The method is R. Giulietti's ("The Schubfach way to render doubles", 2020): the double and the two ends of the interval
 * that rounds to it are scaled by one power of ten, kept to 128 bits; two candidates of fewer digits and two of more are
 * compared with the ends. The powers are those that `double.ts` multiplies by, here rounded up.
 */
import { TABLES } from './map';
import { multiplyHigh } from './double';

/** The decimal found last: `shortestDigits` * 10^`shortestPower`, its last digit not 0. */
export let shortestDigits: u64 = 0;
export let shortestPower: i32 = 0;

const HIDDEN: u64 = 0x10000000000000;

/** High 64 bits of the product with a power of 128 bits, its last bit set where anything was cut off. */
@inline
function roundToOdd(high: u64, low: u64, factor: u64): u64 {
  const carried = multiplyHigh(low, factor);
  const middle = high * factor + carried;
  return (multiplyHigh(high, factor) + <u64>(middle < carried)) | <u64>(middle > 1);
}

/** Finds the decimal of a double's magnitude; it is finite and not 0. */
export function toShortest(bits: u64): void {
  const fraction = bits & (HIDDEN - 1);
  const biased = <i32>(bits >> 52 & 0x7ff);
  const c = biased != 0 ? fraction | HIDDEN : fraction;
  const q = biased != 0 ? biased - 1075 : -1074;
  const odd = c & 1; // an interval's ends belong to it where the double is even
  const closer = fraction == 0 && biased > 1; // below a power of two the doubles are closer
  const k = closer ? (q * 1262611 - 524031) >> 22 : (q * 1262611) >> 22; // floor(log10(2^q)), or of three quarters of it
  const h = q + ((-k * 1741647) >> 19) + 1; // 1 to 4
  const entry = TABLES + (<usize>(342 - k) << 4);
  let high = load<u64>(entry);
  let low = load<u64>(entry, 8);
  if (k < -55) {
    // the table cuts these off
    low++;
    high += <u64>(low == 0);
  }
  const scaled = c << 2;
  const vb = roundToOdd(high, low, scaled << h);
  const lower = roundToOdd(high, low, (scaled - 2 + <u64>closer) << h) + odd;
  const upper = roundToOdd(high, low, (scaled + 2) << h) - odd;
  const s = vb >> 2;
  if (s >= 10) {
    const tens = s / 10;
    const below = lower <= 40 * tens;
    const above = 40 * tens + 40 <= upper;
    if (below != above) return strip(tens + <u64>above, k + 1);
  }
  const below = lower <= 4 * s;
  const above = 4 * s + 4 <= upper;
  if (below != above) return strip(s + <u64>above, k);
  const middle = 4 * s + 2;
  strip(s + <u64>(vb > middle || (vb == middle && (s & 1) != 0)), k);
}

/** Takes zeros off the end: most doubles have none, short decimals ten or more. */
@inline
function strip(digits: u64, power: i32): void {
  let rest = digits / 10;
  if (rest * 10 == digits) {
    const eight = digits / 100000000;
    if (eight * 100000000 == digits) {
      digits = eight;
      power += 8;
    }
    for (rest = digits / 10; rest * 10 == digits; rest = digits / 10) {
      digits = rest;
      power++;
    }
  }
  shortestDigits = digits;
  shortestPower = power;
}
