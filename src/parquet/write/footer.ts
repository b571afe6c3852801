import { ByteSink } from '../../batch/byte-sink.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { formatFileNotes, writerName, type FileNotes } from '../format/file-notes.ts';
import { sealFooter } from '../format/footer-sum.ts';
import {
  codecs,
  convertedTypes,
  encodings,
  logicalTypes,
  parquetTypes,
  repetitions,
  type ParquetType,
} from '../format/parquet-types.ts';
import { writeStruct, type ThriftFields } from '../format/write-thrift.ts';
import type { EncodedChunk } from './encode-chunk.ts';

/** What a footer is made of. */
export interface FooterContent {
  readonly columns: readonly ColumnSchema[];
  /** By row group the chunk of each column. */
  readonly groups: readonly (readonly EncodedChunk[])[];
  readonly notes: Omit<FileNotes, 'chunkSums'>;
}

/**
 * Appends a footer, sealed with its checksum, and its length. The mirror of `parseFooter`. Source:
 * apache/parquet-format, parquet.thrift, `FileMetaData`.
 */
export function writeFooter(out: ByteSink, { columns, groups, notes }: FooterContent): void {
  const rows = groups.reduce((sum, [chunk]) => sum + (chunk?.values ?? 0), 0);
  const chunkSums = groups.map((chunks) => chunks.map(({ sum }) => sum));
  const footer = new ByteSink(1 << 12);
  writeStruct(footer, {
    1: 1, // the only version that every reader takes, parquetjs among them; the format has no agreed second
    2: [{ 4: 'schema', 5: columns.length }, ...columns.map(describeColumn)],
    3: BigInt(rows),
    4: groups.map(describeGroup),
    5: formatFileNotes({ ...notes, chunkSums }).map(({ key, value }) => ({ 1: key, 2: value })),
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
function describeGroup(chunks: readonly EncodedChunk[]): ThriftFields {
  const unpacked = chunks.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  return { 1: chunks.map(describeChunk), 2: BigInt(unpacked), 3: BigInt(chunks[0]?.values ?? 0) };
}

/** A `ColumnChunk`. */
function describeChunk(chunk: EncodedChunk): ThriftFields {
  const { column, codec, start, dataStart } = chunk;
  const hasDictionary = dataStart > start;
  const data = {
    1: parquetTypes.indexOf(storedAs[column.kind]),
    2: [encodings.plain, encodings.rle, ...(hasDictionary ? [encodings.plainDictionary] : [])],
    3: [column.name],
    4: codecs.indexOf(codec),
    5: BigInt(chunk.values),
    6: BigInt(chunk.unpackedBytes),
    7: BigInt(chunk.packedBytes),
    9: BigInt(dataStart),
    11: hasDictionary ? BigInt(start) : undefined,
    12: { 3: BigInt(chunk.nulls) },
  };
  return { 2: BigInt(start), 3: data };
}
