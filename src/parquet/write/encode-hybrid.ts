import type { ByteSink } from '../../batch/byte-sink.ts';

/** A run of equal integers shorter than this costs less when it is packed with its neighbours. */
const shortestRun = 16;

/**
 * Appends integers below `2 ** width` in the RLE and bit-packing hybrid: long runs as runs, the rest packed in groups of
 * eight. The mirror of `decodeHybrid`.
 */
export function encodeHybrid(values: ArrayLike<number>, from: number, to: number, width: number, sink: ByteSink): void {
  let packed = from; // from here on values wait to be packed, always a multiple of eight
  let at = from;
  while (at < to) {
    const value = values[at];
    let run = at + 1;
    while (run < to && values[run] === value) run++;
    if (run - at >= shortestRun) {
      packGroups(values, packed, at, width, sink);
      appendVarint(sink, (run - at) * 2);
      appendLittle(sink, value ?? 0, (width + 7) >> 3);
      at = run;
      packed = run;
    } else {
      // only a whole group may be left behind when a run begins
      at = Math.min(to, at + 8);
    }
  }
  packGroups(values, packed, to, width, sink);
}

function packGroups(values: ArrayLike<number>, from: number, to: number, width: number, sink: ByteSink): void {
  if (from >= to) return;
  const groups = Math.ceil((to - from) / 8);
  appendVarint(sink, groups * 2 + 1);
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

/** Appends an unsigned integer below 2^32 in seven bits a byte. */
export function appendVarint(sink: ByteSink, value: number): void {
  sink.reserve(5);
  let rest = value;
  while (rest >= 0x80) {
    sink.bytes[sink.length++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  sink.bytes[sink.length++] = rest;
}

/** Appends an unsigned integer in `count` bytes, the lowest first. */
export function appendLittle(sink: ByteSink, value: number, count: number): void {
  sink.reserve(count);
  for (let index = 0; index < count; index++) sink.bytes[sink.length++] = Math.floor(value / 2 ** (8 * index)) & 0xff;
}
