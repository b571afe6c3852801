/** Digits of integers, without a loop and without tables. */

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
