/** LZ4 blocks, without a frame. Source: lz4/lz4, `lz4_Block_format.md`. */
import { copyBack, copyBackExactly } from './copy-back';

let next: usize = 0; // where the length that was read last ended

/**
 * Unpacks the block `[input, input + length)` to `[output, output + size)`, which it must fill exactly. Returns `output`,
 * or 0 where the block is damaged or of another size.
 */
export function unpackLz4(input: usize, length: u32, output: usize, size: u32): usize {
  const end = input + length;
  const outEnd = output + size;
  let p = input;
  let out = output;
  while (p < end) {
    const token = <u32>load<u8>(p++);
    const literals = readLength(p, end, token >> 4);
    p = next;
    if (literals > <u64>(end - p) || literals > <u64>(outEnd - out)) return 0;
    if (literals <= 16 && end - p >= 16 && outEnd - out >= 16) v128.store(out, v128.load(p));
    else memory.copy(out, p, <usize>literals);
    p += <usize>literals;
    out += <usize>literals;
    if (p == end) return out == outEnd ? output : 0; // the last sequence has no match
    if (end - p < 2) return 0;
    const offset = <usize>load<u16>(p);
    // an offset of 0 wraps to more than there is
    if (offset - 1 >= out - output) return 0;
    const matched = readLength(p + 2, end, token & 15) + 4;
    p = next;
    const left = <u64>(outEnd - out);
    if (matched > left) return 0;
    if (matched + 16 <= left) copyBack(out, offset, <usize>matched);
    else copyBackExactly(out, offset, <usize>matched);
    out += <usize>matched;
  }
  return 0;
}

/** A length that goes on in further bytes while they are 255; more than there is room for when they end. */
@inline
function readLength(p: usize, end: usize, start: u32): u64 {
  let length = <u64>start;
  next = p;
  if (start != 15) return length;
  while (true) {
    if (next >= end) return 0xffff_ffff_ffff;
    const byte = load<u8>(next++);
    length += <u64>byte;
    if (byte != 255) return length;
  }
}
