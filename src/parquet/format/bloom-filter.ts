import type { ByteSink } from '../../batch/byte-sink.ts';
import { writeStruct } from './write-thrift.ts';

/** Bytes of a block. */
export const bloomBlockBytes = 32;
/** Bytes of a filter at most; a larger one would find little more. */
export const mostBloomBytes: number = 1 << 20;
/** The share of texts that are not there, and are taken for one that is, at most. */
const falsePositives = 0.01;

/**
 * Bytes of a filter of this many distinct values: enough for one false positive in a hundred, and a power of two, as some
 * readers need. Source: apache/parquet-format, BloomFilter.md.
 */
export function bloomBytes(distinct: number): number {
  const bits = (-8 * distinct) / Math.log(1 - falsePositives ** (1 / 8));
  return Math.min(mostBloomBytes, Math.max(bloomBlockBytes, 2 ** Math.ceil(Math.log2(bits / 8))));
}

/** Appends a split-block filter with XXH64 and its header. Source: parquet.thrift, `BloomFilterHeader`. */
export function writeBloomFilter(out: ByteSink, filter: Uint8Array): void {
  const only = { 1: {} };
  writeStruct(out, { 1: filter.length, 2: only, 3: only, 4: only });
  out.append(filter);
}
