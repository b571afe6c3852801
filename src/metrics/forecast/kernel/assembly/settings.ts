/** What the rows and records look like under the present configuration. */
import { COMMON_COUNTS, COUNTS, COUNTS_PER_INTERVAL, COUNTS_PER_TYPE, SQUARE_BYTES, SUM_BYTES } from './map';

export let types: u32 = 0;
export let mean: u32 = 0; // 1 where type 0 is the mean: the quantiles follow it
export let point: u32 = 0; // number of the point forecast's type; that of none where it is `types`
export let hasPoint: bool = false;
export let intervals: u32 = 0;
export let intervalsAt: u32 = 0; // u32 pairs of type numbers: lower, upper
export let groupsAt: u32 = 0;
export let valuesAt: u32 = 0;
export let statesAt: u32 = 0;
export let capacity: u32 = 0;
export let scratch: u32 = 0; // SCRATCH_BYTES
export let sumsAt: u32 = 0;
export let squareSum: u32 = 0; // number of the sum of squares; the sum after it is that of |y-m|/|y|
export let compactSums: u32 = 0;
export let size: u32 = 0;

/**
 * Sets what rows look like; without a point forecast `pointType` is `typeCount`. `staging` and `scratchAt` are 8-byte aligned.
 * Returns the size of a group record.
 */
export function configure(
  typeCount: u32,
  hasMean: u32,
  pointType: u32,
  intervalCount: u32,
  intervalPairs: u32,
  staging: u32,
  rowCapacity: u32,
  scratchAt: u32,
): u32 {
  types = typeCount;
  mean = hasMean;
  point = pointType;
  hasPoint = pointType < typeCount;
  intervals = intervalCount;
  intervalsAt = intervalPairs;
  capacity = rowCapacity;
  groupsAt = staging;
  valuesAt = staging + capacity * 4;
  statesAt = valuesAt + (1 + types) * capacity * 8;
  scratch = scratchAt;
  sumsAt = COUNTS + (COMMON_COUNTS + types * COUNTS_PER_TYPE + intervals * COUNTS_PER_INTERVAL) * 8;
  squareSum = 1 + 2 * types + intervals;
  compactSums = squareSum + (hasPoint ? 2 : 0);
  size = sumsAt + squareSum * SUM_BYTES + (hasPoint ? SQUARE_BYTES + SUM_BYTES : 0);
  return size;
}
