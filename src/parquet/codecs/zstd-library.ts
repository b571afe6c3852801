import { isMemoryError, memoryRefused } from '../../batch/kernel-errors.ts';
import { loadPackage } from '../../load-package.ts';
import { findZstdFrames } from './zstd-frames.ts';

/** The levels of zstd, and the one it has by default. */
export const zstdLevels = { least: 1, most: 22, usual: 3 } as const;

/** Packing and unpacking of zstd. */
export interface Zstd {
  /** With a level of {@link zstdLevels}. */
  readonly pack: (bytes: Uint8Array, level?: number) => Uint8Array;
  /**
   * Unpacks all frames, to at most `length` bytes, and one more or an error where there are more. The bytes are valid until the
   * next call.
   */
  readonly unpack: (packed: Uint8Array, length: number) => Uint8Array;
}

/** What the library's module begins with. */
const firstBytes = 16 * 1024 * 1024;

/** libzstd in WebAssembly, for browsers and for Node without. */
export async function loadLibrary(): Promise<Zstd> {
  const { Zstd: Library } = await loadPackage('@hpcc-js/wasm-zstd', 'zstd', () => import('@hpcc-js/wasm-zstd'));
  const zstd = await Library.load().catch((error: unknown) => {
    throw isMemoryError(error) ? memoryRefused('decompressing zstd', firstBytes, error) : error;
  });
  const results = copyWhole(zstd);
  const decompress = (packed: Uint8Array, most: number): Uint8Array => {
    results.keep = false;
    try {
      return zstd.decompressChunk(packed, most);
    } finally {
      results.keep = true;
    }
  };
  return {
    pack: (bytes, level = zstdLevels.usual) => zstd.compress(bytes, level),
    unpack: ofAllFrames((packed, length) => {
      zstd.reset();
      const bytes = decompress(packed, length + 1);
      // of memory that it does not get the library says nothing, and unpacks to nothing
      if (bytes.length === 0 && length > 0) assertMemory(packed.length + length);
      return bytes;
    }),
  };
}

/** Asks for as much memory as the library needed. @throws the engine's error where there is none */
function assertMemory(bytes: number): void {
  const pages = Math.ceil(bytes / wasmPage);
  void new WebAssembly.Memory({ initial: pages, maximum: pages });
}

const wasmPage = 65_536;

/** Bytes of the buffer that pages share, at most: it is never given back. */
const mostShared = 4 * 1024 * 1024;

/** What the library keeps to itself: a piece of its memory, as a view of it and as a copy. */
interface Heap {
  heapView?: (piece: object) => Uint8Array;
  heapToUint8Array?: (piece: object) => Uint8Array;
}

/**
 * Makes the library copy its results whole. By itself (1.12.5) it spreads them into an array of numbers: 2.3 GB and five
 * seconds for a page of 64 MiB. While `keep` is off, they share one buffer, as new ones of a megabyte a page would be collected
 * for an eighth of the time. Should a later version have other members, it stays as it is: slow, but right.
 */
function copyWhole(zstd: object): { keep: boolean } {
  const results = { keep: true };
  let shared = new Uint8Array(0);
  const { _mainModule: heap } = zstd as { readonly _mainModule?: Heap };
  if (heap?.heapView === undefined || heap.heapToUint8Array === undefined) return results;
  heap.heapToUint8Array = (piece) => {
    const view = heap.heapView?.(piece) ?? new Uint8Array(0);
    if (results.keep || view.length > mostShared) return view.slice();
    if (shared.length < view.length) shared = new Uint8Array(view.length);
    shared.set(view);
    return shared.subarray(0, view.length);
  };
  return results;
}

/** Unpacks frame by frame: neither library continues after the first. */
export function ofAllFrames(unpackFrame: Zstd['unpack']): Zstd['unpack'] {
  return (packed, length) => {
    const frames = findZstdFrames(packed);
    if (frames === undefined) throw new Error('expected whole frames of zstd, found other bytes');
    if (frames.length === 1) return unpackFrame(packed, length);
    const output = new Uint8Array(length);
    let done = 0;
    for (const { start, end, skippable } of frames) {
      if (skippable) continue;
      const piece = unpackFrame(packed.subarray(start, end), length - done);
      if (piece.length > length - done) throw new RangeError(`expected ${length} bytes, found more`);
      output.set(piece, done);
      done += piece.length;
    }
    return output.subarray(0, done);
  };
}
