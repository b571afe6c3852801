import * as zlib from 'node:zlib';
import { outputOf } from './zlib-output.ts';
import { loadLibrary, ofAllFrames, zstdLevels, type Zstd } from './zstd-library.ts';

interface NodeZstd {
  readonly zstdCompressSync?: (bytes: Uint8Array, options: { params: Record<number, number> }) => Uint8Array;
  readonly constants: { readonly ZSTD_c_compressionLevel?: number };
  readonly zstdDecompressSync?: (
    bytes: Uint8Array,
    options: { maxOutputLength: number; chunkSize: number },
  ) => Uint8Array;
}

/** Node's own zstd (from 22.15), else libzstd in WebAssembly, loaded when needed. */
export async function loadZstd(): Promise<Zstd> {
  const { zstdCompressSync, zstdDecompressSync, constants } = zlib as NodeZstd;
  const { ZSTD_c_compressionLevel: levelOf = 0 } = constants;
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) return loadLibrary();
  return {
    pack: (bytes, level = zstdLevels.usual) => zstdCompressSync(bytes, { params: { [levelOf]: level } }),
    unpack: ofAllFrames((packed, length) => zstdDecompressSync(packed, outputOf(length))),
  };
}
