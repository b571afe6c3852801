import { ByteSink } from '../../batch/byte-sink.ts';
import { checksum } from '../../batch/checksum.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { Packing } from '../codecs/compress.ts';
import { encodeHybrid } from './encode-hybrid.ts';
import { writePageHeader, type WrittenPage } from '../format/page-header.ts';
import { encodings, pageTypes, type Codec } from '../format/parquet-types.ts';
import type { ColumnSchema } from '../../schema/schema.ts';

/** Rows of a data page: half a megabyte of doubles. */
const pageRows = 65_536;
/** A page of texts without a dictionary ends once it has as many bytes. */
const pageBytes = 1 << 20;

/** A column chunk that has been appended. */
export interface EncodedChunk {
  readonly column: ColumnSchema;
  readonly codec: Codec;
  /** Where it begins in the file, and where its first data page does: after the dictionary, if it has one. */
  readonly start: number;
  readonly dataStart: number;
  /** Page headers included. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Nulls counted. */
  readonly values: number;
  readonly nulls: number;
  /** CRC-32 of its bytes. */
  readonly sum: number;
}

/**
 * Encodes column chunks: pages of version 1, each with a CRC-32. One page and one dictionary are in memory as well.
 * Dictionary indices are named PLAIN_DICTIONARY, as Spark does in such pages: the same bytes as RLE_DICTIONARY, but
 * readers that are older than that name take them too.
 */
export class ChunkEncoder {
  readonly #packing: Packing;
  readonly #page = new ByteSink();
  #unpackedBytes = 0;

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  /** Appends the first `rows` rows of a column. `position` is where `out` begins in the file. */
  append(buffer: ColumnBuffer, rows: number, out: ByteSink, position: number): EncodedChunk {
    const start = out.length;
    this.#unpackedBytes = 0;
    const dictionarySize = this.#appendDictionary(buffer, rows, out);
    const dataStart = out.length;
    for (let from = 0; from < rows;) from = this.#appendPage(buffer, from, rows, dictionarySize, out);
    const bytes = out.bytes.subarray(start, out.length);
    return {
      column: buffer.column,
      codec: this.#packing.codec,
      start: position + start,
      dataStart: position + dataStart,
      packedBytes: bytes.length,
      unpackedBytes: this.#unpackedBytes,
      values: rows,
      nulls: buffer.nulls,
      sum: checksum(bytes),
    };
  }

  /** A dictionary page, where the values are few enough; returns how many, or undefined. */
  #appendDictionary({ column, texts, times }: ColumnBuffer, rows: number, out: ByteSink): number | undefined {
    const page = this.#page;
    page.clear();
    if (column.kind === 'text' && texts.size * 2 <= rows + 2) {
      for (let id = 0; id < texts.size; id++) appendText(page, texts.bytesOf(id));
      this.#appendPacked(pageTypes.dictionary, texts.size, encodings.plain, out);
      return texts.size;
    }
    if (column.kind === 'time' && times !== undefined && times.size > 0 && times.size * 4 <= rows + 4) {
      for (const time of times.keys()) appendLong(page, time);
      this.#appendPacked(pageTypes.dictionary, times.size, encodings.plain, out);
      return times.size;
    }
    return undefined;
  }

  /** Appends the page that begins at row `from`; returns where it ends. */
  #appendPage(buffer: ColumnBuffer, from: number, rows: number, entries: number | undefined, out: ByteSink): number {
    const { column } = buffer;
    const page = this.#page;
    page.clear();
    let to = Math.min(rows, from + pageRows);
    if (column.kind !== 'text') appendLevels(page, buffer, from, to);
    if (entries !== undefined) {
      const width = Math.max(1, 32 - Math.clz32(entries - 1));
      page.appendByte(width);
      if (buffer.nulls === 0) encodeHybrid(buffer.codes, from, to, width, page);
      else {
        const codes = buffer.codes.subarray(from, to).filter((_, index) => buffer.levels[from + index] === 1);
        encodeHybrid(codes, 0, codes.length, width, page);
      }
    } else if (column.kind === 'text') {
      to = appendTexts(page, buffer, from, to);
    } else if (column.kind === 'time') {
      for (let row = from; row < to; row++) if (buffer.levels[row] === 1) appendLong(page, buffer.values[row] ?? 0);
    } else appendDoubles(page, buffer, from, to);
    const encoding = entries === undefined ? encodings.plain : encodings.plainDictionary;
    this.#appendPacked(pageTypes.data, to - from, encoding, out);
    return to;
  }

  #appendPacked(type: WrittenPage['type'], values: number, encoding: number, out: ByteSink): void {
    const unpacked = this.#page.view();
    const packed = this.#packing.pack(unpacked);
    const { length: packedBytes } = packed;
    const start = out.length;
    writePageHeader(out, {
      type,
      values,
      encoding,
      unpackedBytes: unpacked.length,
      packedBytes,
      crc: checksum(packed),
    });
    this.#unpackedBytes += out.length - start + unpacked.length;
    out.append(packed);
  }
}

/** Definition levels after their length; without nulls the hybrid makes one run of them. */
function appendLevels(page: ByteSink, { levels }: ColumnBuffer, from: number, to: number): void {
  page.reserve(4);
  const start = page.length;
  page.length += 4;
  encodeHybrid(levels, from, to, 1, page);
  const length = page.length - start - 4;
  new DataView(page.bytes.buffer, page.bytes.byteOffset).setUint32(start, length, true);
}

function appendDoubles(page: ByteSink, { values, levels, nulls }: ColumnBuffer, from: number, to: number): void {
  const dense =
    nulls === 0 ? values.subarray(from, to) : values.subarray(from, to).filter((_, i) => levels[from + i] === 1);
  page.append(new Uint8Array(dense.buffer, dense.byteOffset, dense.byteLength));
}

function appendTexts(page: ByteSink, { codes, texts }: ColumnBuffer, from: number, to: number): number {
  let row = from;
  while (row < to && page.length < pageBytes) appendText(page, texts.bytesOf(codes[row++] ?? 0));
  return row;
}

function appendText(page: ByteSink, bytes: Uint8Array): void {
  page.appendLittle(bytes.length, 4);
  page.append(bytes);
}

function appendLong(page: ByteSink, value: number): void {
  page.reserve(8);
  new DataView(page.bytes.buffer, page.bytes.byteOffset).setBigInt64(page.length, BigInt(value), true);
  page.length += 8;
}
