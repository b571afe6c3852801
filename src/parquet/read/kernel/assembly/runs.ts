/** The runs of a hybrid, one after another. Source: apache/parquet-format, Encodings.md, "RLE". */
import { DONE, EMPTY_RUN, ENDS, LONG_RUN, VALUE, WIDE_RUN } from './map';

// of the run that was read last
export let runIsPacked: bool = false;
export let runLength: u32 = 0; // values, at most as many as were left
export let runValue: u32 = 0; // what one that is not packed repeats
export let runStart: usize = 0; // of a packed one, the first byte of its integers
export let runEnd: usize = 0; // the byte after it, at most the end: then there is nothing that follows

let headEnd: usize = 0; // where the head of several bytes that was read last ended

const NO_HEAD: u64 = 0xffff_ffff_ffff_ffff;

/**
 * Reads the run at `p`, of integers of `width` bits (0 to 32), of which `left` are wanted: `DONE`, `ENDS`, `EMPTY_RUN`,
 * `WIDE_RUN` or `LONG_RUN`. A packed run is all there as far as it is wanted, since the last group may end after the last value.
 */
@inline
export function readRun(p: usize, end: usize, width: u32, left: u32): u32 {
  if (p >= end) return ENDS;
  let head = <u64>load<u8>(p);
  let start = p + 1;
  if (head >= 0x80) {
    head = readLongHead(p, end);
    if (head == NO_HEAD) return ENDS;
    start = headEnd;
  }
  const length = head >> 1;
  if (length == 0) return EMPTY_RUN;
  runIsPacked = (head & 1) != 0;
  if (runIsPacked) {
    const wanted = length >= <u64>((left + 7) >> 3) ? left : <u32>length << 3;
    if (<u64>(end - start) < (<u64>wanted * width + 7) >> 3) return ENDS;
    const after = <u64>start + length * width;
    runStart = start;
    runLength = wanted;
    runEnd = after < <u64>end ? <usize>after : end;
    return DONE;
  }
  const bytes = <usize>((width + 7) >> 3);
  if (end - start < bytes) return ENDS;
  const value: u32 = bytes == 0 ? 0 : load<u32>(start) & (<u32>0xffff_ffff >> (32 - (<u32>bytes << 3)));
  if (width < 32 && value >= <u32>1 << width) {
    store<f64>(VALUE, <f64>value);
    return WIDE_RUN;
  }
  if (length > <u64>left) {
    store<f64>(VALUE, <f64>length);
    return LONG_RUN;
  }
  runValue = value;
  runLength = <u32>length;
  runEnd = start + bytes;
  return DONE;
}

/** A head of several bytes; `NO_HEAD` where it does not end within them. */
function readLongHead(p: usize, end: usize): u64 {
  let at = p;
  let head: u64 = 0;
  for (let shift: u64 = 0; ; shift += 7) {
    if (at >= end || shift > 28) return NO_HEAD;
    const byte = load<u8>(at++);
    head += <u64>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  headEnd = at;
  return head;
}
