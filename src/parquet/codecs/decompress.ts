import type { Codec } from '../format/parquet-types.ts';
import { isMemoryError, memoryRefused } from '../../batch/kernel-errors.ts';
import { isError } from '../../errors.ts';
import type { PagePlace } from '../values/page-place.ts';
import { loadBrotli } from './brotli.ts';
import type { Unpack } from './codec.ts';
import { loadGzip } from './gzip.ts';
import { loadZstd } from './zstd.ts';

/**
 * The unpacking of a codec that a library has: gzip and Brotli are Node's own, zstd too where Node has it (from 22.15),
 * else WebAssembly that is loaded when needed. None allocates or runs beyond what `length` allows.
 */
export async function loadCodec(codec: Codec): Promise<Unpack> {
  switch (codec) {
    case 'GZIP':
      return (await loadGzip()).unpack;
    case 'BROTLI':
      return loadBrotli();
    case 'ZSTD':
      return (await loadZstd()).unpack;
    case 'UNCOMPRESSED':
    case 'SNAPPY':
    case 'LZ4_RAW':
    case 'LZ4':
    case 'LZO':
    default:
      throw new TypeError(`no such codec: ${codec}`); // the page kernel's, or the footer's plan has refused it
  }
}

/**
 * Unpacks a page and checks that it has the size in its header.
 * @throws `PARQUET_PAGE_INVALID`
 */
export function unpackPage(unpack: Unpack, packed: Uint8Array, length: number, place: PagePlace): Uint8Array {
  // Spark 2 writes a page that holds only nulls as no bytes at all, without calling the codec
  if (packed.length === 0 && length === 0) return packed;
  let bytes: Uint8Array;
  try {
    bytes = unpack(packed, length);
  } catch (cause) {
    if (isMemoryError(cause) || isZlibMemoryError(cause)) throw memoryRefused('decompressing a page', length, cause);
    // a library's message is about its buffers, not about the page: it stays in the cause
    const problem = `the page cannot be decompressed: its ${packed.length} bytes are damaged or decompress to more than ${length}`;
    throw place.refuse(problem, 'PARQUET_PAGE_INVALID', cause);
  }
  if (bytes.length === length) return bytes;
  throw place.refuse(`expected the page to decompress to ${length} bytes, found ${bytes.length}`);
}

function isZlibMemoryError(error: unknown): boolean {
  return isError(error) && 'code' in error && error.code === 'Z_MEM_ERROR';
}
