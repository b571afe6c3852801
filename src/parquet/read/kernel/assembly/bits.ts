/** Integers packed in bits, the lowest first: eight of them begin and end with a byte. */
import { PATTERN, WIDTH } from './map';

/** The widest integers that a lane of 32 bits holds together with the bits before them in their first byte. */
const MOST_IN_LANE: u32 = 25;

/**
 * Unpacks `count` integers of `width` bits (1 to 32) to `out`. Four at a time: their bytes are moved into four lanes, a
 * multiplication moves each to the same place in its lane, and one shift moves all of them to its end.
 */
export function unpackBits(p: usize, width: u32, count: u32, out: usize): void {
  let done: u32 = 0;
  if (width <= MOST_IN_LANE && count >= 8) {
    if (load<u32>(WIDTH) != width) makePattern(width);
    const firstBytes = v128.load(PATTERN);
    const lastBytes = v128.load(PATTERN, 16);
    const firstFactors = v128.load(PATTERN, 32);
    const lastFactors = v128.load(PATTERN, 48);
    const mask = i32x4.splat((<i32>1 << width) - 1);
    const half = <usize>(width >> 1);
    let from = p;
    let to = out;
    for (; done + 8 <= count; done += 8) {
      const first = i32x4.mul(i8x16.swizzle(v128.load(from), firstBytes), firstFactors);
      const last = i32x4.mul(i8x16.swizzle(v128.load(from + half), lastBytes), lastFactors);
      v128.store(to, v128.and(i32x4.shr_u(first, 7), mask));
      v128.store(to, v128.and(i32x4.shr_u(last, 7), mask), 16);
      from += width;
      to += 32;
    }
  }
  const mask = ((<u64>1) << width) - 1;
  for (; done < count; done++) {
    const bit = <usize>done * width;
    store<u32>(out + (<usize>done << 2), <u32>((load<u64>(p + (bit >> 3)) >> (<u64>bit & 7)) & mask));
  }
}

/** Of a width: which bytes go to each lane, and by what they are multiplied there. */
function makePattern(width: u32): void {
  for (let index: u32 = 0; index < 8; index++) {
    // the last four are loaded from the byte in which the fifth begins
    const bit = index * width - (index < 4 ? 0 : (width >> 1) << 3);
    for (let byte: u32 = 0; byte < 4; byte++) store<u8>(PATTERN + (index << 2) + byte, <u8>((bit >> 3) + byte));
    store<u32>(PATTERN + 32 + (index << 2), 1 << (7 - (bit & 7)));
  }
  store<u32>(WIDTH, width);
}

/** The greatest of `count` unsigned integers. */
export function greatest(integers: usize, count: u32): u32 {
  let lanes = i32x4.splat(0);
  let done: u32 = 0;
  for (; done + 4 <= count; done += 4) lanes = i32x4.max_u(lanes, v128.load(integers + (<usize>done << 2)));
  let most = max(
    max(<u32>i32x4.extract_lane(lanes, 0), <u32>i32x4.extract_lane(lanes, 1)),
    max(<u32>i32x4.extract_lane(lanes, 2), <u32>i32x4.extract_lane(lanes, 3)),
  );
  for (; done < count; done++) most = max(most, load<u32>(integers + (<usize>done << 2)));
  return most;
}
