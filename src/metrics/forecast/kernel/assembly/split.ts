/**
 * Sums of a segment (rows of one group, one after another) by splitting: two rows at a time, as doubles but exactly. With
 * M = 1.5 * 2^(g+52), x + M is x rounded to a multiple of 2^g, as an integer in the low bits of M; what is left of x is exact
 * (Demmel and Nguyen, "Fast reproducible floating-point summation", 2013). The integers are added up as such.
 *
 * All numbers of a segment are below 2^F and multiples of 2^(F-93): `ranges.ts` knows it beforehand. So are targets, errors
 * and widths, below 2^(F+1): with g = F-49 what is left is at most 2^(F-50), and 1,024 of it make an exact sum of doubles.
 * Squares and shares are rounded: they are split twice, and what is left then must be nothing. Where it is something, or the
 * numbers lie too far apart, a function returns false and has written nothing: those sums then go row by row
 * (`rows.ts`). Rows are added in pairs; the one behind an odd number of them is zeros.
 */
import { LOW32 } from './chunks';
import { increase, increaseInterval, increaseType } from './counts';
import { ACTUALS, COVERED, INSIDE, NEGATIVE, NODE_CHUNKS, SQUARE_BASE, SQUARE_BYTES, SUM_BASE, SUM_BYTES, ZERO } from './map';
import { commonExponent, hasSigns, leastTarget } from './ranges';
import { intervalsAt, scratch, squareSum, stride, sumsAt, types, valuesAt } from './settings';
import { wideNode } from './sums';

const HALF: u64 = 0x8000000000000;
/** The greatest exponents of numbers whose sums, and sums of squares, are compact; others go to wide nodes. */
const MOST_COMPACT: u32 = 1071;
const MOST_SQUARED: u32 = 1060;
/** Shares below 2^20 need no bound of their own. */
const USUAL_SHARE: i32 = 20;
const MOST_SHARE: i32 = 40;

/** M as bits, its exponent biased. */
@inline
function splitter(exponent: u32): u64 {
  return (<u64>exponent << 52) | HALF;
}

/** Both lanes. Through memory, as the engine would make them again for each pair of rows. */
@inline
function lanes(bits: u64): v128 {
  store<u64>(scratch, bits);
  return v128.load64_splat(scratch);
}

/** The integers of `count` sums x + M that were added up as bits. */
@inline
function integers(sum: v128, count: u32, splitter: u64): i64 {
  return i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1) - <i64>(<u64>count * splitter);
}

@inline
function total(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Rows that a mask counted: each took 1 away. */
@inline
function counted(sum: v128): u32 {
  return <u32>(i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1));
}

/** Adds an integer to the chunks of a sum that begin with number `base`, at bit `position` of the whole. */
@inline
function addInteger(chunks: u32, base: u32, position: u32, value: i64): void {
  const at = chunks + (((position >> 5) - base) << 3);
  const shift = <u64>(position & 31);
  store<u64>(at, load<u64>(at) + ((<u64>value << shift) & LOW32));
  store<i64>(at, load<i64>(at, 8) + (value >> (32 - shift)), 8);
}

/** Adds both parts of a sum of numbers of this exponent at most: integers of 2^(F-49), and a double, a multiple of 2^(F-93). */
@inline
function addParts(group: u32, sum: u32, exponent: u32, high: i64, low: f64): void {
  const integer = <i64>(low * reinterpret<f64>(<u64>(2138 - exponent) << 52));
  let chunks = group + sumsAt + sum * SUM_BYTES;
  let base = SUM_BASE;
  if (exponent > MOST_COMPACT) {
    if (high == 0 && integer == 0) return;
    chunks = wideNode(group, sum) + NODE_CHUNKS;
    base = 0;
  }
  addInteger(chunks, base, exponent + 20, high);
  addInteger(chunks, base, exponent - 24, integer);
}

export function splitTargets(group: u32, row: u32, rows: u32): bool {
  const padded = (rows + 1) & ~1;
  const exponent = commonExponent(0, 0, row, padded);
  if (exponent == 0) return false;
  const bits = splitter(exponent + 4);
  const split = lanes(bits);
  const magnitude = i64x2.splat(0x7fffffffffffffff);
  const zero = f64x2.splat(0);
  let highs: v128 = i64x2.splat(0);
  let lows = zero;
  let zeros: v128 = i64x2.splat(0);
  let at = valuesAt + (row << 3);
  for (const end = at + (padded << 3); at < end; at += 16) {
    const y = v128.and(v128.load(at), magnitude);
    const shifted = f64x2.add(y, split);
    highs = i64x2.add(highs, shifted);
    lows = f64x2.add(lows, f64x2.sub(y, f64x2.sub(shifted, split)));
    zeros = i64x2.sub(zeros, f64x2.eq(y, zero));
  }
  addParts(group, 0, exponent, integers(highs, padded, bits), total(lows));
  increase(group, ACTUALS, rows);
  const count = counted(zeros) + rows - padded;
  if (count) increase(group, ZERO, count);
  return true;
}

