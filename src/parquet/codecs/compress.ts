import type { Codec } from '../format/parquet-types.ts';
import { loadGzip } from './gzip.ts';
import { loadZstd } from './zstd.ts';

/** How pages can be packed. */
export const compressions = ['snappy', 'gzip', 'zstd', 'uncompressed'] as const;

/** One of {@link compressions}. */
export type Compression = (typeof compressions)[number];

/** A compression as a footer names it, and its packing. */
export interface Packing {
  readonly codec: Codec;
  /** Absent for Snappy, which the kernel of `write/` packs where the page is. */
  readonly pack?: (bytes: Uint8Array) => Uint8Array;
}

/** Loads a compression: Node's own gzip and zstd (from 22.15), or those of packages; only zstd has a level. */
export async function loadPacking(compression: Compression, level?: number): Promise<Packing> {
  switch (compression) {
    case 'uncompressed':
      return { codec: 'UNCOMPRESSED', pack: (bytes) => bytes };
    case 'snappy':
      return { codec: 'SNAPPY' };
    case 'gzip':
      return { codec: 'GZIP', pack: (await loadGzip()).pack };
    case 'zstd':
    default: {
      const { pack } = await loadZstd();
      return { codec: 'ZSTD', pack: (bytes) => pack(bytes, level) };
    }
  }
}
