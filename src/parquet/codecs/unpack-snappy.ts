/**
 * Unpacks a Snappy block into `output`, which it must fill exactly. Returns whether it did: false for anything damaged.
 * Literals and copies that do not overlap are copied whole where they are long, byte by byte where a call would cost more.
 * Source: google/snappy, `format_description.txt`.
 */
export function unpackSnappy(input: Uint8Array, output: Uint8Array): boolean {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input[at++];
    if (byte === undefined || shift > 28) return false;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (length !== output.length) return false;
  let out = 0;
  while (at < input.length) {
    const tag = input[at++] ?? 0;
    if ((tag & 3) === 0) {
      let size = (tag >> 2) + 1;
      if (size > 60) {
        const extra = size - 60;
        if (at + extra > input.length) return false;
        size = 1;
        for (let index = 0; index < extra; index++) size += (input[at + index] ?? 0) * 2 ** (8 * index);
        at += extra;
      }
      if (size > input.length - at || size > output.length - out) return false;
      if (size > 16) {
        output.set(input.subarray(at, at + size), out);
        at += size;
        out += size;
      } else for (const end = at + size; at < end;) output[out++] = input[at++] ?? 0;
      continue;
    }
    let size: number;
    let offset: number;
    if ((tag & 3) === 1) {
      size = ((tag >> 2) & 7) + 4;
      offset = ((tag >> 5) << 8) | (input[at] ?? 0);
      at += 1;
    } else {
      size = (tag >> 2) + 1;
      offset = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
      if ((tag & 3) === 3) offset += (input[at + 2] ?? 0) * 0x1_0000 + (input[at + 3] ?? 0) * 0x100_0000;
      at += (tag & 3) === 3 ? 4 : 2;
    }
    if (at > input.length || offset === 0 || offset > out || size > output.length - out) return false;
    if (offset >= size && size > 16) {
      output.copyWithin(out, out - offset, out - offset + size);
      out += size;
    } else {
      for (const end = out + size; out < end; out++) output[out] = output[out - offset] ?? 0;
    }
  }
  return out === output.length;
}
