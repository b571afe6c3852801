/**
 * Means from exact sums: doubles are added up with the error of each addition (Knuth's TwoSum); where the errors add up without
 * one of their own, the sum and they, added once, are the exact sum rounded once. Where they do not, which is rare, the sum
 * is added up again as Shewchuk's growing expansion, and rounded as Python's `math.fsum` does, step by step as `ExactSum` of
 * `base/exact-sum.ts`.
 *
 *   Mean: f64 sum, f64 errors, u32 count, u32 whether errors were lost
 *   Expansion: u32 partials, u32 whether it overflowed, f64 partials, rising in magnitude
 */
import { scratch } from './settings';

export const MEAN_BYTES: u32 = 24;
const COUNT: usize = 16;
const LOST: usize = 20;

const OVERFLOWED: usize = 4;
const PARTIALS: u32 = 8;
export const EXPANSION_BYTES: u32 = PARTIALS + 48 * 8; // at most 41 partials, as they do not overlap

@inline
export function beginMean(mean: u32): void {
  store<u64>(mean, 0, COUNT);
}

@inline
export function countOf(mean: u32): u32 {
  return load<u32>(mean, COUNT);
}

/** Adds a finite double. */
@inline
export function addToMean(mean: u32, value: f64): void {
  const count = load<u32>(mean, COUNT);
  store<u32>(mean, count + 1, COUNT);
  if (count == 0) {
    store<f64>(mean, value);
    store<f64>(mean, 0, 8);
    return;
  }
  const sum = load<f64>(mean);
  const next = sum + value;
  const part = next - sum;
  const error = sum - (next - part) + (value - part);
  const errors = load<f64>(mean, 8);
  const more = errors + error;
  if (!(more - errors == error && more - error == errors)) store<u32>(mean, 1, LOST);
  store<f64>(mean, next);
  store<f64>(mean, more, 8);
}

/** The mean of one double or more; NaN where its sum must be added up again. */
@inline
export function quickMean(mean: u32): f64 {
  const sum = load<f64>(mean);
  const errors = load<f64>(mean, 8);
  const total = errors == 0 ? sum : sum + errors; // -0 stays -0
  return load<u32>(mean, LOST) == 0 && total - total == 0 ? total / <f64>countOf(mean) : NaN;
}

/** The mean of what was added: the values at `count` places, a list of u32. */
export function meanOf(mean: u32, places: u32, count: u32, values: u32): f64 {
  const found = quickMean(mean);
  if (found == found) return found;
  beginExpansion(scratch);
  for (let index: u32 = 0; index < count; index++) {
    expand(scratch, load<f64>(values + (load<u32>(places + (index << 2)) << 3)));
  }
  return roundExpansion(scratch) / <f64>count;
}

export function beginExpansion(at: u32): void {
  store<u64>(at, 0);
}

/** Adds a finite double to an expansion. */
export function expand(at: u32, value: f64): void {
  if (load<u32>(at, OVERFLOWED)) return;
  const partials = at + PARTIALS;
  const count = load<u32>(at);
  let x = value;
  let kept: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const partial = load<f64>(partials + (index << 3));
    const larger = abs(x) < abs(partial) ? partial : x;
    const smaller = larger == x ? partial : x;
    const high = larger + smaller;
    const low = smaller - (high - larger);
    if (low != 0) store<f64>(partials + (kept++ << 3), low);
    x = high;
  }
  if (x - x != 0) store<u32>(at, 1, OVERFLOWED);
  store<f64>(partials + (kept << 3), x);
  store<u32>(at, kept + 1);
}

/**
 * An expansion as the nearest double, ties to even; infinite where it overflowed. That is its top partial, except for a tie,
 * which the lower ones decide.
 */
export function roundExpansion(at: u32): f64 {
  if (load<u32>(at, OVERFLOWED)) return Infinity;
  const partials = at + PARTIALS;
  let index: i32 = load<i32>(at) - 1;
  let high = load<f64>(partials + (index << 3));
  let low: f64 = 0;
  while (index > 0 && low == 0) {
    const x = high;
    const y = load<f64>(partials + (--index << 3));
    high = x + y;
    low = y - (high - x);
  }
  const next = index > 0 ? load<f64>(partials + ((index - 1) << 3)) : 0;
  if ((low > 0 && next > 0) || (low < 0 && next < 0)) {
    const doubled = low * 2;
    const rounded = high + doubled;
    if (doubled == rounded - high) return rounded;
  }
  return high;
}
