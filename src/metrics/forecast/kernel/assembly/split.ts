/**
 * Sums of a segment (rows of one group, one after another) by splitting: two rows at a time, as doubles but exactly. With
 * M = 1.5 * 2^k, (x + M) - M is x rounded to a multiple of 2^(k-52), and what is left of x is exact (Demmel and Nguyen,
 * "Fast reproducible floating-point summation", 2013). k is chosen by a bound on the magnitudes, below 2^(E+1), so that
 * sums of 1,024 multiples are exact: the first M takes the bits down to 2^(E-42), a second one those down to 2^(E-84).
 * The bound of errors and widths is first a guess, four times the greatest target, so that values are read once; where
 * the guess does not hold they are read again for their greatest magnitude. Where something is left even then, or
 * something is not finite, a function returns false and has written nothing: the segment then goes row by row
 * (`rows.ts`). The rows are even in number.
 */
import { writeBack, highPart, lowPart } from './chunks';
import { increase, increaseInterval, increaseType } from './counts';
import { ACTUALS, COVERED, INSIDE, NEGATIVE, PLACE, SQUARE_BANDS, SQUARE_BASE, SQUARE_BYTES, SUM_BANDS, SUM_BASE, SUM_BYTES, ZERO } from './map';
import { capacity, intervalsAt, squareSum, sumsAt, types, valuesAt } from './settings';
import { addWide } from './sums';

/** Whether numbers of this greatest magnitude can be split: normal, and far from both ends of the range. */
@inline
function isSplittable(most: f64): bool {
  return <u32>(reinterpret<u64>(most) >> 52) - 64 < 1900 || most == 0;
}

/** M of the first and of the second split, for magnitudes up to `most`. */
@inline
function firstSplit(most: f64): v128 {
  return f64x2.splat(reinterpret<f64>((((reinterpret<u64>(most) >> 52) + 11) << 52) | 0x8000000000000));
}

@inline
function secondSplit(most: f64): v128 {
  return most == 0
    ? f64x2.splat(1)
    : f64x2.splat(reinterpret<f64>((((reinterpret<u64>(most) >> 52) - 31) << 52) | 0x8000000000000));
}

@inline
function high(x: v128, split: v128): v128 {
  return f64x2.sub(f64x2.add(x, split), split);
}

@inline
function greater(lanes: v128): f64 {
  return max(f64x2.extract_lane(lanes, 0), f64x2.extract_lane(lanes, 1));
}

@inline
function total(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/** Rows that a mask counted: each took 1 away. */
@inline
function counted(lanes: v128): u32 {
  return <u32>(i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1));
}

/** Adds a double of either sign to the chunks at `at` of a sum, or to its wide node; 0 adds nothing. */
function addTotal(group: u32, sum: u32, at: u32, base: u32, bands: u32, value: f64): void {
  if (value == 0) return;
  const bits = reinterpret<u64>(value);
  const x = (<u32>(bits >> 52) & 0x7ff) + PLACE;
  const band = (x >> 5) - base;
  if (band >= bands) {
    addWide(group, sum, value);
    return;
  }
  const sign = <u64>(<i64>bits >> 63);
  writeBack(at, band, (lowPart(bits, x) ^ sign) - sign, (highPart(bits, x) ^ sign) - sign);
}

/** Adds the totals of both splits to a sum before the one of squares. */
function addTotals(group: u32, sum: u32, high: f64, low: f64): void {
  const at = group + sumsAt + sum * SUM_BYTES;
  addTotal(group, sum, at, SUM_BASE, SUM_BANDS, high);
  addTotal(group, sum, at, SUM_BASE, SUM_BANDS, low);
}

/** Returns the greatest target's magnitude; NaN where nothing was added. */
export function splitTargets(group: u32, row: u32, rows: u32): f64 {
  const start = valuesAt + (row << 3);
  const end = start + (rows << 3);
  const zero = f64x2.splat(0);
  let most = zero;
  for (let at = start; at < end; at += 16) most = f64x2.pmax(most, f64x2.abs(v128.load(at)));
  const bound = greater(most);
  if (!isSplittable(bound)) return NaN;
  const first = firstSplit(bound);
  const second = secondSplit(bound);
  let sum1 = zero;
  let sum2 = zero;
  let rest = zero;
  let zeros: v128 = i64x2.splat(0);
  for (let at = start; at < end; at += 16) {
    const y = f64x2.abs(v128.load(at));
    const high1 = high(y, first);
    const low = f64x2.sub(y, high1);
    const high2 = high(low, second);
    rest = v128.or(rest, f64x2.ne(low, high2));
    sum1 = f64x2.add(sum1, high1);
    sum2 = f64x2.add(sum2, high2);
    zeros = i64x2.sub(zeros, f64x2.eq(y, zero));
  }
  if (v128.any_true(rest)) return NaN;
  addTotals(group, 0, total(sum1), total(sum2));
  increase(group, ACTUALS, rows);
  const count = counted(zeros);
  if (count) increase(group, ZERO, count);
  return bound;
}

