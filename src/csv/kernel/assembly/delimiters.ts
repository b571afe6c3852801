/** Where fields end, found 64 bytes at a time, apart from reading them: reading one need not wait for the one before. */
import { VECTORS } from './map';

/** One bit for each of the 16 bytes that is a comma, quote, CR or LF. */
@inline
function delimiters(p: usize, table: v128, low: v128): u64 {
  const block = v128.load(p);
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(block, i8x16.swizzle(table, v128.and(block, low)))));
}

/** Lists the first six of the bits, or garbage where there are fewer; returns the others. */
@inline
function listSome(at: usize, p: usize, bits: u64): u64 {
  store<u32>(at, <u32>p + <u32>ctz(bits));
  bits &= bits - 1;
  store<u32>(at, <u32>p + <u32>ctz(bits), 4);
  bits &= bits - 1;
  store<u32>(at, <u32>p + <u32>ctz(bits), 8);
  bits &= bits - 1;
  store<u32>(at, <u32>p + <u32>ctz(bits), 12);
  bits &= bits - 1;
  store<u32>(at, <u32>p + <u32>ctz(bits), 16);
  bits &= bits - 1;
  store<u32>(at, <u32>p + <u32>ctz(bits), 20);
  bits &= bits - 1;
  return bits;
}

/**
 * Writes the addresses of the delimiters from `p` up to `end` to `list` until there are `wanted` or a few more; returns how
 * many, at most `wanted`. Up to 69 entries behind those are written over.
 */
export function listDelimiters(p: usize, end: usize, list: usize, wanted: u32): u32 {
  const table = v128.load(VECTORS, 80);
  const low = v128.load(VECTORS, 96);
  const stop = list + (<usize>wanted << 2);
  let at = list;
  for (; p < end && at < stop; p += 64) {
    let bits =
      delimiters(p, table, low) |
      (delimiters(p + 16, table, low) << 16) |
      (delimiters(p + 32, table, low) << 32) |
      (delimiters(p + 48, table, low) << 48);
    if (end - p < 64) bits &= ((<u64>1) << <u64>(end - p)) - 1;
    const next = at + (<usize>popcnt(bits) << 2);
    // more than there are, as a rule: the branch is easy to guess, and those too many are written over
    bits = listSome(at, p, bits);
    if (bits != 0) {
      at += 24;
      do {
        bits = listSome(at, p, bits);
        at += 24;
      } while (bits != 0);
    }
    at = next;
  }
  return <u32>(min(at, stop) - list) >> 2;
}
