import type { Unpack } from '../codecs/codec.ts';
import { loadCodec, unpackPage } from '../codecs/decompress.ts';
import type { Codec } from '../format/parquet-types.ts';
import type { PagePlace } from '../values/page-place.ts';
import type { PageMemory } from './page-memory.ts';

/**
 * Unpacks `packed` bytes at an address to exactly `length` bytes, at most to where the memory has its page; returns where
 * they are. @throws `PARQUET_PAGE_INVALID`
 */
export type PageCodec = (memory: PageMemory, at: number, packed: number, length: number, place: PagePlace) => number;

/** The unpacking of pages of a codec: Snappy and LZ4 by the kernel, others by what {@link loadCodec} finds. */
export async function loadPageCodec(codec: Codec): Promise<PageCodec> {
  switch (codec) {
    case 'UNCOMPRESSED':
      return takePlain;
    case 'SNAPPY':
      return byKernel('Snappy', (memory, at, packed, length) =>
        memory.run((kernel) => kernel.unpackSnappy(at, packed, memory.page, length)),
      );
    case 'LZ4_RAW':
      return byKernel('LZ4', unpackLz4);
    case 'LZ4':
      return byKernel('LZ4', (memory, at, packed, length) =>
        unpackFramed(memory, at, packed, length) ? memory.page : unpackLz4(memory, at, packed, length),
      );
    case 'GZIP':
    case 'BROTLI':
    case 'ZSTD':
    case 'LZO':
    default:
      return byLibrary(await loadCodec(codec));
  }
}

function takePlain(_: PageMemory, at: number, packed: number, length: number, place: PagePlace): number {
  if (packed === length) return at;
  throw place.refuse(`expected the page to decompress to ${length} bytes, found ${packed}`);
}

/** `unpack` returns 0 for what is damaged. */
function byKernel(
  name: string,
  unpack: (memory: PageMemory, at: number, packed: number, length: number) => number,
): PageCodec {
  return (memory, at, packed, length, place) => {
    // Spark 2 writes a page that holds only nulls as no bytes at all, without calling the codec
    if (packed === 0 && length === 0) return at;
    const address = unpack(memory, at, packed, length) >>> 0;
    if (address !== 0) return address;
    const cause = new Error(`the ${name} data is damaged or of another length`);
    const problem = `the page cannot be decompressed: its ${packed} bytes are damaged or decompress to more than ${length}`;
    throw place.refuse(problem, 'PARQUET_PAGE_INVALID', cause);
  };
}

function byLibrary(unpack: Unpack): PageCodec {
  return (memory, at, packed, length, place) => {
    const bytes = unpackPage(unpack, memory.u8.subarray(at, at + packed), length, place);
    memory.u8.set(bytes, memory.page);
    return memory.page;
  };
}

function unpackLz4(memory: PageMemory, at: number, packed: number, length: number): number {
  return memory.run((kernel) => kernel.unpackLz4(at, packed, memory.page, length));
}

/**
 * Unpacks what Hadoop wrote as LZ4 (Parquet's deprecated codec): blocks, each after its unpacked and packed size of four
 * bytes, the highest first. Some writers have one block without: then it returns false.
 */
function unpackFramed(memory: PageMemory, start: number, packed: number, length: number): boolean {
  const view = new DataView(memory.u8.buffer, start, packed);
  let at = 0;
  let out = 0;
  while (at + 8 <= packed) {
    const [unpackedSize, packedSize] = [view.getUint32(at), view.getUint32(at + 4)];
    at += 8;
    if (packedSize === 0 || packedSize > packed - at || unpackedSize > length - out) return false;
    const [from, to] = [start + at, memory.page + out];
    if (memory.run((kernel) => kernel.unpackLz4(from, packedSize, to, unpackedSize)) === 0) return false;
    at += packedSize;
    out += unpackedSize;
  }
  return at === packed && out === length;
}