/** `guess` is a bound of the errors that may not hold, or NaN. */
export function splitType(group: u32, type: u32, row: u32, rows: u32, guess: f64): bool {
  if (isSplittable(guess) && splitErrors(group, type, row, rows, false, guess, 1)) return true;
  const bound = greatestError(type, row, rows);
  return isSplittable(bound) && splitErrors(group, type, row, rows, false, bound, 1);
}

/** Squares need their bound as it is, so only that of the shares is guessed first. */
export function splitPoint(group: u32, type: u32, row: u32, rows: u32): bool {
  const bound = greatestError(type, row, rows);
  if (!isSplittable(bound) || !isSplittable(bound * bound)) return false;
  if (splitErrors(group, type, row, rows, true, bound, USUAL_SHARE)) return true;
  const share = greatestShare(type, row, rows);
  return isSplittable(share) && splitErrors(group, type, row, rows, true, bound, share);
}

const USUAL_SHARE: f64 = 256; // |y - m| / |y| is rarely more

function greatestError(type: u32, row: u32, rows: u32): f64 {
  const targets = valuesAt + (row << 3);
  const forecasts = (1 + type) * (capacity << 3);
  const end = targets + (rows << 3);
  let most = f64x2.splat(0);
  for (let at = targets; at < end; at += 16) {
    most = f64x2.pmax(most, f64x2.abs(f64x2.sub(v128.load(at), v128.load(at + forecasts))));
  }
  return greater(most);
}

function greatestShare(type: u32, row: u32, rows: u32): f64 {
  const targets = valuesAt + (row << 3);
  const forecasts = (1 + type) * (capacity << 3);
  const end = targets + (rows << 3);
  const zero = f64x2.splat(0);
  let most = zero;
  for (let at = targets; at < end; at += 16) {
    const y = v128.load(at);
    const share = f64x2.abs(f64x2.div(f64x2.sub(y, v128.load(at + forecasts)), y));
    most = f64x2.pmax(most, v128.and(share, f64x2.ne(y, zero)));
  }
  return greater(most);
}

// One loop, longer than others, since every value is loaded once.
@inline
function splitErrors(group: u32, type: u32, row: u32, rows: u32, isPoint: bool, bound: f64, shareBound: f64): bool {
  const targets = valuesAt + (row << 3);
  const forecasts = (1 + type) * (capacity << 3);
  const end = targets + (rows << 3);
  const zero = f64x2.splat(0);
  const squareBound = bound * bound;
  const first = firstSplit(bound);
  const second = secondSplit(bound);
  const firstSquare = firstSplit(squareBound);
  const secondSquare = secondSplit(squareBound);
  const firstShare = firstSplit(shareBound);
  const secondShare = secondSplit(shareBound);
  let most = zero;
  let mostShare = zero;
  let rest = zero;
  let sum1 = zero;
  let sum2 = zero;
  let under1 = zero;
  let under2 = zero;
  let square1 = zero;
  let square2 = zero;
  let share1 = zero;
  let share2 = zero;
  let above: v128 = i64x2.splat(0);
  let negative: v128 = i64x2.splat(0);
  for (let at = targets; at < end; at += 16) {
    const y = v128.load(at);
    const forecast = v128.load(at + forecasts);
    const error = f64x2.sub(y, forecast);
    const high1 = high(error, first);
    const low = f64x2.sub(error, high1);
    const high2 = high(low, second);
    rest = v128.or(rest, f64x2.ne(low, high2));
    const isUnder = f64x2.gt(error, zero);
    sum1 = f64x2.add(sum1, high1);
    sum2 = f64x2.add(sum2, high2);
    under1 = f64x2.add(under1, v128.and(high1, isUnder));
    under2 = f64x2.add(under2, v128.and(high2, isUnder));
    above = i64x2.sub(above, isUnder);
    negative = i64x2.sub(negative, f64x2.lt(forecast, zero));
    if (isPoint) {
      const square = f64x2.mul(error, error);
      const squareHigh1 = high(square, firstSquare);
      const squareLow = f64x2.sub(square, squareHigh1);
      const squareHigh2 = high(squareLow, secondSquare);
      rest = v128.or(rest, f64x2.ne(squareLow, squareHigh2));
      square1 = f64x2.add(square1, squareHigh1);
      square2 = f64x2.add(square2, squareHigh2);
      const share = v128.and(f64x2.abs(f64x2.div(error, y)), f64x2.ne(y, zero));
      mostShare = f64x2.pmax(mostShare, share);
      const shareHigh1 = high(share, firstShare);
      const shareLow = f64x2.sub(share, shareHigh1);
      const shareHigh2 = high(shareLow, secondShare);
      rest = v128.or(rest, f64x2.ne(shareLow, shareHigh2));
      share1 = f64x2.add(share1, shareHigh1);
      share2 = f64x2.add(share2, shareHigh2);
    } else most = f64x2.pmax(most, f64x2.abs(error));
  }
  if (v128.any_true(rest)) return false;
  if (isPoint ? greater(mostShare) > shareBound : greater(most) > bound) return false;
  const sum = 1 + 2 * type;
  const under = total(under1);
  const underLow = total(under2);
  addTotals(group, sum, under, underLow);
  addTotals(group, sum + 1, under - total(sum1), underLow - total(sum2)); // exact: multiples of one grid
  if (isPoint) {
    const squares = group + sumsAt + squareSum * SUM_BYTES;
    addTotal(group, squareSum, squares, SQUARE_BASE, SQUARE_BANDS, total(square1));
    addTotal(group, squareSum, squares, SQUARE_BASE, SQUARE_BANDS, total(square2));
    addTotal(group, squareSum + 1, squares + SQUARE_BYTES, SUM_BASE, SUM_BANDS, total(share1));
    addTotal(group, squareSum + 1, squares + SQUARE_BYTES, SUM_BASE, SUM_BANDS, total(share2));
  }
  const negatives = counted(negative);
  if (negatives) increaseType(group, type, NEGATIVE, negatives);
  const covered = rows - counted(above);
  if (covered) increaseType(group, type, COVERED, covered);
  return true;
}

