/**
 * Sums of a segment (rows of one group, one after another) by splitting: two rows at a time, as doubles but exactly. With
 * M = 1.5 * 2^k, (x + M) - M is x rounded to a multiple of 2^(k-52), and what is left of x is exact (Demmel and Nguyen,
 * "Fast reproducible floating-point summation", 2013). k is chosen by the segment's greatest magnitude 2^E, so that sums
 * of 1,024 multiples are exact: the first M takes the bits down to 2^(E-42), a second one those down to 2^(E-84). Where
 * something is left even then, or something is not finite, a function returns false and has written nothing: the segment
 * then goes row by row (`rows.ts`).
 */
import { increase, increaseInterval, increaseType } from './counts';
import { ACTUALS, COVERED, INSIDE, NEGATIVE, ZERO } from './map';
import { capacity, intervalsAt, squareSum, types, valuesAt } from './settings';
import { addSigned } from './sums';

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

/** Two rows of a column; of the last odd row the second is 0. */
@inline
function pairAt(at: u32, left: u32): v128 {
  return left > 8 ? v128.load(at) : v128.load64_zero(at);
}

export function splitTargets(group: u32, row: u32, rows: u32): bool {
  const start = valuesAt + (row << 3);
  const bytes = rows << 3;
  let most: v128 = f64x2.splat(0);
  for (let at: u32 = 0; at < bytes; at += 16) most = f64x2.pmax(most, f64x2.abs(pairAt(start + at, bytes - at)));
  const bound = greater(most);
  if (!isSplittable(bound)) return false;
  const first = firstSplit(bound);
  const second = secondSplit(bound);
  const zero = f64x2.splat(0);
  let sum1 = zero;
  let sum2 = zero;
  let rest = zero;
  let zeros: v128 = i64x2.splat(0);
  for (let at: u32 = 0; at < bytes; at += 16) {
    const y = f64x2.abs(pairAt(start + at, bytes - at));
    const high1 = high(y, first);
    const low = f64x2.sub(y, high1);
    const high2 = high(low, second);
    rest = v128.or(rest, f64x2.ne(low, high2));
    sum1 = f64x2.add(sum1, high1);
    sum2 = f64x2.add(sum2, high2);
    zeros = i64x2.sub(zeros, f64x2.eq(y, zero));
  }
  if (v128.any_true(rest)) return false;
  addSigned(group, 0, total(sum1));
  addSigned(group, 0, total(sum2));
  increase(group, ACTUALS, rows);
  const count = counted(zeros) - (rows & 1);
  if (count) increase(group, ZERO, count);
  return true;
}

export function splitPoint(group: u32, type: u32, row: u32, rows: u32): bool {
  return splitErrors(group, type, row, rows, true);
}

export function splitType(group: u32, type: u32, row: u32, rows: u32): bool {
  return splitErrors(group, type, row, rows, false);
}

