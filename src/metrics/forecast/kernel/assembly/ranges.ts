/**
 * Ranges of magnitudes: of each column of a block of rows, or of one segment. They say, before any row is added, on which
 * grid of bits all numbers of some columns lie, and with them their differences: the difference of two multiples of
 * 2^g, rounded, is a multiple of 2^g.
 *
 * A range is three u32, upper halves of doubles: the greatest magnitude's, that of the least one but zero (less one unit of
 * the whole, so that zero wraps around to the end), and all signs.
 */
import { RANGE_BYTES } from './map';
import { rangesAt, stagedAt, stagedStride, stride, types, valuesAt } from './settings';

const LEAST: u32 = 4;
const SIGNS: u32 = 8;
const INFINITE: u32 = 0x7ff00000;

/**
 * The exponents (biased) for which sums are split: bits of lesser numbers would lie below the chunks of compact sums, squares
 * of greater ones near the end of the range of doubles.
 */
const LEAST_SPLIT: u32 = 963;
const MOST_SPLIT: u32 = 1500;
/** How much smaller than the greatest the exponent of the least number may be (see `split.ts`). */
const SPAN: u32 = 40;

@inline
function blockRange(column: u32): u32 {
  return rangesAt + column * RANGE_BYTES;
}

/** Measures the staged columns of a block; returns whether all is finite. */
export function measureStaged(rows: u32): bool {
  let highest: u32 = 0;
  for (let column: u32 = 0; column <= types; column++) {
    const range = blockRange(column);
    clear(range);
    widen(range, stagedAt + column * stagedStride, rows);
    highest = max(highest, load<u32>(range));
  }
  return highest < INFINITE;
}

export function clearBlock(): void {
  for (let column: u32 = 0; column <= types; column++) clear(blockRange(column));
}

/** Adds arranged rows to the ranges of the block. */
export function widenBlock(row: u32, rows: u32): void {
  for (let column: u32 = 0; column <= types; column++) {
    widen(blockRange(column), valuesAt + column * stride + (row << 3), rows);
  }
}

/** Whether a column of the block may hold a negative number. */
@inline
export function hasSigns(column: u32): bool {
  return <i32>load<u32>(blockRange(column), SIGNS) < 0;
}

/** The exponent of the least target of the block but zero, perhaps one less; large where there is none. */
@inline
export function leastTarget(): i32 {
  return load<u32>(blockRange(0), LEAST) >> 20;
}

/**
 * The exponent by which the targets of these rows and the numbers of one or two more columns can be split: that of the
 * greatest, or `LEAST_SPLIT`; 0 where they cannot.
 */
export function commonExponent(first: u32, second: u32, row: u32, rows: u32): u32 {
  const a = blockRange(0);
  const b = blockRange(first);
  const c = blockRange(second);
  const highest = max(load<u32>(a), max(load<u32>(b), load<u32>(c)));
  const least = min(load<u32>(a, LEAST), min(load<u32>(b, LEAST), load<u32>(c, LEAST)));
  const found = exponentOf(highest, least);
  return found ? found : ownExponent(first, second, row, rows);
}

/** The same by the numbers of these rows alone, where those of the block lie too far apart. */
function ownExponent(first: u32, second: u32, row: u32, rows: u32): u32 {
  const own = blockRange(1 + types);
  const at = valuesAt + (row << 3);
  clear(own);
  widen(own, at, rows);
  widen(own, at + first * stride, rows);
  if (second != first) widen(own, at + second * stride, rows);
  return exponentOf(load<u32>(own), load<u32>(own, LEAST));
}

@inline
function exponentOf(highest: u32, least: u32): u32 {
  const exponent = max(highest >> 20, LEAST_SPLIT);
  return exponent <= MOST_SPLIT && (least >> 20) + SPAN >= exponent ? exponent : 0;
}

@inline
function clear(range: u32): void {
  store<u32>(range, 0);
  store<u32>(range, 0xffffffff, LEAST);
  store<u32>(range, 0, SIGNS);
}

/** Adds doubles to a range. */
function widen(range: u32, from: u32, rows: u32): void {
  const magnitude = i64x2.splat(0x7fffffffffffffff);
  const one = i64x2.splat(1);
  let signs: v128 = i64x2.splat(0);
  let most: v128 = i64x2.splat(0);
  let least: v128 = i64x2.splat(-1);
  const end = from + (rows << 3);
  let at = from;
  for (; at + 8 < end; at += 16) {
    const value = v128.load(at);
    signs = v128.or(signs, value);
    const bits = v128.and(value, magnitude);
    most = i32x4.max_u(most, bits);
    least = i32x4.min_u(least, i64x2.sub(bits, one));
  }
  if (at < end) {
    const value = v128.load64_splat(at);
    signs = v128.or(signs, value);
    const bits = v128.and(value, magnitude);
    most = i32x4.max_u(most, bits);
    least = i32x4.min_u(least, i64x2.sub(bits, one));
  }
  store<u32>(range, max<u32>(load<u32>(range), max<u32>(i32x4.extract_lane(most, 1), i32x4.extract_lane(most, 3))));
  const lower = min<u32>(i32x4.extract_lane(least, 1), i32x4.extract_lane(least, 3));
  store<u32>(range, min<u32>(load<u32>(range, LEAST), lower), LEAST);
  const both = i32x4.extract_lane(signs, 1) | i32x4.extract_lane(signs, 3);
  store<u32>(range, load<u32>(range, SIGNS) | both, SIGNS);
}
