/** Groups of one accumulator into those of another. */
import { carry, chunkCount, sumOffset } from './chunks';
import { COUNTS, MOST_PENDING, NODE_BYTES, NODE_CHUNKS, NODE_INFINITIES, NODE_SUM, WIDE, WIDE_CHUNKS } from './map';
import { compactSums, size, sumsAt } from './settings';
import { reserve, reserveEnd, reserveNeeded, wideNode } from './sums';

/** Moves carries upwards in every sum of a group: then chunks are 32-bit digits, the top one with the sign. */
export function normalize(group: u32): void {
  if (load<u32>(group) == 0) return; // nothing was added since the last time
  for (let sum: u32 = 0; sum < compactSums; sum++) carry(group + sumOffset(sum), chunkCount(sum));
  for (let node = load<u32>(group, WIDE); node != 0; node = load<u32>(node)) carry(node + NODE_CHUNKS, WIDE_CHUNKS);
  store<u32>(group, 0);
}

/** Adds the record `source` (normalized; its wide nodes are merged separately) to `group`. Costs about 0.1 µs. */
export function mergeGroup(group: u32, source: u32): void {
  countMerge(group);
  let at = COUNTS;
  for (; at + 8 < sumsAt; at += 16) v128.store(group + at, f64x2.add(v128.load(group + at), v128.load(source + at)));
  if (at < sumsAt) store<f64>(group + at, load<f64>(group + at) + load<f64>(source + at));
  for (at = sumsAt; at + 8 < size; at += 16) v128.store(group + at, i64x2.add(v128.load(group + at), v128.load(source + at)));
  if (at < size) store<u64>(group + at, load<u64>(group + at) + load<u64>(source + at));
}

/**
 * Adds whole records to others: `count` pairs of addresses at `pairs`, target and source, which is normalized. Returns the pair
 * where it stopped, `count`, or an earlier one when the reserve must be refilled first.
 */
export function mergeWhole(pairs: u32, count: u32): u32 {
  const needed = reserveNeeded();
  for (let pair: u32 = 0; pair < count; pair++, pairs += 8) {
    const source = load<u32>(pairs, 4);
    let node = load<u32>(source, WIDE);
    if (node != 0 && reserveEnd - reserve < needed) return pair;
    const group = load<u32>(pairs);
    normalize(source);
    mergeGroup(group, source);
    for (; node != 0; node = load<u32>(node)) mergeWide(group, node);
  }
  return count;
}

/** Adds the normalized wide node `source` to `group`; needs `NODE_BYTES` bytes of reserve. */
export function mergeWide(group: u32, source: u32): void {
  countMerge(group);
  const node = wideNode(group, load<u32>(source, NODE_SUM));
  for (let at = NODE_INFINITIES; at < NODE_BYTES; at += 8) {
    store<u64>(node + at, load<u64>(node + at) + load<u64>(source + at));
  }
}

/** A merge adds under 2^33 to a chunk: less than a row can, so it counts as one. */
function countMerge(group: u32): void {
  if (load<u32>(group) >= MOST_PENDING) normalize(group);
  store<u32>(group, load<u32>(group) + 1);
}
