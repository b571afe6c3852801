/**
 * Decimals to doubles, two at a time, correctly rounded: w / 10^f for w < 10^17 and f from 1 to 16.
 *
 * Up to 2^53 one division of doubles rounds once (W. Clinger's exact case). Beyond, w is split into 29 and 28 bits, and 10^-f
 * into 24, 24 and 53, so that the products that matter are exact (T. Dekker, "A Floating-Point Technique for Extending the
 * Available Precision", 1971). With a = high * P1 and t all the rest, a + t is off by less than 2^-74 a. Where a + (t + e) and
 * a + (t - e) with e = 2^-72 a are the same double, so is the nearest to w / 10^f; the others (one in 2^18) go the way of
 * `double.ts`. `test/csv/double.test.ts` compares the answers with JavaScript's.
 */
import { PIECES, UNCONVERTED, VALUE } from './map';
import { decimalToDouble } from './double';

/** 52 and 80 as exponents of two: what an integer below 2^29 is put into to become a double of its own size, or 2^28 of it. */
const AT52: i64 = 0x4330000000000000;
const AT80: i64 = 0x44f0000000000000;
const LOW28: i64 = 0xfffffff;
const LARGEST_EXACT: i64 = 9007199254740992;
const ERROR: f64 = 2.117582368135751e-22; // 2^-72

/** Converts the rows whose state is UNCONVERTED plus f; their values are w. */
export function convertDecimals(values: usize, states: usize, rows: u32): void {
  let row: u32 = 0;
  for (; row + 2 <= rows; row += 2) {
    const pair = <u32>load<u16>(states + row);
    if ((pair & 0x8080) == 0x8080 && convertPair(values + (<usize>row << 3), pair & 0x7f, (pair >> 8) & 0x7f)) {
      store<u16>(states + row, 0); // VALUE twice
    } else {
      convertOne(values, states, row);
      convertOne(values, states, row + 1);
    }
  }
  if (row < rows) convertOne(values, states, row);
}

function convertOne(values: usize, states: usize, row: u32): void {
  const state = <u32>load<u8>(states + row);
  if (state < UNCONVERTED) return;
  const at = values + (<usize>row << 3);
  store<f64>(at, decimalToDouble(load<u64>(at), state - UNCONVERTED));
  store<u8>(states + row, VALUE);
}

/** A number for each of the two; false, and nothing is written, where one is not decided. */
@inline
function convertPair(at: usize, first: u32, second: u32): bool {
  const one = PIECES + (<usize>first << 5);
  const other = PIECES + (<usize>second << 5);
  const w = v128.load(at);
  const high = f64x2.sub(v128.or(i64x2.shr_u(w, 28), i64x2.splat(AT80)), f64x2.splat(1208925819614629174706176.0));
  const low = f64x2.sub(v128.or(v128.and(w, i64x2.splat(LOW28)), i64x2.splat(AT52)), f64x2.splat(4503599627370496.0));
  const p1 = v128.load64_lane(other, v128.load64_splat(one), 1);
  const p2 = v128.load64_lane(other, v128.load64_splat(one, 8), 1, 8);
  const p3 = v128.load64_lane(other, v128.load64_splat(one, 16), 1, 16);
  const power = v128.load64_lane(other, v128.load64_splat(one, 24), 1, 24);
  const a = f64x2.mul(high, p1);
  const b = f64x2.add(f64x2.mul(low, p1), f64x2.mul(high, p2));
  const t = f64x2.add(b, f64x2.add(f64x2.mul(low, p2), f64x2.mul(high, p3)));
  const e = f64x2.mul(a, f64x2.splat(ERROR));
  const above = f64x2.add(a, f64x2.add(t, e));
  const below = f64x2.add(a, f64x2.sub(t, e));
  const isLarge = i64x2.gt_s(w, i64x2.splat(LARGEST_EXACT));
  if (v128.any_true(v128.and(isLarge, f64x2.ne(above, below)))) return false;
  v128.store(at, v128.bitselect(above, f64x2.div(f64x2.add(high, low), power), isLarge));
  return true;
}
