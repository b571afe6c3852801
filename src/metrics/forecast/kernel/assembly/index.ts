// The arithmetic of src/metrics: exact sums and counts of groups of rows.
//
// It owns no buffer, allocates nothing, throws nothing and judges nothing. The caller (../kernel.ts) owns the memory,
// hands out pointers, and turns what is found here into figures.
//
// MAP
//
//   Exact sums. A sum is an array of 64-bit chunks, each weighing 2^32 times the one before (Neal, "Fast exact summation
//   using small and large superaccumulators", 2015). Bit j of the whole weighs 2^(j-1091): a double of biased exponent e
//   and 53-bit mantissa m is m << x with x = e + 16, its place. (The 16 keep everyday numbers, 2^-15 to 2^17, in one
//   chunk.) An add touches two chunks: the low 32 bits of m << (x & 31) go to chunk x >> 5, the rest (under 2^52) to the
//   next. Chunks carry no more than 1,024 such adds (2^62) before `normalise` moves carries upwards and leaves 32-bit
//   digits with a signed top. A sum has only the chunks that matter (compact: doubles of magnitude 2^-111 to 2^49, or
//   2^-207 to 2^81 for squares); its top chunk takes carries only, so it would need 2^42 rows of the largest magnitude
//   to overflow. What a compact sum cannot take goes to a wide node: the same thing over the full range of doubles, one
//   per (group, sum), made from the caller's reserve.
//
//   Loops over rows hold the two chunks of the last value in locals and write them back when a value belongs to others:
//   else each add would wait for the store of the one before (2.2 ns an add; see bench/sum-contenders.mjs).
//
//   Most segments (rows of one group, one after another) never come to that, row by row. `split…` adds them up two at
//   a time, as doubles but exactly: with M = 1.5 * 2^k, (x + M) - M is x rounded to a multiple of 2^(k-52), and what is
//   left of x is exact (Demmel and Nguyen, "Fast reproducible floating-point summation", 2013). k is chosen by the
//   segment's greatest magnitude 2^E, so that sums of 1,024 multiples are exact: the first M takes the bits down to
//   2^(E-42), a second one those down to 2^(E-84). Where something is left even then, or something is not finite, the
//   segment is done again row by row; nothing has been written before that is known.
//
//   Group record (8-byte aligned, `recordSize()` bytes, zeroed by the caller)
//     u32 pending      adds since the last normalise, at most 1,024
//     u32 wide         first wide node, 0 for none
//     f64 counts       rows, actuals, missing, nonFinite, zero, crossed;
//                      per type: negative, covered, missing, nonFinite, excluded; per interval: inside, excluded
//     i64 sums         7 chunks each: |y|; per type: under, over; per interval: width;
//                      with a point forecast m: (y-m)^2 (11 chunks), |y-m|/|y| (7 chunks)
//   The point forecast is one of the types: the one that plain errors are measured of.
//   Sums are numbered in this order; the numbers after the last name, per type, Σ|y| of rows left out for that type:
//   rare, so they live in wide nodes only.
//
//   Wide node (`nodeSize` bytes)
//     u32 next, u32 sum, i64 infinities added, i64 chunks[68]
//
//   Staging, for `capacity` rows, columns side by side: u32 group record per row; f64 target; f64 per type (mean first,
//   then quantiles rising); u8 state of the target; u8 state per type. `accumulate` writes NaN over what is not finite.
//
// STATES. None but the settings of `configure` and the reserve of `refill`; a call of `accumulate` ends at the end of
// the rows or, before any row of a segment is touched, where the reserve may not suffice: the caller refills and calls
// again from there.
//
// CHANGE TOGETHER: the record, ../../group-layout.ts; the order of `finishGroup`'s output, ../../group-layout.ts; the
// widths of sums, test/metrics/exact-sum-reference.ts (which knows none of this and so must not change).

const chunksPerSum: u32 = 7;
const sumBytes: u32 = chunksPerSum * 8;
const sumBase: u32 = 29; // its first chunk is chunk 29 of the full range
const nothingHeld: u32 = 0x7fffffff; // no band comes out as this, not even a negative one, which wraps around
const place: u32 = 16; // x - e
const sumBands: u32 = chunksPerSum - 2;
const squareChunks: u32 = 11;
const squareBytes: u32 = squareChunks * 8;
const squareBase: u32 = 26;
const squareBands: u32 = squareChunks - 2;
const wideChunks: u32 = 68;
const nodeHeader: u32 = 16;
const nodeSize: u32 = nodeHeader + wideChunks * 8;
const scratchChunks: u32 = 72;
const mostPending: u32 = 1024;
const fewestSplit: u32 = 4; // rows for which splitting pays

