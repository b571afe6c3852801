import { gunzipSync, gzipSync } from 'node:zlib';

/** Packs bytes as gzip, fast rather than small. */
export function packBytes(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 1 });
}

/** Unpacks gzip to exactly `length` bytes; undefined where it is damaged, or has more or fewer. Allocates no more than that. */
export function unpackBytes(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = gunzipSync(packed, { maxOutputLength: Math.max(1, length) });
    // a copy of its own: what zlib gives may lie anywhere in a buffer
    return bytes.length === length ? new Uint8Array(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The bytes of base64; undefined for any other text. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}
