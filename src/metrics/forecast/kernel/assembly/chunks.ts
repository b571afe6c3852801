/** Chunks of a sum: what a double adds to its two, and carries. Where the chunks of each compact sum are. */
import { SQUARE_BASE, SQUARE_BYTES, SQUARE_CHUNKS, SUM_BASE, SUM_BYTES, SUM_CHUNKS } from './map';
import { hasPoint, squareSum, sumsAt } from './settings';

export const FRACTION: u64 = 0xfffffffffffff;
export const HIDDEN: u64 = 0x10000000000000;
export const LOW32: u64 = 0xffffffff;

/** What the magnitude of a normal double at place x adds to its lower chunk. */
@inline
export function lowPart(bits: u64, x: u32): u64 {
  return (((bits & FRACTION) | HIDDEN) << <u64>(x & 31)) & LOW32;
}

/** What it adds to its higher chunk. */
@inline
export function highPart(bits: u64, x: u32): u64 {
  return ((bits & FRACTION) | HIDDEN) >> <u64>(32 - (x & 31));
}

/** Adds to the two chunks of a band of a sum. */
@inline
export function writeBack(sum: u32, band: u32, low: u64, high: u64): void {
  const at = sum + (band << 3);
  store<u64>(at, load<u64>(at) + low);
  store<u64>(at, load<u64>(at, 8) + high, 8);
}

export function firstChunk(sum: u32): u32 {
  return sum == squareSum && hasPoint ? SQUARE_BASE : SUM_BASE;
}

export function chunkCount(sum: u32): u32 {
  return sum == squareSum && hasPoint ? SQUARE_CHUNKS : SUM_CHUNKS;
}

export function sumOffset(sum: u32): u32 {
  return sumsAt + sum * SUM_BYTES + (sum > squareSum ? SQUARE_BYTES - SUM_BYTES : 0);
}

export function carry(at: u32, chunks: u32): void {
  let over: i64 = 0;
  const top = at + ((chunks - 1) << 3);
  for (; at < top; at += 8) {
    const chunk = load<i64>(at) + over;
    store<u64>(at, chunk & LOW32);
    over = chunk >> 32;
  }
  store<i64>(top, load<i64>(top) + over);
}
