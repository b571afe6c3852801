import { fromBase64, packBytes, toBase64, unpackBytes } from '../batch/pack-bytes.ts';
import { refuseState } from '../metrics/base/state-fault.ts';
import { digestOf } from './digest.ts';
import type { PackedBuffers } from './state-line.ts';

/** Bytes of a state, unpacked, at most; `map` gives several states long before. */
export const mostBytes: number = 512 * 1024 * 1024;

/** Packs buffers into text. About 10 ns a byte. */
export function packBuffers(buffers: readonly ArrayBuffer[]): PackedBuffers {
  const lengths = buffers.map(({ byteLength }) => byteLength);
  const all = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const buffer of buffers) {
    all.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return { lengths, digest: digestOf(all), gzip: toBase64(packBytes(all)) };
}

/** The mirror of {@link packBuffers}. @throws `StateFault` for anything but what that gave */
export function unpackBuffers({ lengths, digest, gzip }: PackedBuffers): ArrayBuffer[] {
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  if (bytes > mostBytes) refuseState(`expected at most ${mostBytes} bytes, found ${bytes}`);
  const packed = fromBase64(gzip) ?? refuseState('expected its sums in base64, found other text');
  const all =
    unpackBytes(packed, bytes) ?? refuseState(`expected its sums to unpack to ${bytes} bytes: they are damaged`);
  if (digestOf(all) !== digest) refuseState('its sums are damaged: their digest differs');
  let at = 0;
  return lengths.map((length) => all.buffer.slice(at, (at += length)));
}
