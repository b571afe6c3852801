import { crc32 } from 'node:zlib';

/**
 * CRC-32 (of ISO 3309, as gzip and Parquet use it) as an unsigned integer; `before` is that of the bytes in front.
 */
export function checksum(bytes: Uint8Array, before = 0): number {
  return crc32(bytes, before) >>> 0;
}

/** A CRC-32 as 8 hexadecimal digits. */
export function formatSum(sum: number): string {
  return (sum >>> 0).toString(16).padStart(8, '0');
}
