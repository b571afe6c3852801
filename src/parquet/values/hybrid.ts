import type { PagePlace } from './page-place.ts';

/**
 * Decodes exactly `count` integers of the RLE and bit-packing hybrid from `bytes[at, end)` into `out[0, count)`. Only the
 * last group of packed integers may have more than is wanted: they fill it up to eight. Returns where the last run ended.
 * Source: apache/parquet-format, Encodings.md, "RLE".
 *
 * @throws `PARQUET_PAGE_INVALID` when the bytes end before, a run is empty or longer than the values that are left, or
 * repeats what has more than `width` bits.
 */
export function decodeHybrid(
  bytes: Uint8Array,
  at: number,
  end: number,
  width: number,
  count: number,
  out: Int32Array,
  place: PagePlace,
): number {
  let done = 0;
  let p = at;
  while (done < count) {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      if (p >= end || shift > 28) throw place.refuse(`the page ends after ${done} of ${count} values`);
      const byte = bytes[p++] ?? 0;
      head += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const length = Math.floor(head / 2);
    if (length === 0) throw place.refuse('the page has an empty run');
    if (head % 2 === 0) {
      const size = (width + 7) >> 3;
      if (p + size > end) throw place.refuse(`the page ends after ${done} of ${count} values`);
      let value = 0;
      for (let index = 0; index < size; index++) value += (bytes[p + index] ?? 0) * 2 ** (8 * index);
      if (value >= 2 ** width) throw place.refuse(`expected integers of ${width} bits, found a run of ${value}`);
      if (length > count - done) throw place.refuse(`a run has ${length} values, but only ${count - done} are left`);
      out.fill(value, done, done + length);
      done += length;
      p += size;
    } else {
      const wanted = Math.min(length * 8, count - done);
      // the last group may end after the last value
      if (p + Math.ceil((wanted * width) / 8) > end)
        throw place.refuse(`the page ends after ${done} of ${count} values`);
      unpackBits(bytes, p, width, wanted, out, done);
      done += wanted;
      p = Math.min(end, p + length * width);
    }
  }
  return p;
}

/** Unpacks integers of `width` bits, at most 32, the lowest bits first. The bytes must be there. */
export function unpackBits(
  bytes: Uint8Array,
  at: number,
  width: number,
  count: number,
  out: Int32Array,
  outAt: number,
): void {
  if (width === 0) {
    out.fill(0, outAt, outAt + count);
    return;
  }
  if (width > 24) return unpackWide(bytes, at, width, count, out, outAt);
  const mask = (1 << width) - 1;
  let p = at;
  let buffer = 0;
  let bits = 0;
  for (let index = outAt; index < outAt + count; index++) {
    while (bits < width) {
      buffer |= (bytes[p++] ?? 0) << bits;
      bits += 8;
    }
    out[index] = buffer & mask;
    buffer >>>= width;
    bits -= width;
  }
}

function unpackWide(bytes: Uint8Array, at: number, width: number, count: number, out: Int32Array, outAt: number): void {
  for (let index = 0; index < count; index++) {
    const bit = index * width;
    let value = 0;
    const first = at + Math.floor(bit / 8);
    for (let byte = 0; byte < 5; byte++) value += (bytes[first + byte] ?? 0) * 2 ** (8 * byte);
    out[outAt + index] = Math.floor(value / 2 ** (bit % 8)) % 2 ** width;
  }
}
