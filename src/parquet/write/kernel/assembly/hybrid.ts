/**
 * The RLE and bit-packing hybrid: long runs as runs, the rest packed in groups of eight. `test/reference/slow-hybrid.ts`
 * is the slow reference.
 */

/** A run of equal integers shorter than this costs less when it is packed with its neighbours. */
const SHORTEST_RUN: usize = 16 << 2;

/**
 * Writes `count` integers of 32 bits, each below `2 ** width`; returns where it ended. Writes up to 7 bytes too
 * far.
 */
export function encodeHybrid(values: usize, count: u32, width: u32, out: usize): usize {
  const end = values + (<usize>count << 2);
  let packed = values; // from here on values wait to be packed, always a multiple of eight
  let at = values;
  while (at < end) {
    const next = endOfRun(at, end);
    if (next - at >= SHORTEST_RUN) {
      if (packed < at) out = packGroups(packed, at, width, out);
      out = writeVarint(<u32>((next - at) >> 2) << 1, out);
      store<u32>(out, load<u32>(at));
      out += (width + 7) >> 3;
      at = next;
      packed = next;
    } else {
      // only whole groups may be left when a run begins
      at = min(end, at + 32);
    }
  }
  return packed < end ? packGroups(packed, end, width, out) : out;
}

@inline
function endOfRun(at: usize, end: usize): usize {
  const value = load<u32>(at);
  const all = i32x4.splat(value);
  let next = at + 4;
  while (next < end && load<u32>(next) == value) {
    next += 4;
    while (next + 16 <= end && i32x4.all_true(i32x4.eq(v128.load(next), all))) next += 16;
  }
  return next;
}

function packGroups(from: usize, to: usize, width: u32, out: usize): usize {
  const groups = <u32>((to - from + 31) >> 5);
  out = writeVarint((groups << 1) | 1, out);
  const end = out + <usize>groups * width;
  let bits: u64 = 0;
  let count: u32 = 0;
  for (let at = from; at < to; at += 4) {
    bits |= (<u64>load<u32>(at)) << count;
    count += width;
    if (count >= 32) {
      store<u32>(out, <u32>bits);
      out += 4;
      bits >>= 32;
      count -= 32;
    }
  }
  // what the last group lacks is zero: up to 7 integers of up to 32 bits
  while (out < end) {
    store<u32>(out, <u32>bits);
    bits = 0;
    out += 4;
  }
  return end;
}

/** Not inlined: the compiler would let it change the caller's variables. */
export function writeVarint(value: u32, out: usize): usize {
  while (value >= 0x80) {
    store<u8>(out++, value | 0x80);
    value >>= 7;
  }
  store<u8>(out++, value);
  return out;
}