const fraction: u64 = 0xfffffffffffff;
const hidden: u64 = 0x10000000000000;
const low32: u64 = 0xffffffff;

const countsAt: u32 = 8;
const typeCountsAt: u32 = countsAt + 6 * 8;
const typeCountBytes: u32 = 5 * 8;

let types: u32 = 0;
let mean: u32 = 0; // 1 where type 0 is the mean: the quantiles follow it
let point: u32 = 0; // number of the point forecast's type; that of none where it is `types`
let hasPoint: bool = false;
let intervals: u32 = 0;
let intervalsAt: u32 = 0; // u32 pairs of type numbers: lower, upper
let groupsAt: u32 = 0;
let valuesAt: u32 = 0;
let statesAt: u32 = 0;
let capacity: u32 = 0;
let scratch: u32 = 0; // scratchChunks * 8 bytes
let sumsAt: u32 = 0;
let squareSum: u32 = 0; // number of the sum of squares; the sum after it is that of |y-m|/|y|
let compactSums: u32 = 0;
let size: u32 = 0;
let reserve: u32 = 0;
let reserveEnd: u32 = 0;

/** Sets what the rows look like; without a point forecast its type is `typeCount`. `staging` and `scratchAt` are 8-byte aligned; answers the size of a group record. */
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
  sumsAt = typeCountsAt + types * typeCountBytes + intervals * 16;
  squareSum = 1 + 2 * types + intervals;
  compactSums = squareSum + (hasPoint ? 2 : 0);
  size = sumsAt + squareSum * sumBytes + (hasPoint ? squareBytes + sumBytes : 0);
  return size;
}

/** Bytes of a group record under the present settings. */
export function recordSize(): u32 {
  return size;
}

/** Bytes of reserve that a segment, or a merge, can use up at most. */
export function reserveNeeded(): u32 {
  return (compactSums + types) * nodeSize;
}

/** Gives memory for wide nodes; what was left of the last reserve is forgotten. */
export function refill(start: u32, end: u32): void {
  reserve = start;
  reserveEnd = end;
}

/** Bytes left of the reserve. */
export function reserveLeft(): u32 {
  return reserveEnd - reserve;
}

/**
 * Adds staged rows from `from` up to `end` to their groups; answers the row where it stopped: `end`, or an earlier one
 * when the reserve must be refilled first.
 */
export function accumulate(from: u32, end: u32): u32 {
  const needed = reserveNeeded();
  let row = from;
  while (row < end) {
    const group = load<u32>(groupsAt + (row << 2));
    if (group == 0) {
      row++;
      continue;
    }
    let pending = load<u32>(group);
    if (pending >= mostPending) {
      normalise(group);
      pending = 0;
    }
    let stop = row + 1;
    const last = min(end, row + mostPending - pending);
    while (stop < last && load<u32>(groupsAt + (stop << 2)) == group) stop++;
    if (reserveEnd - reserve < needed) return row;
    addSegment(group, row, stop - row);
    store<u32>(group, pending + stop - row);
    row = stop;
  }
  return row;
}

/** Adds rows of one group, column by column: a column's loop is short, and its sums stay in the first-level cache. */
function addSegment(group: u32, row: u32, rows: u32): void {
  const many = rows >= fewestSplit;
  increase(group, 0, rows);
  if (!many || !splitTargets(group, row, rows)) addTargets(group, row, rows);
  for (let type: u32 = 0; type < types; type++) {
    if (type == point) {
      if (!many || !splitPoint(group, type, row, rows)) addPoint(group, type, row, rows);
    } else if (!many || !splitType(group, type, row, rows)) addType(group, type, row, rows);
  }
  for (let interval: u32 = 0; interval < intervals; interval++) {
    if (!many || !splitWidths(group, interval, row, rows)) addWidths(group, interval, row, rows);
  }
  if (types - mean > 1) countCrossed(group, row, rows);
}

