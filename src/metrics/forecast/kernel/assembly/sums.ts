/** Adds single doubles to a sum of a group: to its compact chunks, or to its wide node, which comes from the reserve. */
import { chunkCount, firstChunk, FRACTION, HIDDEN, highPart, LOW32, lowPart, sumOffset, writeBack } from './chunks';
import { NODE_BYTES, NODE_CHUNKS, NODE_INFINITIES, NODE_SUM, PLACE, WIDE } from './map';
import { compactSums, types } from './settings';

export let reserve: u32 = 0;
export let reserveEnd: u32 = 0;

/** Bytes of reserve that a segment, or a merge, can use up at most. */
export function reserveNeeded(): u32 {
  return (compactSums + types) * NODE_BYTES;
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

/** Adds a magnitude wherever it fits: a compact sum, or its wide node. */
export function addAny(group: u32, sum: u32, value: f64): void {
  const bits = reinterpret<u64>(value);
  const x = <u32>(bits >> 52) + PLACE;
  const band = (x >> 5) - firstChunk(sum);
  if (band < chunkCount(sum) - 2) writeBack(group + sumOffset(sum), band, lowPart(bits, x), highPart(bits, x));
  else addWide(group, sum, value);
}

/** Adds any double but NaN to the wide node of a sum. */
export function addWide(group: u32, sum: u32, value: f64): void {
  if (value == 0) return;
  const node = wideNode(group, sum);
  const bits = reinterpret<u64>(value);
  let exponent = <u32>(bits >> 52) & 0x7ff;
  if (exponent == 0x7ff) {
    store<i64>(node, load<i64>(node, NODE_INFINITIES) + 1, NODE_INFINITIES);
    return;
  }
  let mantissa = bits & FRACTION;
  if (exponent == 0) exponent = 1;
  else mantissa |= HIDDEN;
  const x = exponent + PLACE;
  const shift = <u64>(x & 31);
  const sign = <u64>(<i64>bits >> 63);
  const low = (((mantissa << shift) & LOW32) ^ sign) - sign;
  writeBack(node + NODE_CHUNKS, x >> 5, low, ((mantissa >> (32 - shift)) ^ sign) - sign);
}

/** The wide node of a sum of a group, made from the reserve at first. */
export function wideNode(group: u32, sum: u32): u32 {
  const found = findWide(group, sum);
  if (found) return found;
  const node = reserve;
  reserve += NODE_BYTES;
  memory.fill(node, 0, NODE_BYTES);
  store<u32>(node, load<u32>(group, WIDE));
  store<u32>(node, sum, NODE_SUM);
  store<u32>(group, node, WIDE);
  return node;
}

export function findWide(group: u32, sum: u32): u32 {
  let node = load<u32>(group, WIDE);
  while (node != 0 && load<u32>(node, NODE_SUM) != sum) node = load<u32>(node);
  return node;
}
