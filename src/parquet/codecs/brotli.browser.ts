import { loadPackage } from '../../load-package.ts';
import type { Unpack } from './codec.ts';

/** Brotli's decoder in JavaScript, loaded when needed. It writes window by window, so that it stops once there is too much. */
export async function loadBrotli(): Promise<Unpack> {
  const { BrotliDecompress } = await loadPackage('brotli', 'Brotli', () => import('brotli/dec/decode.js'));
  return (packed, length) => {
    const output = new Uint8Array(length);
    let done = 0;
    BrotliDecompress(inputOf(packed), {
      buffer: endless,
      write: (bytes, count) => {
        if (count > length - done) throw new RangeError(`expected ${length} bytes, found more`);
        output.set(bytes.subarray(0, count), done);
        done += count;
        return count;
      },
    });
    return output.subarray(0, done);
  };
}

/** The decoder takes a longer buffer wherever this one does not suffice, and copies what it has. It needs none. */
const endless = { length: Infinity };

/** Bytes as the decoder reads them. */
function inputOf(bytes: Uint8Array): { read(target: Uint8Array, at: number, count: number): number } {
  let position = 0;
  return {
    read: (target, at, count) => {
      const piece = bytes.subarray(position, position + count);
      target.set(piece, at);
      position += piece.length;
      return piece.length;
    },
  };
}