// Sums of a segment by splitting. Each answers false, with nothing written, where only the way row by row will do.

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

/** Adds a double of either sign to a sum; 0 adds nothing. */
function addSigned(group: u32, sum: u32, value: f64): void {
  if (value == 0) return;
  const bits = reinterpret<u64>(value);
  const x = (<u32>(bits >> 52) & 0x7ff) + place;
  const band = (x >> 5) - firstChunk(sum);
  if (band >= chunkCount(sum) - 2) {
    addWide(group, sum, value);
    return;
  }
  const sign = <u64>(<i64>bits >> 63);
  const at = group + sumOffset(sum);
  writeBack(at, band, (lowPart(bits, x) ^ sign) - sign, (highPart(bits, x) ^ sign) - sign);
}

function splitTargets(group: u32, row: u32, rows: u32): bool {
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
  increase(group, 1, rows);
  const count = counted(zeros) - (rows & 1);
  if (count) increase(group, 4, count);
  return true;
}

function splitPoint(group: u32, type: u32, row: u32, rows: u32): bool {
  return splitErrors(group, type, row, rows, true);
}

function splitType(group: u32, type: u32, row: u32, rows: u32): bool {
  return splitErrors(group, type, row, rows, false);
}

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
  if (negatives) increaseType(group, type, 0, negatives);
  const covered = rows - counted(above);
  if (covered) increaseType(group, type, 1, covered);
  return true;
}

function splitWidths(group: u32, interval: u32, row: u32, rows: u32): bool {
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
  if (count) increaseInterval(group, interval, 0, count);
  return true;
}

function addTargets(group: u32, row: u32, rows: u32): void {
  const sum = group + sumsAt;
  let at = valuesAt + (row << 3);
  const end = at + (rows << 3);
  let left: u32 = 0;
  let zeros: u32 = 0;
  let held = nothingHeld;
  let low: u64 = 0;
  let high: u64 = 0;
  for (; at < end; at += 8) {
    const bits = load<u64>(at) & 0x7fffffffffffffff;
    const x = <u32>(bits >> 52) + place;
    const band = (x >> 5) - sumBase;
    if (band != held) {
      if (band >= sumBands) {
        if (bits == 0) {
          zeros++;
        } else if (bits >= 0x7ff0000000000000) {
          left++;
          const missing = load<u8>(statesAt + ((at - valuesAt) >> 3)) != 0;
          increase(group, missing ? 2 : 3, 1);
          store<f64>(at, NaN);
        } else {
          addWide(group, 0, reinterpret<f64>(bits));
        }
        continue;
      }
      if (held != nothingHeld) writeBack(sum, held, low, high);
      held = band;
      low = 0;
      high = 0;
    }
    low += lowPart(bits, x);
    high += highPart(bits, x);
  }
  if (held != nothingHeld) writeBack(sum, held, low, high);
  increase(group, 1, rows - left);
  if (zeros) increase(group, 4, zeros);
}

function addPoint(group: u32, type: u32, row: u32, rows: u32): void {
  addErrors(group, type, row, rows, true);
}

function addType(group: u32, type: u32, row: u32, rows: u32): void {
  addErrors(group, type, row, rows, false);
}

