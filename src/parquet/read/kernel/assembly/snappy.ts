/** Snappy. Source: google/snappy, `format_description.txt`. */
import { copyBack, copyBackExactly } from './copy-back';
import { COPIES } from './map';

/** While as many bytes are left on both sides, no literal or copy of up to 64 bytes needs to be looked at closely. */
const FAST: usize = 80;

/**
 * Unpacks the block `[input, input + length)` to `[output, output + size)`, which it must fill exactly. Returns where the
 * page is: `output`; or within the input, where the block is one literal; or 0 where it is damaged or of another size. Longer than
 * other functions, since the loop keeps its places in locals.
 */
export function unpackSnappy(input: usize, length: u32, output: usize, size: u32): usize {
  const end = input + length;
  const outEnd = output + size;
  let p = input;
  let told: u64 = 0;
  for (let shift: u64 = 0; ; shift += 7) {
    if (p >= end || shift > 28) return 0;
    const byte = load<u8>(p++);
    told += <u64>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  if (told != <u64>size) return 0;
  let out = output;
  const whole = wholeLiteral(p, end, size);
  if (whole != 0) return whole;
  if (<usize>length > FAST && <usize>size > FAST) {
    if (load<u8>(COPIES, 8) == 0) fillCopies();
    const fastEnd = end - FAST;
    const fastOut = outEnd - FAST;
    while (p < fastEnd && out < fastOut) {
      const tag = <u32>load<u8>(p);
      const kind = tag & 3;
      if (kind == 0) {
        const bytes = <usize>(tag >> 2) + 1;
        if (bytes > 60) {
          const next = copyLongLiteral(p, end, out, outEnd);
          if (next == 0) return 0;
          out += next - p - 1 - (bytes - 60);
          p = next;
          continue;
        }
        v128.store(out, v128.load(p + 1));
        if (bytes > 16) {
          v128.store(out + 16, v128.load(p + 17));
          v128.store(out + 32, v128.load(p + 33));
          v128.store(out + 48, v128.load(p + 49));
        }
        p += 1 + bytes;
        out += bytes;
        continue;
      }
      let bytes: usize;
      let offset: usize;
      if (kind == 3) {
        bytes = <usize>(tag >> 2) + 1;
        offset = <usize>load<u32>(p, 1);
        p += 5;
      } else {
        // which of the two kinds comes next cannot be predicted: a table instead of a branch
        const entry = load<u64>(COPIES + (<usize>tag << 3));
        bytes = <usize>(entry & 0xff);
        offset = <usize>((load<u16>(p, 1) & (entry >> 8)) + (entry >> 24));
        p += 1 + kind;
      }
      // an offset of 0 wraps to more than there is
      if (offset - 1 >= out - output) return 0;
      if (bytes <= 16 && offset >= 8) {
        // most are one number; words, since a vector would wait for the words that were just stored
        store<u64>(out, load<u64>(out - offset));
        store<u64>(out, load<u64>(out + 8 - offset), 8);
      } else copyBack(out, offset, bytes);
      out += bytes;
    }
  }
  return unpackSlowly(p, end, output, out, outEnd) ? output : 0;
}

/** Of each tag of a copy with an offset of one or two bytes: its size, which bits of two bytes are the offset, what is added. */
function fillCopies(): void {
  for (let tag: u32 = 0; tag < 256; tag++) {
    const upper = <u64>(tag >> 2);
    let entry: u64 = 0;
    if ((tag & 3) == 1) entry = ((upper & 7) + 4) | (0xff << 8) | ((upper >> 3) << 32);
    if ((tag & 3) == 2) entry = (upper + 1) | (0xffff << 8);
    store<u64>(COPIES + (<usize>tag << 3), entry);
  }
}

/** Where the one literal begins that all of a block is; 0 if it is not: numbers that repeat nothing are packed so. */
function wholeLiteral(p: usize, end: usize, size: u32): usize {
  if (p >= end) return 0;
  const tag = <u32>load<u8>(p);
  if ((tag & 3) != 0) return 0;
  const extra = literalExtra(tag);
  const start = p + 1 + extra;
  if (start > end || end - start != size) return 0;
  return literalSize(p, tag, extra) == <u64>size ? start : 0;
}

/** How many bytes of its size follow a literal's tag. */
@inline
function literalExtra(tag: u32): usize {
  const upper = <usize>(tag >> 2);
  return upper < 60 ? 0 : upper - 59;
}

/** The size of a literal, whose tag's further bytes are all there. */
@inline
function literalSize(p: usize, tag: u32, extra: usize): u64 {
  if (extra == 0) return <u64>(tag >> 2) + 1;
  let size: u64 = 1;
  for (let index: usize = 0; index < extra; index++) size += <u64>load<u8>(p + 1 + index) << (8 * index);
  return size;
}

/** Copies the literal at `p`; returns where it ends, 0 where it is not all there or too long. */
function copyLongLiteral(p: usize, end: usize, out: usize, outEnd: usize): usize {
  const tag = <u32>load<u8>(p);
  const extra = literalExtra(tag);
  const start = p + 1 + extra;
  if (start > end) return 0;
  const size = literalSize(p, tag, extra);
  if (size > <u64>(end - start) || size > <u64>(outEnd - out)) return 0;
  memory.copy(out, start, <usize>size);
  return start + <usize>size;
}

/** Unpacks the last bytes, each size checked, and nothing written or read that is not asked for. */
function unpackSlowly(input: usize, end: usize, first: usize, output: usize, outEnd: usize): bool {
  let p = input;
  let out = output;
  while (p < end) {
    const tag = <u32>load<u8>(p);
    const kind = tag & 3;
    if (kind == 0) {
      const next = copyLongLiteral(p, end, out, outEnd);
      if (next == 0) return false;
      out += next - p - 1 - literalExtra(tag);
      p = next;
      continue;
    }
    const operand: usize = kind == 3 ? 4 : <usize>kind;
    if (end - p < 1 + operand) return false;
    const bytes = kind == 1 ? <usize>((tag >> 2) & 7) + 4 : <usize>(tag >> 2) + 1;
    let offset: usize;
    if (kind == 1) offset = (<usize>(tag >> 5) << 8) | <usize>load<u8>(p, 1);
    else if (kind == 2) offset = <usize>load<u16>(p, 1);
    else offset = <usize>load<u32>(p, 1);
    p += 1 + operand;
    if (offset - 1 >= out - first || bytes > outEnd - out) return false;
    copyBackExactly(out, offset, bytes);
    out += bytes;
  }
  return out == outEnd;
}
