import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { FieldShapes, Zod } from '../../options.ts';
import { compressions, type Compression } from '../codecs/compress.ts';
import { zstdLevels } from '../codecs/zstd-library.ts';

/** How Parquet is written. Plain data. */
export interface ParquetSettings {
  /** How pages are compressed; `snappy` by default. */
  readonly compression?: Compression | undefined;
  /** Level of zstd, from 1 (fast) to 22 (small); 3 by default. */
  readonly compressionLevel?: number | undefined;
  /**
   * Writes numbers in the encoding BYTE_STREAM_SPLIT where that makes them smaller; off by default, because some engines
   * cannot read it (docs/interop.md).
   */
  readonly byteStreamSplit?: boolean | undefined;
  /** Writes a Bloom filter of the item ids of each row group, for look-ups where items are in no order; off by default. */
  readonly bloomFilter?: boolean | undefined;
}

/** The shapes of the fields of {@link ParquetSettings}, for every function that writes Parquet. */
export const settingsFields = (z: Zod): FieldShapes<ParquetSettings> => ({
  compression: z.enum(compressions).optional(),
  compressionLevel: z.int().min(zstdLevels.least).max(zstdLevels.most).optional(),
  byteStreamSplit: z.boolean().optional(),
  bloomFilter: z.boolean().optional(),
});

/**
 * The settings among the options of a function, all of them: equal settings are the same object, but for its identity.
 * @throws `OPTION_INVALID` for a level of anything but zstd
 */
export function settingsOf(options: ParquetSettings): ParquetSettings {
  const { compression, compressionLevel, byteStreamSplit, bloomFilter } = options;
  if (compressionLevel !== undefined && compression !== 'zstd') {
    const problem = `compressionLevel: expected the compression zstd, which alone has levels, found ${compression ?? 'snappy'}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  return given({
    compression: compression ?? 'snappy',
    compressionLevel: compression === 'zstd' ? (compressionLevel ?? zstdLevels.usual) : undefined,
    byteStreamSplit: byteStreamSplit ?? false,
    bloomFilter: bloomFilter ?? false,
  });
}
