/**
 * Number fields. The usual field (digits, a point, digits) is measured with two vector loads and converted without
 * a loop; everything else goes the slow way. Both give the correctly rounded double.
 */
import { HARD, HARD_CAPACITY, HARD_COUNT, INTEGERS, MASKS16, MASKS8, NOT_DEFINED, NULL, VALUE, VECTORS } from './map';
import { toDouble } from './double';
import { checkDecimal, checking, checkNumber, noteRespelled } from './spelling';

/** Value and state of the number that was read last. */
export let numberValue: f64 = 0;
export let numberState: u8 = 0;

/** The `count` (1 to 8) digits that end before `end`, as a number: branch-free; the bytes in front are masked away. */
@inline
function digits8(end: usize, count: u32): u64 {
  let chunk = load<u64>(end - 8) & load<u64>(MASKS8 + (<usize>count << 3));
  chunk = (chunk * 2561) >> 8;
  chunk = ((chunk & 0x00ff00ff00ff00ff) * 6553601) >> 16;
  return ((chunk & 0x0000ffff0000ffff) * 42949672960001) >> 32;
}

/** The same for 0 to 16 digits, added up in pairs, fours and eights. */
@inline
function digits16(end: usize, count: u32): u64 {
  return sumDigits(v128.and(v128.load(end - 16), v128.load(MASKS16 + (<usize>count << 4))));
}

/** Sixteen digits, each 0 to 9, as a number. */
@inline
export function sumDigits(digits: v128): u64 {
  // d0 + 256 d1 times 2561 is 256 (10 d0 + d1) + d0, modulo 65536
  const pairs = i16x8.shr_u(i16x8.mul(digits, v128.load(VECTORS)), 8);
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(VECTORS, 16));
  const eights = i64x2.extract_lane(
    i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), v128.load(VECTORS, 32)),
    0,
  );
  return (eights & 0xffffffff) * 100000000 + (<u64>eights >> 32);
}

/** One bit for each of the 16 bytes that is no digit: c + 0x50 is above -119, signed, unless c is 0x30 to 0x39. */
@inline
export function others(p: usize): u32 {
  return <u32>i8x16.bitmask(i8x16.gt_s(i8x16.add(v128.load(p), v128.load(VECTORS, 48)), v128.load(VECTORS, 64)));
}

/**
 * Reads a number (or, if `metric`, the text `not defined`) from `start`; returns where it ended, 0 if it is no number.
 * An empty field is a null. `row` and `column` say where JavaScript must put a number that it has to round itself.
 */
@inline
export function readNumber(start: usize, metric: bool, column: u32, row: u32): usize {
  const first = <u32>load<u8>(start);
  const negative = first == 0x2d;
  const p = start + <usize>negative;
  const other = others(p) | (others(p + 16) << 16);
  const point = <u32>ctz(other);
  const rest = other & (other - 1);
  if (point - 1 < 8 && rest != 0 && load<u8>(p + point) == 0x2e) {
    const stop = <u32>ctz(rest);
    const fraction = stop - point - 1;
    const end = p + stop;
    // not an exponent, and nothing that only the slow way can judge: the caller checks that a delimiter follows
    if ((<u32>load<u8>(end) | 0x20) != 0x65 && fraction - 1 < 19) {
      let w = digits8(p + point, point);
      if (fraction <= 16) {
        w = w * load<u64>(INTEGERS + (<usize>fraction << 3)) + digits16(end, fraction);
        if (point + fraction > 19) return readOddNumber(start, metric, column, row);
      } else {
        if (w != 0) return readOddNumber(start, metric, column, row);
        w = digits8(end - 16, fraction - 16) * 10000000000000000 + digits16(end, 16);
      }
      const value = toDouble(w, -(<i32>fraction));
      numberValue = negative ? -value : value;
      numberState = VALUE;
      if (checking) checkDecimal(start, p, end, point, fraction, w, value);
      return end;
    }
  }
  return readOddNumber(start, metric, column, row);
}

/** The slow way: any length, exponents, signs, words, empty fields. */
function readOddNumber(start: usize, metric: bool, column: u32, row: u32): usize {
  const end = readAnyNumber(start, metric, column, row);
  if (checking && end != 0 && numberState == VALUE) checkNumber(start, end, numberValue);
  return end;
}

function readAnyNumber(start: usize, metric: bool, column: u32, row: u32): usize {
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
  let digits = 0; // digits read, leading zeros too
  let significant = 0;
  let dropped = 0; // significant digits after the nineteenth
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
    if (!addHard(start, <u32>(p - start), column, row)) return 0;
    noteRespelled(); // no shortest decimal has more than 17 digits
    numberValue = 0;
    return p;
  }
  if (value == Infinity) return 0;
  numberValue = negative ? -value : value;
  return p;
}

/** Lists a number that JavaScript must round itself; returns false where the list is full. */
function addHard(start: usize, length: u32, column: u32, row: u32): bool {
  const count = load<u32>(HARD_COUNT);
  if (count >= load<u32>(HARD_CAPACITY)) return false;
  const entry = load<usize>(HARD) + (<usize>count << 4);
  store<u32>(entry, column);
  store<u32>(entry, row, 4);
  store<u32>(entry, <u32>start, 8);
  store<u32>(entry, length, 12);
  store<u32>(HARD_COUNT, count + 1);
  return true;
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
