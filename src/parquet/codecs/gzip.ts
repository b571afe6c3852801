import * as zlib from 'node:zlib';
import type { Gzip } from './codec.ts';
import { outputOf } from './zlib-output.ts';

/** Node's own gzip. */
export async function loadGzip(): Promise<Gzip> {
  return {
    pack: (bytes) => zlib.gzipSync(bytes),
    unpack: (packed, length) => zlib.gunzipSync(packed, outputOf(length)),
  };
}
