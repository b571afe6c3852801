import { ByteSink } from '../../batch/byte-sink.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { formatFileNotes, writerName, type EndNote, type FileNotes } from '../format/file-notes.ts';
import { sealFooter } from '../format/footer-sum.ts';
import {
  codecs,
  convertedTypes,
  encodings,
  logicalTypes,
  pageTypes,
  parquetTypes,
  repetitions,
  type ParquetType,
} from '../format/parquet-types.ts';
import { writeStruct, type ThriftFields } from '../format/write-thrift.ts';
import type { EncodedChunk } from './encode-chunk.ts';
import type { IndexPlaces } from './page-indexes.ts';

/** A row group that has been appended. */
export interface EncodedGroup {
  /** The chunk of each column. */
  readonly chunks: readonly EncodedChunk[];
  /** The columns by which its rows are sorted, by their index, all rising. */
  readonly sortedBy: readonly number[];
}

/** What a footer is made of. */
export interface FooterContent {
  readonly columns: readonly ColumnSchema[];
  readonly groups: readonly EncodedGroup[];
  readonly indexes: ReadonlyMap<EncodedChunk, IndexPlaces>;
  readonly notes: Omit<FileNotes, 'chunkSums'>;
  readonly end: EndNote;
}

/**
 * Appends a footer, sealed with its checksum, and its length. The mirror of `parseFooter`. Source:
 * apache/parquet-format, parquet.thrift, `FileMetaData`.
 */
export function writeFooter(out: ByteSink, { columns, groups, indexes, notes, end }: FooterContent): void {
  const rows = groups.reduce((sum, { chunks }) => sum + (chunks[0]?.values ?? 0), 0);
  const chunkSums = groups.map(({ chunks }) => chunks.map(({ sum }) => sum));
  const footer = new ByteSink(1 << 12);
  writeStruct(footer, {
    1: 1, // the only version that every reader takes, parquetjs among them; the format has no agreed second
    2: [{ 4: 'schema', 5: columns.length }, ...columns.map(describeColumn)],
    3: BigInt(rows),
    4: groups.map((group) => describeGroup(group, indexes)),
    5: formatFileNotes({ ...notes, chunkSums }, end).map(({ key, value }) => ({ 1: key, 2: value })),
    6: writerName,
    7: columns.map(() => ({ 1: {} })), // values are ordered as their type says
  });
  const bytes = footer.view();
  sealFooter(bytes);
  out.append(bytes);
  out.appendLittle(bytes.length, 4);
}

/** The physical type of each kind of column. */
const storedAs = { text: 'BYTE_ARRAY', number: 'DOUBLE', time: 'INT64' } as const satisfies Record<string, ParquetType>;

/** A `SchemaElement`. */
function describeColumn({ name, kind }: ColumnSchema): ThriftFields {
  const element = {
    1: parquetTypes.indexOf(storedAs[kind]),
    3: repetitions.indexOf(kind === 'text' ? 'REQUIRED' : 'OPTIONAL'),
    4: name,
  };
  if (kind === 'number') return element;
  if (kind === 'text') return { ...element, 6: convertedTypes.indexOf('UTF8'), 10: { [logicalTypes.STRING]: {} } };
  const millisecondsInUtc = { 1: true, 2: { 1: {} } };
  const logical = { [logicalTypes.TIMESTAMP]: millisecondsInUtc };
  return { ...element, 6: convertedTypes.indexOf('TIMESTAMP_MILLIS'), 10: logical };
}

/** A `RowGroup`. */
function describeGroup({ chunks, sortedBy }: EncodedGroup, indexes: FooterContent['indexes']): ThriftFields {
  const unpacked = chunks.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  const packed = chunks.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
  return {
    1: chunks.map((chunk) => describeChunk(chunk, indexes.get(chunk))),
    2: BigInt(unpacked),
    3: BigInt(chunks[0]?.values ?? 0),
    4: sortedBy.length === 0 ? undefined : sortedBy.map((index) => ({ 1: index, 2: false, 3: false })),
    6: BigInt(packed),
  };
}

/** A `ColumnChunk`. */
function describeChunk(chunk: EncodedChunk, places: IndexPlaces | undefined): ThriftFields {
  const { column, codec, encoding, start, dataStart } = chunk;
  const hasDictionary = encoding === 'plainDictionary';
  const { bloomFilter, offsetIndex, columnIndex } = places ?? {};
  const data = {
    1: parquetTypes.indexOf(storedAs[column.kind]),
    // of the values of a dictionary, levels and indices, and the values of data pages
    2: [
      ...(encoding === 'byteStreamSplit' ? [] : [encodings.plain]),
      encodings.rle,
      ...(encoding === 'plain' ? [] : [encodings[encoding]]),
    ],
    3: [column.name],
    4: codecs.indexOf(codec),
    5: BigInt(chunk.values),
    6: BigInt(chunk.unpackedBytes),
    7: BigInt(chunk.packedBytes),
    9: BigInt(dataStart),
    11: hasDictionary ? BigInt(start) : undefined,
    12: describeStatistics(chunk),
    13: describePages(chunk),
    14: bloomFilter && BigInt(bloomFilter.offset),
    15: bloomFilter?.bytes,
  };
  return {
    2: BigInt(start),
    3: data,
    4: offsetIndex && BigInt(offsetIndex.offset),
    5: offsetIndex?.bytes,
    6: columnIndex && BigInt(columnIndex.offset),
    7: columnIndex?.bytes,
  };
}

/** `Statistics`, without the obsolete fields `min` and `max`, which compare bytes as signed. */
function describeStatistics({ column, statistics, distinct }: EncodedChunk): ThriftFields {
  const { nulls, nans, bounds } = statistics;
  return {
    3: BigInt(nulls),
    4: distinct === undefined ? undefined : BigInt(distinct),
    5: bounds?.max,
    6: bounds?.min,
    7: bounds?.isExactMax,
    8: bounds?.isExactMin,
    9: column.kind === 'number' ? BigInt(nans) : undefined,
  };
}

/** A list of `PageEncodingStats`: engines that look into dictionaries need to know that no page does without. */
function describePages({ pages, encoding }: EncodedChunk): ThriftFields[] {
  const data = { 1: pageTypes.data, 2: encodings[encoding], 3: pages.length };
  return encoding === 'plainDictionary' ? [{ 1: pageTypes.dictionary, 2: encodings.plain, 3: 1 }, data] : [data];
}
