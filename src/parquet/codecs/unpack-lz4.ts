/**
 * Unpacks an LZ4 block (without a frame, as Parquet's LZ4_RAW has it) into `output`, which it must fill exactly. Returns
 * whether it did: false for anything damaged. Source: lz4/lz4, `lz4_Block_format.md`.
 */
export function unpackLz4(input: Uint8Array, output: Uint8Array): boolean {
  let at = 0;
  let out = 0;
  /** A length that goes on in further bytes while they are 255; more than there is room for when they end. */
  const readLength = (start: number): number => {
    let length = start;
    for (let byte = start === 15 ? 255 : 0; byte === 255; length += byte) {
      byte = input[at++] ?? -1;
      if (byte < 0) return Infinity;
    }
    return length;
  };
  while (at < input.length) {
    const token = input[at++] ?? 0;
    const literals = readLength(token >> 4);
    if (literals > input.length - at || literals > output.length - out) return false;
    output.set(input.subarray(at, at + literals), out);
    at += literals;
    out += literals;
    if (at === input.length) return out === output.length; // the last sequence has no match
    const offset = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
    at += 2;
    if (at > input.length || offset === 0 || offset > out) return false;
    const size = readLength(token & 15) + 4;
    if (size > output.length - out) return false;
    if (offset >= size) {
      output.copyWithin(out, out - offset, out - offset + size);
      out += size;
    } else for (const end = out + size; out < end; out++) output[out] = output[out - offset] ?? 0;
  }
  return false;
}

/**
 * Unpacks what Hadoop wrote as LZ4 (Parquet's deprecated codec): blocks, each after its unpacked and packed size of four
 * bytes, the highest first; or, as some writers have it, one block without. Returns as {@link unpackLz4}.
 */
export function unpackHadoopLz4(input: Uint8Array, output: Uint8Array): boolean {
  return unpackFramed(input, output) || unpackLz4(input, output);
}

function unpackFramed(input: Uint8Array, output: Uint8Array): boolean {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let at = 0;
  let out = 0;
  while (at + 8 <= input.length) {
    const unpacked = view.getUint32(at);
    const packed = view.getUint32(at + 4);
    at += 8;
    if (packed === 0 || packed > input.length - at || unpacked > output.length - out) return false;
    if (!unpackLz4(input.subarray(at, at + packed), output.subarray(out, out + unpacked))) return false;
    at += packed;
    out += unpacked;
  }
  return at === input.length && out === output.length;
}
