/**
 * Doubles as text, laid out as Java's `Double.toString` does; `schema/java-double.ts` is the slow mirror, and
 * `test/csv/encode.test.ts` compares the two bit for bit.
 */
import { INTEGERS, PAIRS, SCRATCH } from './map';
import { digits8, ZEROS } from './digits';
import { shortestDigits, shortestPower, toShortest } from './shortest';
import { writePlain } from './write-plain';

const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const MINUS: u8 = 0x2d;

/** Writes a double, at most 24 bytes and overwrites up to 40 more; returns where its text ends. */
export function writeNumber(value: f64, out: usize): usize {
  const bits = reinterpret<u64>(value);
  const magnitude = abs(value);
  if ((bits >> 52 & 0x7ff) == 0x7ff) return writeSpecial(bits, out);
  store<u8>(out, MINUS);
  out += <usize>(bits >> 63);
  if (magnitude < 10000000) {
    const whole = <u32>magnitude;
    if (<f64>whole == magnitude) return writeWhole(whole, out);
  }
  if (magnitude >= 0.001 && magnitude < 10000000) return writePlain(bits, out);
  toShortest(bits);
  const count = writeDigits(shortestDigits);
  return writeScientific(shortestPower + <i32>count - 1, count, out);
}

function writeSpecial(bits: u64, out: usize): usize {
  if ((bits & 0xfffffffffffff) != 0) {
    store<u32>(out, 0x4e614e); // NaN
    return out + 3;
  }
  store<u8>(out, MINUS);
  out += <usize>(bits >> 63);
  store<u64>(out, 0x7974696e69666e49); // Infinity
  return out + 8;
}

@inline
function writeWhole(whole: u32, out: usize): usize {
  const digits = digits8(whole);
  const zeros = min<u64>(ctz(digits), 56) & 56;
  store<u64>(out, (digits | ZEROS) >> zeros);
  out += <usize>(8 - (zeros >> 3));
  store<u16>(out, 0x302e); // .0
  return out + 2;
}

function writeScientific(exponent: i32, count: usize, out: usize): usize {
  store<u8>(out, load<u8>(SCRATCH));
  store<u8>(out, POINT, 1);
  store<u8>(out, ZERO, 2);
  if (count > 1) v128.store(out, v128.load(SCRATCH, 1), 2);
  out += count > 1 ? count + 1 : 3;
  store<u8>(out++, 0x45); // E
  if (exponent < 0) store<u8>(out++, MINUS);
  let rest = <u32>(exponent < 0 ? -exponent : exponent);
  if (rest >= 100) {
    store<u8>(out++, <u8>(0x30 + rest / 100));
    rest %= 100;
    store<u16>(out, load<u16>(PAIRS + (<usize>rest << 1)));
    return out + 2;
  }
  if (rest >= 10) {
    store<u16>(out, load<u16>(PAIRS + (<usize>rest << 1)));
    return out + 2;
  }
  store<u8>(out, <u8>(0x30 + rest));
  return out + 1;
}

/** Writes the digits of an integer below 10^17 to `SCRATCH`; returns how many they are, 1 for 0. */
function writeDigits(value: u64): usize {
  let count = (<u32>(64 - clz(value | 1)) * 1233) >> 12;
  count += <u32>(value >= load<u64>(INTEGERS + (<usize>count << 3)));
  count += <u32>(count == 0);
  let p = SCRATCH + <usize>count;
  while (value >= 100000000) {
    const rest = value / 100000000;
    const low = <u32>(value - rest * 100000000);
    value = rest;
    const upper = low / 10000;
    const lower = low % 10000;
    p -= 8;
    store<u16>(p, load<u16>(PAIRS + (<usize>(upper / 100) << 1)));
    store<u16>(p, load<u16>(PAIRS + (<usize>(upper % 100) << 1)), 2);
    store<u16>(p, load<u16>(PAIRS + (<usize>(lower / 100) << 1)), 4);
    store<u16>(p, load<u16>(PAIRS + (<usize>(lower % 100) << 1)), 6);
  }
  let small = <u32>value;
  while (small >= 100) {
    p -= 2;
    store<u16>(p, load<u16>(PAIRS + (<usize>(small % 100) << 1)));
    small /= 100;
  }
  if (small >= 10) store<u16>(p - 2, load<u16>(PAIRS + (<usize>small << 1)));
  else store<u8>(p - 1, <u8>(0x30 + small));
  return <usize>count;
}