export function splitErrors(group: u32, type: u32, row: u32, rows: u32): bool {
  const padded = (rows + 1) & ~1;
  const exponent = commonExponent(1 + type, 1 + type, row, padded);
  if (exponent == 0) return false;
  const bits = splitter(exponent + 4);
  const split = lanes(bits);
  const zero = f64x2.splat(0);
  let highs: v128 = i64x2.splat(0);
  let lows = zero;
  let underHighs: v128 = i64x2.splat(0);
  let underLows = zero;
  let above: v128 = i64x2.splat(0);
  let at = valuesAt + (row << 3);
  let forecast = at + (1 + type) * stride;
  for (const end = at + (padded << 3); at < end; at += 16, forecast += 16) {
    const error = f64x2.sub(v128.load(at), v128.load(forecast));
    const shifted = f64x2.add(error, split);
    const low = f64x2.sub(error, f64x2.sub(shifted, split));
    const isUnder = f64x2.gt(error, zero);
    highs = i64x2.add(highs, shifted);
    lows = f64x2.add(lows, low);
    underHighs = i64x2.add(underHighs, v128.and(shifted, isUnder));
    underLows = f64x2.add(underLows, v128.and(low, isUnder));
    above = i64x2.sub(above, isUnder);
  }
  const aboveCount = counted(above);
  const underHigh = integers(underHighs, aboveCount, bits);
  const underLow = total(underLows);
  const under = 1 + 2 * type;
  addParts(group, under, exponent, underHigh, underLow);
  // under less all is over; exact, as both are sums of multiples
  addParts(group, under + 1, exponent, underHigh - integers(highs, padded, bits), underLow - total(lows));
  if (rows > aboveCount) increaseType(group, type, COVERED, rows - aboveCount);
  if (hasSigns(1 + type)) countNegative(group, type, row, padded);
  return true;
}

function countNegative(group: u32, type: u32, row: u32, padded: u32): void {
  const zero = f64x2.splat(0);
  let negative: v128 = i64x2.splat(0);
  let at = valuesAt + (1 + type) * stride + (row << 3);
  for (const end = at + (padded << 3); at < end; at += 16) {
    negative = i64x2.sub(negative, f64x2.lt(v128.load(at), zero));
  }
  const count = counted(negative);
  if (count) increaseType(group, type, NEGATIVE, count);
}

export function splitSquares(group: u32, type: u32, row: u32, rows: u32): bool {
  const padded = (rows + 1) & ~1;
  const exponent = commonExponent(1 + type, 1 + type, row, padded);
  if (exponent == 0) return false;
  const bits = splitter(2 * exponent - 1017);
  const lowBits = splitter(2 * exponent - 1068);
  const split = lanes(bits);
  const lowSplit = lanes(lowBits);
  let highs: v128 = i64x2.splat(0);
  let lows: v128 = i64x2.splat(0);
  let rest: v128 = i64x2.splat(0);
  let at = valuesAt + (row << 3);
  let forecast = at + (1 + type) * stride;
  for (const end = at + (padded << 3); at < end; at += 16, forecast += 16) {
    const error = f64x2.sub(v128.load(at), v128.load(forecast));
    const square = f64x2.mul(error, error);
    const shifted = f64x2.add(square, split);
    const low = f64x2.sub(square, f64x2.sub(shifted, split));
    const lowShifted = f64x2.add(low, lowSplit);
    highs = i64x2.add(highs, shifted);
    lows = i64x2.add(lows, lowShifted);
    rest = v128.or(rest, f64x2.sub(low, f64x2.sub(lowShifted, lowSplit)));
  }
  if (v128.any_true(rest)) return false;
  let chunks = group + sumsAt + squareSum * SUM_BYTES;
  let base = SQUARE_BASE;
  if (exponent > MOST_SQUARED) {
    chunks = wideNode(group, squareSum) + NODE_CHUNKS;
    base = 0;
  }
  addInteger(chunks, base, 2 * exponent - 1001, integers(highs, padded, bits));
  addInteger(chunks, base, 2 * exponent - 1052, integers(lows, padded, lowBits));
  return true;
}

