import type { ByteSink } from '../../batch/byte-sink.ts';
import { encodings, pageTypes } from './parquet-types.ts';
import { readStruct, type ThriftStruct } from './read-thrift.ts';
import { thriftStructEnd } from './thrift-shape.ts';
import { writeStruct } from './write-thrift.ts';

/**
 * A page header with its integers as they are: nothing is judged here. Members that are missing are undefined. Source:
 * parquet.thrift, `PageHeader`.
 */
export interface PageHeader {
  readonly type: number | undefined;
  readonly unpackedBytes: number | undefined;
  readonly packedBytes: number | undefined;
  /** CRC-32 of the packed bytes, as a signed integer; null where something else is in its place. */
  readonly crc: number | null | undefined;
  /** Of a data page of the first version. */
  readonly data: ThriftStruct | undefined;
  /** Of a dictionary page. */
  readonly dictionary: ThriftStruct | undefined;
  /** Of a data page of the second version. */
  readonly dataV2: ThriftStruct | undefined;
  /** Bytes of the header itself. */
  readonly length: number;
}

/**
 * Reads the header that begins at `at`; undefined if it does not end within the bytes, or is not a Thrift struct. Any bytes
 * may be given.
 */
export function readPageHeader(bytes: Uint8Array, at: number): PageHeader | undefined {
  const end = thriftStructEnd(bytes, at);
  if (end < 0) return undefined;
  const header = readStruct({ bytes, at });
  return {
    type: header.int(1),
    unpackedBytes: header.int(2),
    packedBytes: header.int(3),
    crc: header.has(4) ? (header.int(4) ?? null) : undefined,
    data: header.struct(5),
    dictionary: header.struct(7),
    dataV2: header.struct(8),
    length: end - at,
  };
}

/** A page to be written: a dictionary in PLAIN, or a data page of version 1 with its levels in RLE. */
export interface WrittenPage {
  readonly type: typeof pageTypes.data | typeof pageTypes.dictionary;
  readonly values: number;
  readonly encoding: number;
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  /** CRC-32 of the packed bytes. */
  readonly crc: number;
}

/** Appends the header of a page. The mirror of {@link readPageHeader}. */
export function writePageHeader(out: ByteSink, page: WrittenPage): void {
  const { type, values, encoding } = page;
  const own =
    type === pageTypes.dictionary
      ? { 7: { 1: values, 2: encoding } }
      : { 5: { 1: values, 2: encoding, 3: encodings.rle, 4: encodings.rle } };
  writeStruct(out, { 1: type, 2: page.unpackedBytes, 3: page.packedBytes, 4: page.crc | 0, ...own });
}
