/** Definition levels of a flat column: the hybrid of width 1, of which each level is 0 (null) or 1. */
import { COUNT, DONE, POSITION, PRESENT } from './map';
import { readRun, runEnd, runIsPacked, runLength, runStart, runValue } from './runs';

/**
 * Decodes `count` levels from `[at, end)` to `flags`, a byte each, and counts those of 1 (`PRESENT`). Where all are 1,
 * nothing need have been written. Returns as `decodeIndices` does.
 */
export function decodeLevels(at: usize, end: usize, count: u32, flags: usize): u32 {
  let p = at;
  let done: u32 = 0;
  let present: u32 = 0;
  let status = DONE;
  while (done < count) {
    status = readRun(p, end, 1, count - done);
    if (status != DONE) break;
    p = runEnd;
    const length = runLength;
    if (runIsPacked) present += unpackFlags(runStart, length, flags + done);
    else {
      if (length != count || runValue == 0) memory.fill(flags + done, <u8>runValue, length);
      present += runValue * length;
    }
    done += length;
  }
  store<u32>(POSITION, <u32>p);
  store<u32>(COUNT, done);
  store<u32>(PRESENT, present);
  return status;
}

/** A byte for each of `count` bits; returns how many are 1. */
function unpackFlags(p: usize, count: u32, flags: usize): u32 {
  const spread = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const one = i8x16.splat(1);
  let ones: u32 = 0;
  let done: u32 = 0;
  for (; done + 16 <= count; done += 16) {
    const word = load<u16>(p + (done >> 3));
    const lanes = v128.and(i8x16.swizzle(i16x8.splat(word), spread), bits);
    v128.store(flags + done, v128.and(i8x16.eq(lanes, bits), one));
    ones += popcnt(<u32>word);
  }
  for (; done < count; done++) {
    const flag = (load<u8>(p + (done >> 3)) >> (<u8>done & 7)) & 1;
    store<u8>(flags + done, flag);
    ones += flag;
  }
  return ones;
}
