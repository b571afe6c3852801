import * as zlib from 'node:zlib';
import type { Unpack } from './codec.ts';
import { outputOf } from './zlib-output.ts';

/** Node's own unpacking of Brotli. */
export async function loadBrotli(): Promise<Unpack> {
  return (packed, length) => zlib.brotliDecompressSync(packed, outputOf(length));
}
