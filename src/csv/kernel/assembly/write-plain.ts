/**
 * The usual doubles as text: from 0.001 to 10^7, where no exponent is written. Numbers like these can be scaled to
 * integers of 16 or 17 digits exactly, in 98 bits, so that one product decides what Schubfach (`shortest.ts`) needs three
 * of and a table for; `test/csv/encode.test.ts` compares the two.
 */
import { digits16 } from './digits';
import { DIGITS, INTEGERS, VECTORS } from './map';

/**
 * Writes the magnitude of a double from 0.001 to 10^7 that is no integer; overwrites up to 32 bytes, returns where its
 * text ends.
 *
 * The double is m * 2^e. With 10^-k just below 2^e, the distance of neighbours, it is P / 2^shift times 10^-k, where
 * P = m * 5^k. All that rounds to it is within 5^k / 2 of P: never on that limit, which is no integer. A multiple of 10
 * within it is shorter, and there is one at most; otherwise the nearest integer is the decimal. Below a power of two the
 * limit is nearer, which makes no difference here: those have ten digits at most, and are their own decimals.
 */
@inline
export function writePlain(bits: u64, out: usize): usize {
  const m = (bits & 0xfffffffffffff) | 0x10000000000000;
  const e = <i32>(bits >> 52 & 0x7ff) - 1075; // -62 to -30
  const k = -((e * 1262611) >> 22); // 10 to 19
  const five = load<u64>(INTEGERS + (<usize>k << 3)) >> k;
  const shift = <u64>(-e - k); // 20 to 43
  const low = (m & 0xffffffff) * (five & 0xffffffff);
  const middle = (low >> 32) + (m >> 32) * (five & 0xffffffff) + (m & 0xffffffff) * (five >> 32);
  const high = (m >> 32) * (five >> 32) + (middle >> 32);
  const lowest = (middle << 32) | (low & 0xffffffff);
  const whole = (high << (64 - shift)) | (lowest >> shift);
  const one = (<u64>1) << shift;
  const part = lowest & (one - 1);

  let upper = whole / 100000000; // 8 or 9 digits
  let lower = <u32>(whole - upper * 100000000);
  const last = lower % 10;
  const past = <u64>last * one + part;
  const toTen = 10 * one - past;
  const nearest = lower + <u32>(part + (lower & 1) > one >> 1); // a tie goes to the even one
  lower = 2 * past < five ? lower - last : 2 * toTen < five ? lower - last + 10 : nearest;
  if (lower == 100000000) {
    lower = 0;
    upper++;
  }
  const lead = <u32>(upper / 100000000);
  return writeDecimal(lead, digits16(<u32>upper - lead * 100000000, lower), k, out);
}

/** Writes `lead`, unless it is 0, and 16 digits more, the last `k` of all after the point, without zeros at the end. */
@inline
function writeDecimal(lead: u32, values: v128, k: i32, out: usize): usize {
  const digits = v128.or(values, v128.load(DIGITS, 64));
  const zeros = clz(i8x16.bitmask(i8x16.ne(values, i64x2.splat(0)))) - 16;
  const more = <i32>(lead != 0);
  const whole = 16 + more - k; // digits before the point, or minus the zeros after it
  const count = <usize>(16 + more) - <usize>zeros;
  if (whole <= 0) {
    store<u32>(out, 0x30302e30); // 0.00
    out += <usize>(2 - whole);
    store<u8>(out, <u8>(0x30 + lead));
    v128.store(out + <usize>more, digits);
    return out + count;
  }
  store<u8>(out, <u8>(0x30 + lead));
  v128.store(out + <usize>more, digits);
  out += <usize>whole;
  store<u8>(out, 0x2e);
  const order = i8x16.add(v128.load(VECTORS, 112), i8x16.splat(<i8>(whole - more)));
  v128.store(out, i8x16.swizzle(digits, order), 1);
  return out + count - <usize>whole + 1;
}
