import * as zlib from 'node:zlib';

/** Packing and unpacking of zstd. */
export interface Zstd {
  readonly pack: (bytes: Uint8Array) => Uint8Array;
  /** Unpacks at most `length` bytes, and one more or an error where there are more. */
  readonly unpack: (packed: Uint8Array, length: number) => Uint8Array;
}

interface NodeZstd {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Uint8Array;
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;
}

/** Node's own zstd (from 22.15), else libzstd in WebAssembly, loaded when needed. */
export async function loadZstd(): Promise<Zstd> {
  const { zstdCompressSync, zstdDecompressSync } = zlib as NodeZstd;
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) return loadLibrary();
  return {
    pack: zstdCompressSync,
    unpack: (packed, length) => zstdDecompressSync(packed, { maxOutputLength: Math.max(1, length) }),
  };
}

async function loadLibrary(): Promise<Zstd> {
  const { Zstd: Library } = await import('@hpcc-js/wasm-zstd');
  const zstd = await Library.load();
  copyWhole(zstd);
  return {
    pack: (bytes) => zstd.compress(bytes),
    unpack: (packed, length) => {
      zstd.reset();
      return zstd.decompressChunk(packed, length + 1);
    },
  };
}

/** What the library keeps to itself: a piece of its memory, as a view of it and as a copy. */
interface Heap {
  heapView?: (piece: object) => Uint8Array;
  heapToUint8Array?: (piece: object) => Uint8Array;
}

/**
 * Makes the library copy its results whole. By itself (1.12.5) it spreads them into an array of numbers: 2.3 GB and five
 * seconds for a page of 64 MiB. Should a later version have other members, it stays as it is: slow, but right.
 */
function copyWhole(zstd: object): void {
  const { _mainModule: heap } = zstd as { readonly _mainModule?: Heap };
  if (heap?.heapView === undefined || heap.heapToUint8Array === undefined) return;
  heap.heapToUint8Array = (piece) => heap.heapView?.(piece).slice() ?? new Uint8Array(0);
}