// Holds four pairs of chunks: of all errors, of those above (under = all - over), of squares and of shares.
@inline
function addErrors(group: u32, type: u32, row: u32, rows: u32, isPoint: bool): void {
  const under = group + sumsAt + sumBytes + type * 2 * sumBytes;
  const squares = group + sumsAt + squareSum * sumBytes;
  const shares = squares + squareBytes;
  let target = valuesAt + (row << 3);
  let at = target + (1 + type) * (capacity << 3);
  const end = at + (rows << 3);
  let negative: u32 = 0;
  let covered: u32 = 0;
  let held = nothingHeld;
  let low: u64 = 0;
  let high: u64 = 0;
  let overLow: u64 = 0;
  let overHigh: u64 = 0;
  let squareHeld = nothingHeld;
  let squareLow: u64 = 0;
  let squareHigh: u64 = 0;
  let shareHeld = nothingHeld;
  let shareLow: u64 = 0;
  let shareHigh: u64 = 0;
  for (; at < end; at += 8, target += 8) {
    const y = load<f64>(target);
    const forecast = load<f64>(at);
    const error = y - forecast;
    const bits = reinterpret<u64>(error);
    const x = (<u32>(bits >> 52) & 0x7ff) + place;
    const band = (x >> 5) - sumBase;
    negative += <u32>(forecast < 0);
    covered += <u32>(y <= forecast);
    if (band != held) {
      if (band >= sumBands) {
        if (error != 0) {
          if (!(forecast - forecast == 0)) {
            negative -= <u32>(forecast < 0);
            covered -= <u32>(y <= forecast);
          }
          addRareError(group, type, y, forecast, at, isPoint);
        }
        continue;
      }
      if (held != nothingHeld) {
        writeBack(under, held, low - overLow, high - overHigh);
        writeBack(under + sumBytes, held, overLow, overHigh);
      }
      held = band;
      low = 0;
      high = 0;
      overLow = 0;
      overHigh = 0;
    }
    const lower = lowPart(bits, x);
    const upper = highPart(bits, x);
    const over = <u64>(<i64>bits >> 63);
    low += lower;
    high += upper;
    overLow += lower & over;
    overHigh += upper & over;
    if (isPoint) {
      const square = reinterpret<u64>(error * error);
      const squareX = <u32>(square >> 52) + place;
      const squareBand = (squareX >> 5) - squareBase;
      if (squareBand != squareHeld && squareBand < squareBands) {
        if (squareHeld != nothingHeld) writeBack(squares, squareHeld, squareLow, squareHigh);
        squareHeld = squareBand;
        squareLow = 0;
        squareHigh = 0;
      }
      if (squareBand == squareHeld) {
        squareLow += lowPart(square, squareX);
        squareHigh += highPart(square, squareX);
      } else addWide(group, squareSum, error * error);
      if (y != 0) {
        const share = reinterpret<u64>(abs(error / y));
        const shareX = <u32>(share >> 52) + place;
        const shareBand = (shareX >> 5) - sumBase;
        if (shareBand != shareHeld && shareBand < sumBands) {
          if (shareHeld != nothingHeld) writeBack(shares, shareHeld, shareLow, shareHigh);
          shareHeld = shareBand;
          shareLow = 0;
          shareHigh = 0;
        }
        if (shareBand == shareHeld) {
          shareLow += lowPart(share, shareX);
          shareHigh += highPart(share, shareX);
        } else addWide(group, squareSum + 1, reinterpret<f64>(share));
      }
    }
  }
  if (held != nothingHeld) {
    writeBack(under, held, low - overLow, high - overHigh);
    writeBack(under + sumBytes, held, overLow, overHigh);
  }
  if (isPoint) {
    if (squareHeld != nothingHeld) writeBack(squares, squareHeld, squareLow, squareHigh);
    if (shareHeld != nothingHeld) writeBack(shares, shareHeld, shareLow, shareHigh);
  }
  if (negative) increaseType(group, type, 0, negative);
  if (covered) increaseType(group, type, 1, covered);
}

/** A row whose error is neither zero nor in reach of the compact sums: out of range, or something is not finite. */
function addRareError(group: u32, type: u32, y: f64, forecast: f64, at: u32, isPoint: bool): void {
  if (!(forecast - forecast == 0)) {
    const missing = load<u8>(statesAt + ((at - valuesAt) >> 3)) != 0;
    increaseType(group, type, missing ? 2 : 3, 1);
    store<f64>(at, NaN);
    if (y == y) {
      increaseType(group, type, 4, 1);
      addWide(group, compactSums + type, abs(y));
    }
    return;
  }
  if (y != y) return;
  const error = y - forecast; // finite, or infinite where the difference of two finite doubles overflows
  addAny(group, 1 + 2 * type + (error < 0 ? 1 : 0), abs(error));
  if (!isPoint) return;
  addAny(group, squareSum, error * error);
  if (y != 0) addAny(group, squareSum + 1, abs(error / y));
}

