import * as zlib from 'node:zlib';

/** CRC-32 of bytes, of those before first; as an unsigned integer. */
export function crc32(bytes: Uint8Array, before: number): number {
  return zlib.crc32(bytes, before) >>> 0;
}
