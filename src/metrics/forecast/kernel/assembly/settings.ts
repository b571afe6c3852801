/** What the rows and records look like under the present configuration, and where its regions are. */
import { COMMON_COUNTS, COUNTS, COUNTS_PER_INTERVAL, COUNTS_PER_TYPE, RANGE_BYTES, RUN_BYTES, SLOT_BYTES, SQUARE_BYTES, SUM_BYTES } from './map';

export let types: u32 = 0;
export let mean: u32 = 0; // 1 where type 0 is the mean: the quantiles follow it
export let point: u32 = 0; // number of the point forecast's type; that of none where it is `types`
export let hasPoint: bool = false;
export let intervals: u32 = 0;
export let intervalsAt: u32 = 0; // u32 pairs of type numbers: lower, upper
export let runsAt: u32 = 0;
export let stagedAt: u32 = 0;
export let stagedStride: u32 = 0; // bytes from a column to the next
export let stagedStatesAt: u32 = 0;
export let valuesAt: u32 = 0; // of arranged rows
export let stride: u32 = 0;
export let statesAt: u32 = 0;
export let slotsAt: u32 = 0;
export let rangesAt: u32 = 0;
export let oddAt: u32 = 0;
export let scratch: u32 = 0; // SCRATCH_BYTES
export let sumsAt: u32 = 0;
export let squareSum: u32 = 0; // number of the sum of squares; the sum after it is that of |y-m|/|y|
export let compactSums: u32 = 0;
export let size: u32 = 0;

/** Rows that arranging makes of as many: one more for each group of three or more. */
@inline
function arrangedRows(rows: u32): u32 {
  return rows + (rows >> 1);
}

/** Bytes of the staging region. */
export function stagingBytes(typeCount: u32, rows: u32): u32 {
  return rows * (RUN_BYTES + (1 + typeCount) * 9);
}

/** Bytes of the work region, in which rows are arranged. */
export function workBytes(typeCount: u32, rows: u32): u32 {
  return (1 + typeCount) * (arrangedRows(rows) * 9 + RANGE_BYTES) + RANGE_BYTES + rows * (SLOT_BYTES + 1);
}

/**
 * Sets what rows look like; without a point forecast `pointType` is `typeCount`. `staging`, `work` and `scratchAt` are 8-byte
 * aligned, `rows` is even. Returns the size of a group record.
 */
export function configure(
  typeCount: u32,
  hasMean: u32,
  pointType: u32,
  intervalCount: u32,
  intervalPairs: u32,
  staging: u32,
  work: u32,
  rows: u32,
  scratchAt: u32,
): u32 {
  types = typeCount;
  mean = hasMean;
  point = pointType;
  hasPoint = pointType < typeCount;
  intervals = intervalCount;
  intervalsAt = intervalPairs;
  scratch = scratchAt;
  runsAt = staging;
  stagedAt = runsAt + rows * RUN_BYTES;
  stagedStride = rows << 3;
  stagedStatesAt = stagedAt + (1 + types) * stagedStride;
  valuesAt = work;
  stride = arrangedRows(rows) << 3;
  slotsAt = valuesAt + (1 + types) * stride;
  rangesAt = slotsAt + rows * SLOT_BYTES;
  statesAt = rangesAt + (2 + types) * RANGE_BYTES;
  oddAt = statesAt + (1 + types) * (stride >> 3);
  sumsAt = COUNTS + (COMMON_COUNTS + types * COUNTS_PER_TYPE + intervals * COUNTS_PER_INTERVAL) * 8;
  squareSum = 1 + 2 * types + intervals;
  compactSums = squareSum + (hasPoint ? 2 : 0);
  size = sumsAt + squareSum * SUM_BYTES + (hasPoint ? SQUARE_BYTES + SUM_BYTES : 0);
  return size;
}
