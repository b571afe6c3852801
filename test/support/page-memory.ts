import { expect } from 'vitest';
import type { Codec } from '#src/parquet/format/parquet-types.js';
import { map } from '#src/parquet/read/kernel/map.generated.js';
import { loadPageCodec } from '#src/parquet/read/page-codec.js';
import { PageMemory } from '#src/parquet/read/page-memory.js';
import type { PagePlace } from '#src/parquet/values/page-place.js';

/** What a page may write, in bytes; nothing by default. */
export interface PageRooms {
  readonly page?: number;
  readonly entries?: number;
  readonly flags?: number;
  readonly values?: number;
}

/**
 * Runs `decode` with `bytes` at an address of a memory full of noise, and asserts that it writes to the rooms, the kernel's
 * own context and nowhere else, whatever it returns or throws.
 */
export function inGuardedMemory<Result>(
  bytes: Uint8Array,
  rooms: PageRooms,
  decode: (memory: PageMemory, at: number) => Result,
): Result {
  const { page = 0, entries = 0, flags = 0, values = 0 } = rooms;
  const memory = new PageMemory();
  memory.takeChunk(bytes.length);
  memory.place({
    unpackedBytes: page,
    entries: Math.ceil(entries / 8),
    values: Math.max(flags, Math.ceil(values / 8)),
  });
  const { u8 } = memory;
  const noise = noiseOf(u8.length - map.REGIONS);
  u8.set(noise, map.REGIONS);
  memory.chunkAgain().set(bytes);
  try {
    return decode(memory, map.REGIONS);
  } finally {
    const written = new Uint8Array(memory.u8.buffer.slice(map.REGIONS));
    for (const [at, length] of [
      [memory.page, page],
      [memory.entries, entries],
      [memory.flags, flags],
      [memory.values, values],
      [map.REGIONS, bytes.length],
    ] as const) {
      written.set(noise.subarray(at - map.REGIONS, at - map.REGIONS + length), at - map.REGIONS);
    }
    expect(Buffer.compare(written, noise)).toBe(0);
    expect(Buffer.compare(memory.chunkAgain(), bytes)).toBe(0);
    memory.release();
  }
}

/** Unpacks a page as a chunk's reader does, within guards. */
export async function unpackGuarded(
  codec: Codec,
  packed: Uint8Array,
  length: number,
  place: PagePlace,
): Promise<Uint8Array> {
  const unpack = await loadPageCodec(codec);
  return inGuardedMemory(packed, { page: length }, (memory, at) => {
    const address = unpack(memory, at, packed.length, length, place);
    return memory.u8.slice(address, address + length);
  });
}

let noiseBytes = new Uint8Array(0);

function noiseOf(length: number): Uint8Array {
  if (noiseBytes.length < length) noiseBytes = Uint8Array.from({ length }, (_, index) => (index * 151 + 77) & 0xff);
  return noiseBytes.subarray(0, length);
}
