/**
 * Decimal to double, correctly rounded: w * 10^q for w < 2^64.
 *
 * The method is Eisel and Lemire's (D. Lemire, "Number Parsing at a Gigabyte per Second", 2021), in the form without
 * fallback (N. Mushtak and D. Lemire, "Fast Number Parsing Without Fallback", 2022). `test/csv/double.test.ts` compares
 * it bit for bit with JavaScript's `Number`.
 */
import { DOUBLES, TABLES } from './map';

/** High 64 bits of a 128-bit product; WebAssembly has no such instruction. */
@inline
export function multiplyHigh(a: u64, b: u64): u64 {
  const al = a & 0xffffffff;
  const ah = a >> 32;
  const bl = b & 0xffffffff;
  const bh = b >> 32;
  const cross = ah * bl;
  const middle = ((al * bl) >> 32) + (cross & 0xffffffff) + al * bh;
  return ah * bh + (cross >> 32) + (middle >> 32);
}

/**
 * The magnitude of w * 10^q; infinity when it overflows.
 *
 * Most numbers are decided by three of the four partial products: what is left out moves the high word by one at most,
 * which matters only when the nine bits below the double's last are all ones, all zeros, or next to that. Those, and
 * what is no normal double, go the exact way.
 */
@inline
export function toDouble(w: u64, q: i32): f64 {
  // W. Clinger's exact case: both factors are doubles, so one operation rounds once. Long fractions take the other way
  // even where they would do, because that is as fast as a division, and no branch has to be guessed.
  if (q <= 0 && q >= -8 && w <= 9007199254740992) return <f64>w / load<f64>(DOUBLES + (<usize>-q << 3));
  if (w == 0 || q < -300 || q > 280) return toDoubleExactly(w, q);
  return roundProduct(w, q);
}

/** The same for what most numbers are: w < 2^60, of which the last `fraction` digits, 1 to 16, are a fraction. */
@inline
export function decimalToDouble(w: u64, fraction: u32): f64 {
  if (fraction <= 8 && w <= 9007199254740992) return <f64>(<i64>w) / load<f64>(DOUBLES + (<usize>fraction << 3));
  return roundProduct(w, -(<i32>fraction));
}

@inline
function roundProduct(w: u64, q: i32): f64 {
  const zeros = <i32>clz(w);
  const scaled = w << zeros;
  const power = load<u64>(TABLES + (<usize>(q + 342) << 4));
  const ah = scaled >> 32;
  const bh = power >> 32;
  const cross = ah * (power & 0xffffffff);
  const high = ah * bh + (cross >> 32) + (((cross & 0xffffffff) + (scaled & 0xffffffff) * bh) >> 32);
  if ((high & 0x1ff) - 1 >= 0x1fc) return toDoubleExactly(w, q);
  const upper = high >> 63;
  const mantissa = (high >> (upper + 9)) + 1; // 54 bits, its last to be rounded away
  const exponent = <i64>((((152170 + 65536) * q) >> 16) + 63 - zeros + 1022) + <i64>upper;
  // the mantissa's leading bit, and a carry out of it, count the exponent up
  return reinterpret<f64>((mantissa >> 1) + (<u64>exponent << 52));
}

function toDoubleExactly(w: u64, q: i32): f64 {
  if (w == 0 || q < -342) return 0;
  if (q > 308) return Infinity;
  const zeros = <i32>clz(w);
  w <<= zeros;
  const entry = TABLES + (<usize>(q + 342) << 4);
  const power = load<u64>(entry);
  let low = w * power;
  let high = multiplyHigh(w, power);
  if ((high & 0x1ff) == 0x1ff) {
    const second = multiplyHigh(w, load<u64>(entry, 8));
    low += second;
    if (second > low) high++;
  }
  const upper = <i32>(high >> 63);
  let mantissa = high >> (upper + 9);
  let exponent = (((152170 + 65536) * q) >> 16) + 63 + upper - zeros + 1023;
  if (exponent <= 0) {
    if (-exponent + 1 >= 64) return 0;
    mantissa >>= -exponent + 1;
    mantissa += mantissa & 1;
    mantissa >>= 1;
    return reinterpret<f64>(mantissa); // a subnormal; rounded up to the least normal, its bits are right too
  }
  // Exactly half-way can only happen for these q: then round to even.
  if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1) {
    if (mantissa << (upper + 9) == high) mantissa &= ~1;
  }
  mantissa += mantissa & 1;
  mantissa >>= 1;
  if (mantissa >= 0x20000000000000) {
    mantissa = 0x10000000000000;
    exponent++;
  }
  if (exponent >= 0x7ff) return Infinity;
  return reinterpret<f64>((mantissa & 0xfffffffffffff) | ((<u64>exponent) << 52));
}
