import type { ByteSink } from '../../batch/byte-sink.ts';
import { writeBloomFilter } from '../format/bloom-filter.ts';
import { hasColumnIndex, writeColumnIndex, writeOffsetIndex } from '../format/page-index.ts';
import type { EncodedChunk } from './encode-chunk.ts';

/** Where something is in the file. */
export interface FilePlace {
  readonly offset: number;
  readonly bytes: number;
}

/** Where the Bloom filter and the page index of a chunk are. */
export interface IndexPlaces {
  /** Undefined where there is none. */
  readonly bloomFilter: FilePlace | undefined;
  /** Undefined where bounds do not tell of every value. */
  readonly columnIndex: FilePlace | undefined;
  readonly offsetIndex: FilePlace;
}

/**
 * Appends the Bloom filters and page indexes of all chunks: the filters, the column indexes of the whole file, then the offset indexes, so that a reader
 * gets either with one request. `start` is where `out` begins in the file. Source: apache/parquet-format, PageIndex.md.
 */
export function writePageIndexes(
  out: ByteSink,
  chunks: readonly EncodedChunk[],
  start: number,
): ReadonlyMap<EncodedChunk, IndexPlaces> {
  const write = (writeIndex: () => void): FilePlace => {
    const offset = start + out.length;
    writeIndex();
    return { offset, bytes: start + out.length - offset };
  };
  const filters = new Map(
    chunks.flatMap((chunk) => {
      const { bloomFilter } = chunk;
      return bloomFilter === undefined ? [] : [[chunk, write(() => writeBloomFilter(out, bloomFilter))] as const];
    }),
  );
  const columnIndexes = new Map(
    chunks
      .filter(({ pages }) => hasColumnIndex(pages))
      .map((chunk) => [chunk, write(() => writeColumnIndex(out, chunk.column.kind, chunk.pages))]),
  );
  return new Map(
    chunks.map((chunk) => {
      const offsetIndex = write(() => writeOffsetIndex(out, chunk.pages));
      return [chunk, { bloomFilter: filters.get(chunk), columnIndex: columnIndexes.get(chunk), offsetIndex }];
    }),
  );
}