function addWidths(group: u32, interval: u32, row: u32, rows: u32): void {
  const sumNumber = 1 + 2 * types + interval;
  const sum = group + sumsAt + sumNumber * sumBytes;
  const lowerType = load<u32>(intervalsAt + (interval << 3));
  const upperType = load<u32>(intervalsAt + (interval << 3) + 4);
  let target = valuesAt + (row << 3);
  let lowerAt = target + (1 + lowerType) * (capacity << 3);
  let upperAt = target + (1 + upperType) * (capacity << 3);
  const end = target + (rows << 3);
  let inside: u32 = 0;
  let held = nothingHeld;
  let low: u64 = 0;
  let high: u64 = 0;
  for (; target < end; target += 8, lowerAt += 8, upperAt += 8) {
    const y = load<f64>(target);
    const lower = load<f64>(lowerAt);
    const upper = load<f64>(upperAt);
    const width = upper - lower;
    const bits = reinterpret<u64>(width);
    const x = (<u32>(bits >> 52) & 0x7ff) + place;
    const band = (x >> 5) - sumBase;
    inside += <u32>(y >= lower) & <u32>(y <= upper);
    if (y != y) continue;
    if (band != held) {
      if (band >= sumBands) {
        if (width != width && (lower != lower || upper != upper)) increaseInterval(group, interval, 1, 1);
        else addWide(group, sumNumber, width);
        continue;
      }
      if (held != nothingHeld) writeBack(sum, held, low, high);
      held = band;
      low = 0;
      high = 0;
    }
    const sign = <u64>(<i64>bits >> 63);
    low += (lowPart(bits, x) ^ sign) - sign;
    high += (highPart(bits, x) ^ sign) - sign;
  }
  if (held != nothingHeld) writeBack(sum, held, low, high);
  if (inside) increaseInterval(group, interval, 0, inside);
}

/** Rows where a quantile's forecast is above the next one's; those that are not finite are NaN here and never are. */
function countCrossed(group: u32, row: u32, rows: u32): void {
  const stride = capacity << 3;
  const first = valuesAt + (1 + mean) * stride + (row << 3);
  const pairs = types - mean - 1;
  let at = first;
  const end = first + (rows << 3);
  let crossed: v128 = i64x2.splat(0);
  for (; at + 8 < end; at += 16) {
    let any: v128 = i64x2.splat(0);
    let lower = v128.load(at);
    for (let pair: u32 = 1; pair <= pairs; pair++) {
      const upper = v128.load(at + pair * stride);
      any = v128.or(any, f64x2.gt(lower, upper));
      lower = upper;
    }
    crossed = i64x2.sub(crossed, any);
  }
  let count = <u32>i64x2.extract_lane(crossed, 0) + <u32>i64x2.extract_lane(crossed, 1);
  if (at < end) {
    let any: u32 = 0;
    for (let pair: u32 = 0; pair < pairs; pair++) {
      any |= <u32>(load<f64>(at + pair * stride) > load<f64>(at + (pair + 1) * stride));
    }
    count += any;
  }
  if (count) increase(group, 5, count);
}

@inline
function increase(group: u32, count: u32, by: u32): void {
  const at = group + countsAt + (count << 3);
  store<f64>(at, load<f64>(at) + <f64>by);
}

function increaseType(group: u32, type: u32, count: u32, by: u32): void {
  const at = group + typeCountsAt + type * typeCountBytes + (count << 3);
  store<f64>(at, load<f64>(at) + <f64>by);
}

function increaseInterval(group: u32, interval: u32, count: u32, by: u32): void {
  const at = group + typeCountsAt + types * typeCountBytes + (interval << 4) + (count << 3);
  store<f64>(at, load<f64>(at) + <f64>by);
}

/** What the magnitude of a normal double at place x adds to its lower chunk. */
@inline
function lowPart(bits: u64, x: u32): u64 {
  return (((bits & fraction) | hidden) << <u64>(x & 31)) & low32;
}

/** What it adds to its higher chunk. */
@inline
function highPart(bits: u64, x: u32): u64 {
  return ((bits & fraction) | hidden) >> <u64>(32 - (x & 31));
}

/** Adds to the two chunks of a band of a sum. */
@inline
function writeBack(sum: u32, band: u32, low: u64, high: u64): void {
  const at = sum + (band << 3);
  store<u64>(at, load<u64>(at) + low);
  store<u64>(at, load<u64>(at, 8) + high, 8);
}