/** `guess` is a bound of the widths that may not hold, or NaN. */
export function splitWidths(group: u32, interval: u32, row: u32, rows: u32, guess: f64): bool {
  if (isSplittable(guess) && splitBounded(group, interval, row, rows, guess)) return true;
  const stride = capacity << 3;
  const lowers = valuesAt + (row << 3) + (1 + load<u32>(intervalsAt + (interval << 3))) * stride;
  const uppers = valuesAt + (row << 3) + (1 + load<u32>(intervalsAt + (interval << 3) + 4)) * stride;
  const end = rows << 3;
  let most = f64x2.splat(0);
  for (let at: u32 = 0; at < end; at += 16) {
    most = f64x2.pmax(most, f64x2.abs(f64x2.sub(v128.load(uppers + at), v128.load(lowers + at))));
  }
  const bound = greater(most);
  return isSplittable(bound) && splitBounded(group, interval, row, rows, bound);
}

function splitBounded(group: u32, interval: u32, row: u32, rows: u32, bound: f64): bool {
  const stride = capacity << 3;
  const targets = valuesAt + (row << 3);
  const lowers = targets + (1 + load<u32>(intervalsAt + (interval << 3))) * stride;
  const uppers = targets + (1 + load<u32>(intervalsAt + (interval << 3) + 4)) * stride;
  const end = rows << 3;
  const first = firstSplit(bound);
  const second = secondSplit(bound);
  let most = f64x2.splat(0);
  let rest = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let inside: v128 = i64x2.splat(0);
  for (let at: u32 = 0; at < end; at += 16) {
    const y = v128.load(targets + at);
    const lower = v128.load(lowers + at);
    const upper = v128.load(uppers + at);
    const width = f64x2.sub(upper, lower);
    most = f64x2.pmax(most, f64x2.abs(width));
    const high1 = high(width, first);
    const low = f64x2.sub(width, high1);
    const high2 = high(low, second);
    rest = v128.or(rest, v128.or(f64x2.ne(low, high2), f64x2.ne(y, y)));
    sum1 = f64x2.add(sum1, high1);
    sum2 = f64x2.add(sum2, high2);
    inside = i64x2.sub(inside, v128.and(f64x2.ge(y, lower), f64x2.le(y, upper)));
  }
  if (v128.any_true(rest) || greater(most) > bound) return false;
  addTotals(group, 1 + 2 * types + interval, total(sum1), total(sum2));
  const count = counted(inside);
  if (count) increaseInterval(group, interval, INSIDE, count);
  return true;
}
