import type { Codec } from '../format/parquet-types.ts';
import { encodings, pageTypes } from '../format/parquet-types.ts';
import type { Packing } from '../codecs/compress.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { FileBytes } from './file-bytes.ts';
import type { GroupMemory } from './kernel/group-memory.ts';
import { pageRows } from './kernel/group-regions.ts';
import { map } from './kernel/map.generated.ts';
import { PageWriter } from './page-writer.ts';

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
  readonly #memory: GroupMemory;
  readonly #out: FileBytes;
  readonly #codec: Codec;
  readonly #pages: PageWriter;
  /** Where a page is before it is packed. */
  #page = 0;

  constructor(memory: GroupMemory, out: FileBytes, packing: Packing) {
    this.#memory = memory;
    this.#out = out;
    this.#codec = packing.codec;
    this.#pages = new PageWriter(memory, out, packing);
  }

  /** Appends the chunks of a row group: the first `rows` rows of each column. @throws `TIME_INVALID` */
  append(buffers: readonly ColumnBuffer[], rows: number): EncodedChunk[] {
    this.#page = this.#memory.free;
    // the largest page of cells or of texts, or a dictionary with every text
    const end = this.#page + pageBytes + this.#memory.textBytes + 4 * rows + map.ROOM;
    // what the chunks take in the end, or less if they hold long texts; growing in many steps makes work for the collector
    this.#memory.reserve(end + 9 * rows * buffers.length);
    this.#out.begin(end);
    return buffers.map((buffer) => this.#appendChunk(buffer, rows));
  }

  #appendChunk(buffer: ColumnBuffer, rows: number): EncodedChunk {
    const start = this.#out.position;
    this.#pages.clear();
    const hasDictionary = buffer.hasDictionary(rows);
    if (hasDictionary) this.#appendDictionary(buffer);
    const dataStart = this.#out.position;
    const nulls = buffer.countNulls(rows);
    for (let from = 0; from < rows;) {
      from = hasDictionary
        ? this.#appendCodes(buffer, from, Math.min(rows, from + pageRows), nulls > 0)
        : this.#appendPlain(buffer, from, Math.min(rows, from + pageRows), nulls > 0);
    }
    return {
      column: buffer.column,
      codec: this.#codec,
      start,
      dataStart,
      packedBytes: this.#out.position - start,
      unpackedBytes: this.#pages.unpackedBytes,
      values: rows,
      nulls,
      sum: this.#pages.sum,
    };
  }

  #appendDictionary({ column, regions, entries }: ColumnBuffer): void {
    const { functions } = this.#memory;
    const end =
      column.kind === 'text'
        ? functions.encodeTextDictionary(regions.descriptor, this.#page)
        : functions.encodeTimeDictionary(regions.descriptor, this.#page);
    this.#pages.append(this.#page, end >>> 0, {
      type: pageTypes.dictionary,
      values: entries,
      encoding: encodings.plain,
    });
  }

  /** Appends a page of dictionary indices; returns where it ends. */
  #appendCodes({ regions, entries }: ColumnBuffer, from: number, to: number, nulls: boolean): number {
    const { functions, rows } = this.#memory;
    const width = Math.max(1, 32 - Math.clz32(entries - 1));
    const end = functions.encodeCodes(regions.descriptor, from, to, nulls, width, rows, this.#page);
    this.#pages.append(this.#page, end >>> 0, {
      type: pageTypes.data,
      values: to - from,
      encoding: encodings.plainDictionary,
    });
    return to;
  }

  /** Appends a page of values as they are; returns where it ends, which is earlier for long texts. */
  #appendPlain(buffer: ColumnBuffer, from: number, most: number, nulls: boolean): number {
    const { functions, rows } = this.#memory;
    const { descriptor } = buffer.regions;
    let start = this.#page;
    let end: number;
    let to = most;
    if (buffer.column.kind === 'number' && !nulls) {
      start = functions.frameNumbers(descriptor, from, to, rows) >>> 0;
      end = buffer.regions.values + 8 * to;
    } else if (buffer.column.kind === 'number') {
      end = functions.encodeNumbers(descriptor, from, to, rows, start);
    } else if (buffer.column.kind === 'time') {
      end = functions.encodeTimes(descriptor, from, to, nulls, rows, start);
      if (end === 0) throw buffer.notWhole(from, to);
    } else {
      end = functions.encodeTexts(descriptor, from, to, pageBytes, start);
      to = from + this.#memory.get(map.ROW);
    }
    this.#pages.append(start, end >>> 0, { type: pageTypes.data, values: to - from, encoding: encodings.plain });
    return to;
  }
}
