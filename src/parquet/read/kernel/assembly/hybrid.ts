/** Dictionary indices, which are a hybrid of runs and packed integers, and the doubles that they are of. */
import { greatest, unpackBits } from './bits';
import { BAD_ENTRY, BLOCK, COUNT, DONE, POSITION, SCRATCH, VALUE } from './map';
import { readRun, runEnd, runIsPacked, runLength, runStart, runValue } from './runs';

/**
 * Decodes `count` indices of `width` bits (0 to 32) from `[at, end)` to `out`, as i32 each. Those of `size` and more are
 * no entries of the dictionary: `BAD_ENTRY` for the first, once all are read. Else `DONE`, `ENDS`, `EMPTY_RUN`,
 * `WIDE_RUN` or `LONG_RUN`.
 */
export function decodeIndices(at: usize, end: usize, width: u32, count: u32, size: u32, out: usize): u32 {
  return decode(at, end, width, count, size, out, 0);
}

/** The same, but writes to `out` the doubles at `entries` that the indices are of. */
export function decodeEntries(
  at: usize, end: usize, width: u32, count: u32, size: u32, out: usize, entries: usize,
): u32 {
  return decode(at, end, width, count, size, out, entries);
}

/** Both, without `entries` (0) the indices: one loop over the runs, longer than others, so that its position stays in registers. */
@inline
function decode(at: usize, end: usize, width: u32, count: u32, size: u32, out: usize, entries: usize): u32 {
  // whether an index might be no entry
  const judged = width >= 32 || size < <u32>1 << width;
  let bad = false;
  let p = at;
  let done: u32 = 0;
  let status = DONE;
  while (done < count) {
    status = readRun(p, end, width, count - done);
    if (status != DONE) break;
    p = runEnd;
    const length = runLength;
    // packed integers of no bits are 0, as often as there are any
    if (!runIsPacked || width == 0) {
      const value: u32 = runIsPacked ? 0 : runValue;
      if (judged && value >= size) {
        if (!bad) noteBad(done, value);
        bad = true;
      } else if (entries != 0) fillDoubles(out + (<usize>done << 3), load<u64>(entries + (<usize>value << 3)), length);
      else fillIndices(out + (<usize>done << 2), value, length);
      done += length;
      continue;
    }
    const packed = runStart;
    for (let first: u32 = 0; first < length; first += BLOCK) {
      const some = min(BLOCK, length - first);
      const to = entries != 0 ? SCRATCH : out + (<usize>(done + first) << 2);
      unpackBits(packed + ((<usize>first * width) >> 3), width, some, to);
      if (judged && greatest(to, some) >= size) {
        if (!bad) noteFirst(to, some, size, done + first);
        bad = true;
      } else if (entries != 0) lookUp(to, entries, some, out + (<usize>(done + first) << 3));
    }
    done += length;
  }
  store<u32>(POSITION, <u32>p);
  if (status == DONE && bad) return BAD_ENTRY;
  store<u32>(COUNT, done);
  return status;
}

function noteBad(index: u32, value: u32): void {
  store<u32>(COUNT, index);
  store<f64>(VALUE, <f64>value);
}

function noteFirst(indices: usize, count: u32, size: u32, before: u32): void {
  for (let index: u32 = 0; index < count; index++) {
    const value = load<u32>(indices + (<usize>index << 2));
    if (value >= size) return noteBad(before + index, value);
  }
}

@inline
function fillIndices(out: usize, value: u32, count: u32): void {
  const end = out + (<usize>count << 2);
  const lanes = i32x4.splat(value);
  let to = out;
  for (; to + 16 <= end; to += 16) v128.store(to, lanes);
  for (; to < end; to += 4) store<u32>(to, value);
}

@inline
function fillDoubles(out: usize, bits: u64, count: u32): void {
  const end = out + (<usize>count << 3);
  const lanes = i64x2.splat(bits);
  let to = out;
  for (; to + 16 <= end; to += 16) v128.store(to, lanes);
  if (to < end) store<u64>(to, bits);
}

/** Copies by bits, so that a NaN keeps its payload. */
@inline
function lookUp(indices: usize, entries: usize, count: u32, out: usize): void {
  let done: u32 = 0;
  for (; done + 4 <= count; done += 4) {
    const from = indices + (<usize>done << 2);
    const to = out + (<usize>done << 3);
    store<u64>(to, load<u64>(entries + (<usize>load<u32>(from) << 3)));
    store<u64>(to, load<u64>(entries + (<usize>load<u32>(from, 4) << 3)), 8);
    store<u64>(to, load<u64>(entries + (<usize>load<u32>(from, 8) << 3)), 16);
    store<u64>(to, load<u64>(entries + (<usize>load<u32>(from, 12) << 3)), 24);
  }
  for (; done < count; done++) {
    const index = <usize>load<u32>(indices + (<usize>done << 2));
    store<u64>(out + (<usize>done << 3), load<u64>(entries + (index << 3)));
  }
}
