/**
 * Packs bytes as one Snappy block. Repeated bytes are found as google/snappy finds them: through a table of the last
 * place of every four bytes, which is asked at ever fewer places while it finds nothing. Source: google/snappy,
 * `format_description.txt`. `test/reference/slow-pack-snappy.ts` is the slow reference.
 */
import { PLACES } from './map';
import { writeVarint } from './hybrid';

const MOST_TABLE_BITS: u32 = 14;
/** A copy with two bytes of offset reaches no further. */
const MOST_OFFSET: usize = 0xffff;
/** So many bytes at the end are not searched, so that the search may read ahead. */
const MARGIN: usize = 15;

/** Returns where the block ended: at most 32 + 7 / 6 of the length behind `out`. Writes up to 15 bytes too far. */
export function packSnappy(input: usize, length: u32, out: usize): usize {
  out = writeVarint(length, out);
  const end = input + <usize>length;
  if (length < <u32>MARGIN) return writeLiteral(input, end, out);
  const bits = min(MOST_TABLE_BITS, 31 - clz(length));
  const shift = 32 - bits;
  memory.fill(PLACES, 0, (<usize>4) << bits);
  const limit = end - MARGIN;
  let literal = input;
  let at = input + 1;
  while (true) {
    // ever larger steps while nothing is found
    let earlier: usize = 0;
    let tries: u32 = 32;
    while (true) {
      if (at > limit) return writeLiteral(literal, end, out);
      earlier = input + exchange(input, at, shift);
      if (isMatch(earlier, at)) break;
      at += tries >>> 5;
      tries++;
    }
    out = writeLiteral(literal, at, out);
    do {
      const next = endOfMatch(earlier, at, end);
      out = writeCopy(<u32>(at - earlier), <u32>(next - at), out);
      literal = at = next;
      if (at >= limit) return writeLiteral(literal, end, out);
      exchange(input, at - 1, shift);
      earlier = input + exchange(input, at, shift);
    } while (isMatch(earlier, at));
    at++;
  }
}

/** Puts a place into the table; returns the one that was there for the same hash, or 0. Both from the block's start. */
@inline
function exchange(input: usize, at: usize, shift: u32): usize {
  const slot = PLACES + (<usize>((load<u32>(at) * 0x1e35a7bd) >>> shift) << 2);
  const before = load<u32>(slot);
  store<u32>(slot, <u32>(at - input));
  return <usize>before;
}

@inline
function isMatch(earlier: usize, at: usize): bool {
  return at - earlier <= MOST_OFFSET && load<u32>(earlier) == load<u32>(at);
}

/** Where the bytes from `at` on, the first four of which match those from `earlier` on, cease to. */
@inline
function endOfMatch(earlier: usize, at: usize, end: usize): usize {
  const back = at - earlier;
  let next = at + 4;
  while (next + 8 <= end) {
    const other = load<u64>(next) ^ load<u64>(next - back);
    if (other != 0) return next + <usize>(ctz(other) >> 3);
    next += 8;
  }
  while (next < end && load<u8>(next) == load<u8>(next - back)) next++;
  return next;
}

@inline
function writeLiteral(from: usize, to: usize, out: usize): usize {
  const length = to - from;
  if (length == 0) return out;
  const last = <u32>length - 1;
  if (last < 60) {
    store<u8>(out, last << 2);
    // whole vectors, what is written too much is written over
    for (let done: usize = 0; done < length; done += 16) v128.store(out + done, v128.load(from + done), 1);
    return out + 1 + length;
  }
  const width = (39 - clz(last)) >>> 3;
  store<u8>(out, (59 + width) << 2);
  store<u32>(out, last, 1);
  memory.copy(out + 1 + width, from, length);
  return out + 1 + width + length;
}

/** A copy has at most 64 bytes, and the last one at least 4. */
function writeCopy(offset: u32, length: u32, out: usize): usize {
  while (length >= 68) {
    out = writeLongCopy(offset, 64, out);
    length -= 64;
  }
  if (length > 64) {
    out = writeLongCopy(offset, 60, out);
    length -= 60;
  }
  if (length >= 12 || offset >= 2048) return writeLongCopy(offset, length, out);
  store<u8>(out, 1 | ((length - 4) << 2) | ((offset >>> 8) << 5));
  store<u8>(out, offset, 1);
  return out + 2;
}

@inline
function writeLongCopy(offset: u32, length: u32, out: usize): usize {
  store<u8>(out, 2 | ((length - 1) << 2));
  store<u16>(out, offset, 1);
  return out + 3;
}
