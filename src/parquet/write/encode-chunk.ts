import type { Codec } from '../format/parquet-types.ts';
import { encodings, pageTypes } from '../format/parquet-types.ts';
import type { Packing } from '../codecs/compress.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { bloomBlockBytes, bloomBytes } from '../format/bloom-filter.ts';
import type { IndexedPage } from '../format/page-index.ts';
import { ChunkFacts, type ChunkStatistics } from './chunk-facts.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { FileBytes } from './file-bytes.ts';
import type { GroupMemory } from './kernel/group-memory.ts';
import { pageRows } from './kernel/group-regions.ts';
import { map } from './kernel/map.generated.ts';
import { PageWriter } from './page-writer.ts';

/** A page of texts without a dictionary ends once it has as many bytes; there is room for as many. */
const pageBytes = 1 << 20;

/** How column chunks are encoded. */
export interface ChunkOptions {
  /** Numbers are in BYTE_STREAM_SPLIT where that seems to make their chunk smaller. */
  readonly byteStreamSplit?: boolean | undefined;
  /** There is a Bloom filter of item ids for each row group. */
  readonly bloomFilter?: boolean | undefined;
}

/** How the values of a chunk are encoded, all pages alike. */
export type ChunkEncoding = 'plain' | 'plainDictionary' | 'byteStreamSplit';

/** A column chunk that has been appended. */
export interface EncodedChunk {
  readonly column: ColumnSchema;
  readonly codec: Codec;
  /** Of its values. */
  readonly encoding: ChunkEncoding;
  /** Where it begins in the file, and where its first data page does: after the dictionary, if it has one. */
  readonly start: number;
  readonly dataStart: number;
  /** Page headers included. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Nulls counted. */
  readonly values: number;
  readonly statistics: ChunkStatistics;
  /** How many distinct values there are; undefined where they were not counted. */
  readonly distinct: number | undefined;
  /** The data pages. */
  readonly pages: readonly IndexedPage[];
  /** A Bloom filter of its texts, where one is wanted. */
  readonly bloomFilter: Uint8Array | undefined;
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
  readonly #maySplit: boolean;
  readonly #filtersItems: boolean;
  /** Where a page is before it is packed. */
  #page = 0;
  /** Where the numbers of a page are put together. */
  #dense = 0;

  constructor(memory: GroupMemory, out: FileBytes, packing: Packing, options: ChunkOptions) {
    this.#maySplit = options.byteStreamSplit === true && packing.codec !== 'UNCOMPRESSED';
    this.#filtersItems = options.bloomFilter === true;
    this.#memory = memory;
    this.#out = out;
    this.#codec = packing.codec;
    this.#pages = new PageWriter(memory, out, packing);
  }

  /** Appends the chunks of a row group: the first `rows` rows of each column. @throws `TIME_INVALID` */
  append(buffers: readonly ColumnBuffer[], rows: number): EncodedChunk[] {
    this.#page = this.#memory.free;
    // the largest page of cells or of texts, or a dictionary with every text
    this.#dense = this.#page + pageBytes + this.#memory.textBytes + 4 * rows + map.ROOM;
    const end = this.#dense + (this.#maySplit ? 8 * Math.min(rows, pageRows) + map.ROOM : 0);
    // what the chunks take in the end, or less if they hold long texts; growing in many steps makes work for the collector
    this.#memory.reserve(end + 9 * rows * buffers.length);
    this.#out.begin(end);
    return buffers.map((buffer) => this.#appendChunk(buffer, rows));
  }

  #appendChunk(buffer: ColumnBuffer, rows: number): EncodedChunk {
    const start = this.#out.position;
    this.#pages.clear();
    const nulls = buffer.countNulls(rows);
    const encoding = this.#chooseEncoding(buffer, rows, nulls > 0);
    if (encoding === 'plainDictionary') this.#appendDictionary(buffer);
    const dataStart = this.#out.position;
    const facts = new ChunkFacts(this.#memory, buffer);
    for (let from = 0; from < rows;) {
      const offset = this.#out.position;
      const most = Math.min(rows, from + pageRows);
      const to =
        encoding === 'plainDictionary'
          ? this.#appendCodes(buffer, facts, from, most, nulls > 0)
          : encoding === 'byteStreamSplit'
            ? this.#appendSplit(buffer, facts, from, most, nulls > 0)
            : this.#appendPlain(buffer, facts, from, most, nulls > 0);
      facts.place({ offset, bytes: this.#out.position - offset, firstRow: from });
      from = to;
    }
    return {
      column: buffer.column,
      codec: this.#codec,
      encoding,
      start,
      dataStart,
      packedBytes: this.#out.position - start,
      unpackedBytes: this.#pages.unpackedBytes,
      values: rows,
      statistics: facts.statistics(),
      distinct: buffer.distinct,
      pages: facts.pages,
      bloomFilter: this.#makeFilter(buffer),
      sum: this.#pages.sum,
    };
  }

  #makeFilter({ column, regions, entries }: ColumnBuffer): Uint8Array | undefined {
    if (!this.#filtersItems || column.role !== 'item') return undefined;
    const bytes = bloomBytes(entries);
    // of which there are a megabyte at most, as of a page
    this.#memory.functions.fillBloom(regions.descriptor, this.#page, bytes / bloomBlockBytes);
    return this.#memory.u8.slice(this.#page, this.#page + bytes);
  }

  #chooseEncoding(buffer: ColumnBuffer, rows: number, nulls: boolean): ChunkEncoding {
    if (buffer.hasDictionary(rows)) return 'plainDictionary';
    if (!this.#maySplit || buffer.column.kind !== 'number') return 'plain';
    const { functions, rows: levels } = this.#memory;
    const { descriptor } = buffer.regions;
    const to = Math.min(rows, pageRows);
    const plain = functions.encodeNumbers(descriptor, 0, to, levels, this.#page) >>> 0;
    const plainBytes = this.#pages.tryPack(this.#page, plain);
    const split = functions.encodeSplit(descriptor, 0, to, nulls, levels, this.#dense, this.#page) >>> 0;
    return this.#pages.tryPack(this.#page, split) < plainBytes ? 'byteStreamSplit' : 'plain';
  }

  /** Appends a page of numbers in BYTE_STREAM_SPLIT; returns where it ends. */
  #appendSplit(buffer: ColumnBuffer, facts: ChunkFacts, from: number, to: number, nulls: boolean): number {
    const { functions, rows } = this.#memory;
    const { descriptor } = buffer.regions;
    facts.look(from, to, nulls);
    const end = functions.encodeSplit(descriptor, from, to, nulls, rows, this.#dense, this.#page);
    this.#pages.append(this.#page, end >>> 0, {
      type: pageTypes.data,
      values: to - from,
      encoding: encodings.byteStreamSplit,
    });
    return to;
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
  #appendCodes(buffer: ColumnBuffer, facts: ChunkFacts, from: number, to: number, nulls: boolean): number {
    const { functions, rows } = this.#memory;
    const { regions, entries } = buffer;
    facts.look(from, to, nulls);
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
  #appendPlain(buffer: ColumnBuffer, facts: ChunkFacts, from: number, most: number, nulls: boolean): number {
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
    facts.look(from, to, nulls);
    this.#pages.append(start, end >>> 0, { type: pageTypes.data, values: to - from, encoding: encodings.plain });
    return to;
  }
}
