/** Digits of integers, without a loop and without tables. */

import { DIGITS } from './map';

/** Eight times the digit 0. */
export const ZEROS: u64 = 0x3030303030303030;

/** The 8 digits of an integer below 10^8, leading zeros too, as bytes of 0 to 9, the first one lowest. */
@inline
export function digits8(value: u32): u64 {
  const upper = value / 10000;
  const fours = <u64>upper | (<u64>(value - upper * 10000) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const pairs = hundreds | ((fours - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((pairs - tens * 10) << 8);
}

/** The 16 digits of two integers below 10^8, likewise. */
@inline
export function digits16(first: u32, second: u32): v128 {
  const a = first / 10000;
  const b = second / 10000;
  const fours = i64x2.replace_lane(
    i64x2.splat(<u64>a | (<u64>(first - a * 10000) << 32)),
    1,
    <u64>b | (<u64>(second - b * 10000) << 32),
  );
  const hundreds = i32x4.shr_u(i32x4.mul(fours, v128.load(DIGITS)), 20);
  const pairs = i32x4.add(i32x4.shl(fours, 16), i32x4.mul(hundreds, v128.load(DIGITS, 16)));
  const tens = i16x8.shr_u(i16x8.mul(pairs, v128.load(DIGITS, 32)), 10);
  return i16x8.add(i16x8.shl(pairs, 8), i16x8.mul(tens, v128.load(DIGITS, 48)));
}
