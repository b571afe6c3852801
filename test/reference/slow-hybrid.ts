import type { ByteSink } from '#src/batch/byte-sink.js';

/** A run of equal integers shorter than this costs less when it is packed with its neighbours. */
const shortestRun = 16;

/**
 * Appends integers below `2 ** width` in the RLE and bit-packing hybrid: long runs as runs, the rest packed in groups of
 * eight. The mirror of `decodeHybrid`.
 */
export function slowEncodeHybrid(
  values: ArrayLike<number>,
  from: number,
  to: number,
  width: number,
  sink: ByteSink,
): void {
  let packed = from; // from here on values wait to be packed, always a multiple of eight
  let at = from;
  while (at < to) {
    const value = values[at];
    let run = at + 1;
    while (run < to && values[run] === value) run++;
    if (run - at >= shortestRun) {
      packGroups(values, packed, at, width, sink);
      sink.appendVarint((run - at) * 2);
      sink.appendLittle(value ?? 0, (width + 7) >> 3);
      at = run;
      packed = run;
    } else {
      // only whole groups may be left when a run begins
      at = Math.min(to, at + 8);
    }
  }
  packGroups(values, packed, to, width, sink);
}

function packGroups(values: ArrayLike<number>, from: number, to: number, width: number, sink: ByteSink): void {
  if (from >= to) return;
  const groups = Math.ceil((to - from) / 8);
  sink.appendVarint(groups * 2 + 1);
  sink.reserve(groups * width);
  const { bytes } = sink;
  let p = sink.length;
  let buffer = 0;
  let bits = 0;
  for (let index = from; index < from + groups * 8; index++) {
    // at most 7 bits wait, so that 24 more fit; wider values go in two steps
    let value = index < to ? (values[index] ?? 0) : 0;
    let left = width;
    while (left > 0) {
      const step = Math.min(left, 24);
      buffer |= (value & ((1 << step) - 1)) << bits;
      bits += step;
      value >>>= step;
      left -= step;
      while (bits >= 8) {
        bytes[p++] = buffer & 0xff;
        buffer >>>= 8;
        bits -= 8;
      }
    }
  }
  sink.length = p;
}
