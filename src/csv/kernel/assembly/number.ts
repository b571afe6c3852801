/**
 * Number fields. The usual field (digits, a point, digits) is measured with two vector loads and converted without
 * a loop; everything else goes the slow way. Both give the correctly rounded double.
 */
import { CONTEXT, HARD, HARD_CAPACITY, HARD_COUNT, INTEGERS, NOT_DEFINED, NULL, VALUE } from './layout';
import { toDouble } from './double';

/** Value and state of the number that was read last. */
export let numberValue: f64 = 0;
export let numberState: u8 = 0;

/** Up to eight digits that end just before `end`, as a number: branch-free. `count` is 1 to 8. */
// @ts-ignore: decorator
@inline
function digits8(start: usize, count: u32): u64 {
  let chunk = (load<u64>(start) - 0x3030303030303030) << (64 - (count << 3));
  chunk = (chunk * 10 + (chunk >> 8)) & 0x00ff00ff00ff00ff;
  chunk = (chunk * 100 + (chunk >> 16)) & 0x0000ffff0000ffff;
  return (chunk * 10000 + (chunk >> 32)) & 0xffffffff;
}

/** `count` (0 to 16) digits from `start`, as a number: aligned to the right of a vector, then added up in pairs. */
// @ts-ignore: decorator
@inline
function digits16(start: usize, count: u32): u64 {
  const lanes = i8x16.add(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>(count - 16)));
  // lanes below 0 are out of range, for which swizzle gives 0
  const aligned = i8x16.swizzle(i8x16.sub(v128.load(start), i8x16.splat(0x30)), lanes);
  const tens = i16x8.mul(v128.and(aligned, i16x8.splat(0xff)), i16x8.splat(10));
  const pairs = i16x8.add(tens, i16x8.shr_u(aligned, 8));
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  return <u64>i32x4.extract_lane(eights, 0) * 100000000 + <u64>i32x4.extract_lane(eights, 1);
}

/**
 * Reads a number (or, if `metric`, the text `not defined`) from `start`; answers where it ended, 0 if it is none.
 * An empty field is a null. `row` and `column` say where JavaScript shall put a number that it must round itself.
 */
// @ts-ignore: decorator
@inline
export function readNumber(start: usize, metric: bool, column: u32, row: u32): usize {
  const first = <u32>load<u8>(start);
  const negative = first == 0x2d;
  const p = start + <usize>negative;
  const other =
    i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(p), i8x16.splat(0x30)), i8x16.splat(9))) |
    (i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(p, 16), i8x16.splat(0x30)), i8x16.splat(9))) << 16);
  const point = <u32>ctz(other);
  const rest = other & (other - 1);
  if (point - 1 < 8 && rest != 0 && load<u8>(p + point) == 0x2e) {
    const stop = <u32>ctz(rest);
    const fraction = stop - point - 1;
    const next = <u32>load<u8>(p + stop);
    // not an exponent, and nothing that only the slow way can judge: the caller checks that a delimiter follows
    if ((next | 0x20) != 0x65 && fraction - 1 < 19) {
      const whole = digits8(p, point);
      if (fraction <= 16) {
        if (point + fraction <= 19) {
          const w = whole * load<u64>(INTEGERS + (<usize>fraction << 3)) + digits16(p + point + 1, fraction);
          const value = toDouble(w, -(<i32>fraction));
          numberValue = negative ? -value : value;
          numberState = VALUE;
          return p + stop;
        }
      } else if (whole == 0) {
        const extra = fraction - 16;
        const w = digits8(p + point + 1, extra) * 10000000000000000 + digits16(p + point + 1 + extra, 16);
        const value = toDouble(w, -(<i32>fraction));
        numberValue = negative ? -value : value;
        numberState = VALUE;
        return p + stop;
      }
    }
  }
  return readOddNumber(start, metric, column, row);
}

/** The slow way: any length, exponents, signs, words, empty fields. */
function readOddNumber(start: usize, metric: bool, column: u32, row: u32): usize {
  let p = start;
  let c = <u32>load<u8>(p);
  if (c == 0x2c || c == 0x0a || c == 0x0d || c == 0x22) {
    numberValue = NaN;
    numberState = NULL;
    return p;
  }
  numberState = VALUE;
  const negative = c == 0x2d;
  if (negative || c == 0x2b) c = <u32>load<u8>(++p);
  if (c - 0x30 > 9 && c != 0x2e) return readWord(start, p, negative, metric);

  let w: u64 = 0;
  let digits = 0; // digits met, leading zeros too
  let significant = 0;
  let dropped = 0; // significant digits behind the nineteenth
  let lost = false; // one of those was not 0
  let exponent = 0;
  let fraction = false;
  while (true) {
    const digit = c - 0x30;
    if (digit <= 9) {
      digits++;
      if (fraction) exponent--;
      if (significant < 19) {
        w = w * 10 + digit;
        if (w != 0) significant++;
      } else {
        dropped++;
        if (digit != 0) lost = true;
      }
    } else if (c == 0x2e && !fraction) fraction = true;
    else break;
    c = <u32>load<u8>(++p);
  }
  if (digits == 0) return 0;
  if ((c | 0x20) == 0x65) {
    c = <u32>load<u8>(++p);
    const down = c == 0x2d;
    if (down || c == 0x2b) c = <u32>load<u8>(++p);
    if (c - 0x30 > 9) return 0;
    let written = 0;
    while (c - 0x30 <= 9) {
      if (written < 100000000) written = written * 10 + <i32>(c - 0x30);
      c = <u32>load<u8>(++p);
    }
    exponent += down ? -written : written;
  }
  const value = toDouble(w, exponent + dropped);
  if (lost && value != toDouble(w + 1, exponent + dropped)) {
    const count = load<u32>(CONTEXT, HARD_COUNT);
    if (count >= load<u32>(CONTEXT, HARD_CAPACITY)) return 0;
    const entry = load<usize>(CONTEXT, HARD) + (<usize>count << 4);
    store<u32>(entry, column);
    store<u32>(entry, row, 4);
    store<u32>(entry, <u32>start, 8);
    store<u32>(entry, <u32>(p - start), 12);
    store<u32>(CONTEXT, count + 1, HARD_COUNT);
    numberValue = 0;
    return p;
  }
  if (value == Infinity) return 0;
  numberValue = negative ? -value : value;
  return p;
}

/** `NaN`, `Infinity`, `inf` in any case, with a sign; `not defined` as Forecast writes it. */
function readWord(start: usize, p: usize, negative: bool, metric: bool): usize {
  const head = load<u64>(p) | 0x2020202020202020;
  if ((head & 0xffffff) == 0x6e616e) {
    numberValue = NaN;
    return p + 3;
  }
  if (head == 0x7974696e69666e69) {
    numberValue = negative ? -Infinity : Infinity;
    return p + 8;
  }
  if ((head & 0xffffff) == 0x666e69) {
    numberValue = negative ? -Infinity : Infinity;
    return p + 3;
  }
  // "not defi" "ned"
  if (metric && p == start && load<u64>(p) == 0x6966656420746f6e && (load<u32>(p, 8) & 0xffffff) == 0x64656e) {
    numberValue = NaN;
    numberState = NOT_DEFINED;
    return p + 11;
  }
  return 0;
}