/** The bound of shares is first that of a greatest error and a least target, then their own. */
export function splitShares(group: u32, type: u32, row: u32, rows: u32): bool {
  const padded = (rows + 1) & ~1;
  const exponent = commonExponent(1 + type, 1 + type, row, padded);
  if (exponent == 0) return false;
  const usual = max(<i32>exponent - leastTarget() + 2, 0);
  if (usual <= USUAL_SHARE && splitBoundedShares(group, type, row, padded, usual)) return true;
  const own = max(greatestShare(type, row, padded), 0);
  return own < MOST_SHARE && own < usual && splitBoundedShares(group, type, row, padded, own);
}

/** All shares are below 2^bound. */
function splitBoundedShares(group: u32, type: u32, row: u32, padded: u32, bound: i32): bool {
  const bits = splitter(1025 + bound);
  const lowBits = splitter(974 + bound);
  const split = lanes(bits);
  const lowSplit = lanes(lowBits);
  const magnitude = i64x2.splat(0x7fffffffffffffff);
  const zero = f64x2.splat(0);
  let highs: v128 = i64x2.splat(0);
  let lows: v128 = i64x2.splat(0);
  let rest: v128 = i64x2.splat(0);
  let at = valuesAt + (row << 3);
  let forecast = at + (1 + type) * stride;
  for (const end = at + (padded << 3); at < end; at += 16, forecast += 16) {
    const y = v128.load(at);
    const quotient = f64x2.div(f64x2.sub(y, v128.load(forecast)), y);
    const share = v128.and(v128.and(quotient, magnitude), f64x2.ne(y, zero));
    const shifted = f64x2.add(share, split);
    const low = f64x2.sub(share, f64x2.sub(shifted, split));
    const lowShifted = f64x2.add(low, lowSplit);
    highs = i64x2.add(highs, shifted);
    lows = i64x2.add(lows, lowShifted);
    rest = v128.or(rest, f64x2.sub(low, f64x2.sub(lowShifted, lowSplit)));
  }
  if (v128.any_true(rest)) return false;
  const sum = group + sumsAt + squareSum * SUM_BYTES + SQUARE_BYTES;
  addInteger(sum, SUM_BASE, 1041 + bound, integers(highs, padded, bits));
  addInteger(sum, SUM_BASE, 990 + bound, integers(lows, padded, lowBits));
  return true;
}

/** The b for which all shares are below 2^b. */
function greatestShare(type: u32, row: u32, padded: u32): i32 {
  const zero = f64x2.splat(0);
  let most = zero;
  let at = valuesAt + (row << 3);
  let forecast = at + (1 + type) * stride;
  for (const end = at + (padded << 3); at < end; at += 16, forecast += 16) {
    const y = v128.load(at);
    const quotient = f64x2.div(f64x2.sub(y, v128.load(forecast)), y);
    most = f64x2.pmax(most, v128.and(f64x2.abs(quotient), f64x2.ne(y, zero)));
  }
  return <i32>(reinterpret<u64>(max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1))) >> 52) - 1022;
}

export function splitWidths(group: u32, interval: u32, row: u32, rows: u32): bool {
  const padded = (rows + 1) & ~1;
  const lowerColumn = 1 + load<u32>(intervalsAt + (interval << 3));
  const upperColumn = 1 + load<u32>(intervalsAt + (interval << 3) + 4);
  const exponent = commonExponent(lowerColumn, upperColumn, row, padded);
  if (exponent == 0) return false;
  const bits = splitter(exponent + 4);
  const split = lanes(bits);
  let highs: v128 = i64x2.splat(0);
  let lows = f64x2.splat(0);
  let inside: v128 = i64x2.splat(0);
  let at = valuesAt + (row << 3);
  let lowerAt = at + lowerColumn * stride;
  let upperAt = at + upperColumn * stride;
  for (const end = at + (padded << 3); at < end; at += 16, lowerAt += 16, upperAt += 16) {
    const y = v128.load(at);
    const lower = v128.load(lowerAt);
    const upper = v128.load(upperAt);
    const width = f64x2.sub(upper, lower);
    const shifted = f64x2.add(width, split);
    highs = i64x2.add(highs, shifted);
    lows = f64x2.add(lows, f64x2.sub(width, f64x2.sub(shifted, split)));
    inside = i64x2.sub(inside, v128.and(f64x2.ge(y, lower), f64x2.le(y, upper)));
  }
  addParts(group, 1 + 2 * types + interval, exponent, integers(highs, padded, bits), total(lows));
  const count = counted(inside) + rows - padded;
  if (count) increaseInterval(group, interval, INSIDE, count);
  return true;
}