// One loop, longer than others, since every value is loaded once.
@inline
function splitErrors(group: u32, type: u32, row: u32, rows: u32, isPoint: bool): bool {
  const targets = valuesAt + (row << 3);
  const forecasts = targets + (1 + type) * (capacity << 3);
  const bytes = rows << 3;
  const zero = f64x2.splat(0);
  let most = zero;
  let mostShare = zero;
  for (let at: u32 = 0; at < bytes; at += 16) {
    const y = pairAt(targets + at, bytes - at);
    const error = f64x2.abs(f64x2.sub(y, pairAt(forecasts + at, bytes - at)));
    most = f64x2.pmax(most, error);
    if (isPoint) {
      const share = f64x2.div(error, f64x2.abs(y));
      mostShare = f64x2.pmax(mostShare, v128.and(share, f64x2.ne(y, zero)));
    }
  }
  const bound = greater(most);
  const squareBound = bound * bound;
  const shareBound = greater(mostShare);
  if (!isSplittable(bound)) return false;
  if (isPoint && (!isSplittable(squareBound) || !isSplittable(shareBound))) return false;
  const first = firstSplit(bound);
  const second = secondSplit(bound);
  const firstSquare = firstSplit(squareBound);
  const secondSquare = secondSplit(squareBound);
  const firstShare = firstSplit(shareBound);
  const secondShare = secondSplit(shareBound);
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
  for (let at: u32 = 0; at < bytes; at += 16) {
    const y = pairAt(targets + at, bytes - at);
    const forecast = pairAt(forecasts + at, bytes - at);
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
      const share = v128.and(f64x2.div(f64x2.abs(error), f64x2.abs(y)), f64x2.ne(y, zero));
      const shareHigh1 = high(share, firstShare);
      const shareLow = f64x2.sub(share, shareHigh1);
      const shareHigh2 = high(shareLow, secondShare);
      rest = v128.or(rest, f64x2.ne(shareLow, shareHigh2));
      share1 = f64x2.add(share1, shareHigh1);
      share2 = f64x2.add(share2, shareHigh2);
    }
  }
  if (v128.any_true(rest)) return false;
  const sum = 1 + 2 * type;
  const under = total(under1);
  const underLow = total(under2);
  addSigned(group, sum, under);
  addSigned(group, sum, underLow);
  addSigned(group, sum + 1, under - total(sum1)); // exact: multiples of one grid
  addSigned(group, sum + 1, underLow - total(sum2));
  if (isPoint) {
    addSigned(group, squareSum, total(square1));
    addSigned(group, squareSum, total(square2));
    addSigned(group, squareSum + 1, total(share1));
    addSigned(group, squareSum + 1, total(share2));
  }
  const negatives = counted(negative);
  if (negatives) increaseType(group, type, NEGATIVE, negatives);
  const covered = rows - counted(above);
  if (covered) increaseType(group, type, COVERED, covered);
  return true;
}

export function splitWidths(group: u32, interval: u32, row: u32, rows: u32): bool {
  const stride = capacity << 3;
  const targets = valuesAt + (row << 3);
  const lowers = targets + (1 + load<u32>(intervalsAt + (interval << 3))) * stride;
  const uppers = targets + (1 + load<u32>(intervalsAt + (interval << 3) + 4)) * stride;
  const bytes = rows << 3;
  const zero = f64x2.splat(0);
  let most = zero;
  for (let at: u32 = 0; at < bytes; at += 16) {
    const width = f64x2.sub(pairAt(uppers + at, bytes - at), pairAt(lowers + at, bytes - at));
    most = f64x2.pmax(most, f64x2.abs(width));
  }
  const bound = greater(most);
  if (!isSplittable(bound)) return false;
  const first = firstSplit(bound);
  const second = secondSplit(bound);
  let rest = zero;
  let sum1 = zero;
  let sum2 = zero;
  let inside: v128 = i64x2.splat(0);
  for (let at: u32 = 0; at < bytes; at += 16) {
    const y = pairAt(targets + at, bytes - at);
    const lower = pairAt(lowers + at, bytes - at);
    const upper = pairAt(uppers + at, bytes - at);
    const width = f64x2.sub(upper, lower);
    const high1 = high(width, first);
    const low = f64x2.sub(width, high1);
    const high2 = high(low, second);
    rest = v128.or(rest, v128.or(f64x2.ne(low, high2), f64x2.ne(y, y)));
    sum1 = f64x2.add(sum1, high1);
    sum2 = f64x2.add(sum2, high2);
    inside = i64x2.sub(inside, v128.and(f64x2.ge(y, lower), f64x2.le(y, upper)));
  }
  if (v128.any_true(rest)) return false;
  const sum = 1 + 2 * types + interval;
  addSigned(group, sum, total(sum1));
  addSigned(group, sum, total(sum2));
  const count = counted(inside) - (rows & 1);
  if (count) increaseInterval(group, interval, INSIDE, count);
  return true;
}