/** Adds a magnitude wherever it fits: a compact sum, or its wide node. */
function addAny(group: u32, sum: u32, value: f64): void {
  const bits = reinterpret<u64>(value);
  const x = <u32>(bits >> 52) + place;
  const band = (x >> 5) - firstChunk(sum);
  if (band < chunkCount(sum) - 2) writeBack(group + sumOffset(sum), band, lowPart(bits, x), highPart(bits, x));
  else addWide(group, sum, value);
}

/** Adds any double but NaN to the wide node of a sum. */
function addWide(group: u32, sum: u32, value: f64): void {
  if (value == 0) return;
  const node = wideNode(group, sum);
  const bits = reinterpret<u64>(value);
  let exponent = <u32>(bits >> 52) & 0x7ff;
  if (exponent == 0x7ff) {
    store<i64>(node, load<i64>(node, 8) + 1, 8);
    return;
  }
  let mantissa = bits & fraction;
  if (exponent == 0) exponent = 1;
  else mantissa |= hidden;
  const x = exponent + place;
  const shift = <u64>(x & 31);
  const sign = <u64>(<i64>bits >> 63);
  const low = (((mantissa << shift) & low32) ^ sign) - sign;
  writeBack(node + nodeHeader, x >> 5, low, ((mantissa >> (32 - shift)) ^ sign) - sign);
}

/** The wide node of a sum of a group, made from the reserve at first. */
function wideNode(group: u32, sum: u32): u32 {
  const found = findWide(group, sum);
  if (found) return found;
  const node = reserve;
  reserve += nodeSize;
  memory.fill(node, 0, nodeSize);
  store<u32>(node, load<u32>(group, 4));
  store<u32>(node, sum, 4);
  store<u32>(group, node, 4);
  return node;
}

function findWide(group: u32, sum: u32): u32 {
  let node = load<u32>(group, 4);
  while (node != 0 && load<u32>(node, 4) != sum) node = load<u32>(node);
  return node;
}

function firstChunk(sum: u32): u32 {
  return sum == squareSum && hasPoint ? squareBase : sumBase;
}

function chunkCount(sum: u32): u32 {
  return sum == squareSum && hasPoint ? squareChunks : chunksPerSum;
}

function sumOffset(sum: u32): u32 {
  return sumsAt + sum * sumBytes + (sum > squareSum ? squareBytes - sumBytes : 0);
}

/** Moves carries upwards in every sum of a group: then chunks are 32-bit digits, the top one with the sign. */
export function normalise(group: u32): void {
  for (let sum: u32 = 0; sum < compactSums; sum++) carry(group + sumOffset(sum), chunkCount(sum));
  for (let node = load<u32>(group, 4); node != 0; node = load<u32>(node)) carry(node + nodeHeader, wideChunks);
  store<u32>(group, 0);
}

function carry(at: u32, chunks: u32): void {
  let over: i64 = 0;
  const top = at + ((chunks - 1) << 3);
  for (; at < top; at += 8) {
    const chunk = load<i64>(at) + over;
    store<u64>(at, chunk & low32);
    over = chunk >> 32;
  }
  store<i64>(top, load<i64>(top) + over);
}

/**
 * Adds the record `source` (normalised; its wide nodes are merged apart) to `group`. Costs about 0.1 µs.
 */
export function mergeGroup(group: u32, source: u32): void {
  countMerge(group);
  for (let at = countsAt; at < sumsAt; at += 8) store<f64>(group + at, load<f64>(group + at) + load<f64>(source + at));
  for (let at = sumsAt; at < size; at += 8) store<u64>(group + at, load<u64>(group + at) + load<u64>(source + at));
}

/** Adds the normalised wide node `source` to `group`; needs `nodeSize` bytes of reserve. */
export function mergeWide(group: u32, source: u32): void {
  countMerge(group);
  const node = wideNode(group, load<u32>(source, 4));
  for (let at: u32 = 8; at < nodeSize; at += 8) {
    store<u64>(node + at, load<u64>(node + at) + load<u64>(source + at));
  }
}

/** A merge adds under 2^33 to a chunk: less than a row can, so it counts as one. */
function countMerge(group: u32): void {
  if (load<u32>(group) >= mostPending) normalise(group);
  store<u32>(group, load<u32>(group) + 1);
}

let lowest: u32 = 0; // of the scratch, the chunks in use
let highest: u32 = 0;
let infinite: bool = false;

