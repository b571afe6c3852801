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
