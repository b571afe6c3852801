/** The sums of a group as doubles, each rounded once. */
import { carry, chunkCount, firstChunk, FRACTION, LOW32, sumOffset } from './chunks';
import {
  NODE_CHUNKS, NODE_INFINITIES, PLACE, SCRATCH_BYTES, SUM_BASE, SUM_CHUNKS, WIDE, WIDE_CHUNKS,
} from './map';
import { normalize } from './merge';
import { compactSums, hasPoint, point, scratch, types } from './settings';
import { findWide } from './sums';

let lowest: u32 = 0; // of the scratch, the chunks in use
let highest: u32 = 0;
let infinite: bool = false;

/**
 * Writes the sums of a group, each rounded once to the nearest double (ties to even; Infinity where a term or the sum
 * overflows): every sum by number; per type Σ|y| without the rows left out for it; with a point forecast Σ|y-m|, Σ(m-y).
 */
export function finishGroup(group: u32, out: u32): void {
  normalize(group);
  if (load<u32>(group, WIDE) == 0) {
    finishCompact(group, out);
    return;
  }
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
  if (hasPoint) finishPoint(group, out);
}

/** The same of a group without wide nodes, as nearly all are: a sum is rounded where it is, and no row was left out for a type. */
function finishCompact(group: u32, out: u32): void {
  const first = out;
  for (let sum: u32 = 0; sum < compactSums; sum++, out += 8) {
    store<f64>(out, roundDigits(group + sumOffset(sum), chunkCount(sum), firstChunk(sum)));
  }
  const actuals = load<f64>(first);
  for (let type: u32 = 0; type < types; type++, out += 8) store<f64>(out, actuals);
  if (hasPoint) finishCompactPoint(group, out);
}

/** Σ|y-m| and Σ(m-y) of a group without wide nodes. */
function finishCompactPoint(group: u32, out: u32): void {
  const under = group + sumOffset(1 + 2 * point);
  const over = group + sumOffset(2 + 2 * point);
  const last = (SUM_CHUNKS - 1) << 3;
  if (load<u64>(under + last) > LOW32 || load<u64>(over + last) > LOW32) {
    finishPoint(group, out); // a top that is more than a digit, which is far out of range
    return;
  }
  addDigits(under, over, 0);
  store<f64>(out, nearest(scratch, SUM_CHUNKS + 1, SUM_BASE));
  addDigits(over, under, -1);
  const negative = load<i64>(scratch + last + 8) < 0;
  if (negative) addDigits(under, over, -1);
  const value = nearest(scratch, SUM_CHUNKS + 1, SUM_BASE);
  store<f64>(out, negative ? -value : value, 8);
}

/** Writes the digits of one compact sum plus or minus (`sign` -1) another to the scratch; the one behind them is negative where the result is. */
@inline
function addDigits(first: u32, second: u32, sign: i64): void {
  let over: i64 = 0;
  for (let chunk: u32 = 0; chunk < SUM_CHUNKS << 3; chunk += 8) {
    const digit = load<i64>(first + chunk) + ((load<i64>(second + chunk) ^ sign) - sign) + over;
    store<i64>(scratch + chunk, digit & LOW32);
    over = digit >> 32;
  }
  store<i64>(scratch + (SUM_CHUNKS << 3), over);
}

function finishPoint(group: u32, out: u32): void {
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
  lowest = SCRATCH_BYTES >> 3;
  highest = 0;
  infinite = false;
}

/** Adds `sign` times a normalized sum, compact and wide, to the scratch. */
function gather(group: u32, sum: u32, sign: i64): void {
  if (sum < compactSums) gatherChunks(group + sumOffset(sum), firstChunk(sum), chunkCount(sum), sign);
  const node = findWide(group, sum);
  if (node == 0) return;
  gatherChunks(node + NODE_CHUNKS, 0, WIDE_CHUNKS, sign);
  if (load<i64>(node, NODE_INFINITIES) != 0) infinite = true;
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
  const value = nearest(at, chunks, lowest);
  return negative ? -value : value;
}

/** A normalized compact sum as the nearest double: where it is, but for one whose top is not a digit. */
function roundDigits(at: u32, chunks: u32, first: u32): f64 {
  const top = load<i64>(at + ((chunks - 1) << 3));
  if (top >= 0 && top <= <i64>LOW32) return nearest(at, chunks, first);
  begin();
  gatherChunks(at, first, chunks, 1);
  return round();
}

/** Whether there is anything below the window of {@link nearest}: the rest of its last digit, or other digits. */
function isMore(at: u32, top: i32, rest: u64): bool {
  for (let chunk = top - 3; chunk >= 0 && rest == 0; chunk--) rest = load<u64>(at + (chunk << 3));
  return rest != 0;
}

/** The nearest double to digits, `first` being the number of the lowest one. */
function nearest(at: u32, chunks: u32, first: u32): f64 {
  let top: i32 = chunks - 1;
  while (top >= 0 && load<u64>(at + (top << 3)) == 0) top--;
  if (top < 0) return 0;
  const head = load<u64>(at + (top << 3));
  const length = 64 - <u32>clz(head); // 1 to 32, as carries leave digits
  let window = (head << 32) | (top > 0 ? load<u64>(at + ((top - 1) << 3)) : 0);
  const tail = top > 1 ? load<u64>(at + ((top - 2) << 3)) : 0;
  window = (window << (32 - length)) | (tail >> length);
  const position = ((first + top) << 5) + length - 1;
  let bits: u64;
  if (position <= 53 + PLACE) {
    bits = window >> <u64>(64 + PLACE - position); // subnormal, or the smallest normals: exact
  } else {
    const rest = window & 0x7ff;
    const mantissa = window >> 11;
    const up = rest > 0x400 || (rest == 0x400 && ((mantissa & 1) != 0 || isMore(at, top, tail & ((<u64>1 << length) - 1))));
    bits = ((<u64>(position - 52 - PLACE)) << 52) + (mantissa & FRACTION) + <u64>up;
    if (bits >= 0x7ff0000000000000) bits = 0x7ff0000000000000;
  }
  return reinterpret<f64>(bits);
}