/**
 * Writes the sums of a group, each rounded once to the nearest double (ties to even; Infinity where a term or the sum
 * overflows): every sum by number; per type Σ|y| without the rows left out for it; with a point forecast Σ|y-m|, Σ(m-y).
 */
export function finishGroup(group: u32, out: u32): void {
  normalise(group);
  for (let sum: u32 = 0; sum < compactSums; sum++, out += 8) {
    begin();
    gather(group, sum, 1);
    store<f64>(out, round());
  }
  for (let type: u32 = 0; type < types; type++, out += 8) {
    begin();
    gather(group, 0, 1);
    gather(group, compactSums + type, -1);
    store<f64>(out, round());
  }
  if (!hasPoint) return;
  const under = 1 + 2 * point;
  begin();
  gather(group, under, 1);
  gather(group, under + 1, 1);
  store<f64>(out, round());
  begin();
  gather(group, under, -1);
  gather(group, under + 1, 1);
  store<f64>(out, round(), 8);
}

function begin(): void {
  lowest = scratchChunks;
  highest = 0;
  infinite = false;
}

/** Adds `sign` times a normalised sum, compact and wide, to the scratch. */
function gather(group: u32, sum: u32, sign: i64): void {
  if (sum < compactSums) gatherChunks(group + sumOffset(sum), firstChunk(sum), chunkCount(sum), sign);
  const node = findWide(group, sum);
  if (node == 0) return;
  gatherChunks(node + nodeHeader, 0, wideChunks, sign);
  if (load<i64>(node, 8) != 0) infinite = true;
}

function gatherChunks(at: u32, first: u32, chunks: u32, sign: i64): void {
  const end = first + chunks + 2; // two more for carries
  if (lowest > highest) {
    memory.fill(scratch + (first << 3), 0, (end - first) << 3);
    lowest = first;
    highest = end;
  }
  for (; lowest > first; ) store<i64>(scratch + (--lowest << 3), 0);
  for (; highest < end; highest++) store<i64>(scratch + (highest << 3), 0);
  for (let chunk: u32 = 0; chunk < chunks; chunk++) {
    const to = scratch + ((first + chunk) << 3);
    store<i64>(to, load<i64>(to) + sign * load<i64>(at + (chunk << 3)));
  }
}

/** The scratch as the nearest double. Bit j of the scratch weighs 2^(j-1091). */
function round(): f64 {
  if (infinite) return Infinity;
  const at = scratch + (lowest << 3);
  const chunks = highest - lowest;
  carry(at, chunks);
  const negative = load<i64>(at + ((chunks - 1) << 3)) < 0;
  if (negative) {
    for (let chunk: u32 = 0; chunk < chunks; chunk++) store<i64>(at + (chunk << 3), -load<i64>(at + (chunk << 3)));
    carry(at, chunks);
  }
  let top: i32 = chunks - 1;
  while (top >= 0 && load<u64>(at + (top << 3)) == 0) top--;
  if (top < 0) return 0;
  const head = load<u64>(at + (top << 3));
  const length = 64 - <u32>clz(head); // 1 to 32, as carries leave digits
  let window = (head << 32) | (top > 0 ? load<u64>(at + ((top - 1) << 3)) : 0);
  const tail = top > 1 ? load<u64>(at + ((top - 2) << 3)) : 0;
  window = (window << (32 - length)) | (tail >> length);
  let sticky = (tail & ((<u64>1 << length) - 1)) != 0;
  for (let chunk = top - 3; chunk >= 0 && !sticky; chunk--) sticky = load<u64>(at + (chunk << 3)) != 0;
  const position = ((lowest + top) << 5) + length - 1;
  let bits: u64;
  if (position <= 53 + place) {
    bits = window >> <u64>(64 + place - position); // subnormal, or the smallest normals: exact
  } else {
    const rest = window & 0x7ff;
    const mantissa = window >> 11;
    const up = rest > 0x400 || (rest == 0x400 && (sticky || (mantissa & 1) != 0));
    bits = ((<u64>(position - 52 - place)) << 52) + (mantissa & fraction) + <u64>up;
    if (bits >= 0x7ff0000000000000) bits = 0x7ff0000000000000;
  }
  const value = reinterpret<f64>(bits);
  return negative ? -value : value;
}
