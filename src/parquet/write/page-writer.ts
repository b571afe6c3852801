import { ByteSink } from '../../batch/byte-sink.ts';
import { checksum, joinChecksums } from '../../batch/hash/checksum.ts';
import type { Packing } from '../codecs/compress.ts';
import { writePageHeader, type WrittenPage } from '../format/page-header.ts';
import type { FileBytes } from './file-bytes.ts';
import type { GroupMemory } from './kernel/group-memory.ts';

/** Room for a page header. */
const headerRoom = 128;

/** Packs the pages of a column chunk one after another, each with a header and its CRC-32. */
export class PageWriter {
  readonly #memory: GroupMemory;
  readonly #out: FileBytes;
  readonly #packing: Packing;
  readonly #header = new ByteSink(headerRoom);
  /** Bytes of the last page's header: the next one probably has as many. */
  #headerBytes = 0;
  /** Bytes of the chunk so far as if nothing were packed, headers included. */
  unpackedBytes = 0;
  /** CRC-32 of the chunk's bytes so far. */
  sum = 0;

  constructor(memory: GroupMemory, out: FileBytes, packing: Packing) {
    this.#memory = memory;
    this.#out = out;
    this.#packing = packing;
  }

  /** Begins a chunk. */
  clear(): void {
    this.unpackedBytes = 0;
    this.sum = 0;
  }

  /** Appends the page whose bytes are at `start` to `end` of the memory. */
  append(start: number, end: number, page: Pick<WrittenPage, 'type' | 'values' | 'encoding'>): void {
    const unpackedBytes = end - start;
    // the header holds the length of what follows it, so that is moved where the header is longer or shorter than expected
    const from = this.#out.end + this.#headerBytes;
    const packedBytes = this.#pack(start, unpackedBytes, from);
    const { u8 } = this.#memory;
    const crc = checksum(u8.subarray(from, from + packedBytes));
    this.#header.clear();
    writePageHeader(this.#header, { ...page, unpackedBytes, packedBytes, crc });
    const header = this.#header.view();
    this.#headerBytes = header.length;
    const target = this.#out.end + header.length;
    if (target !== from) u8.copyWithin(target, from, from + packedBytes);
    u8.set(header, this.#out.end);
    this.#out.advance(header.length + packedBytes);
    this.sum = joinChecksums(checksum(header, this.sum), crc, packedBytes);
    this.unpackedBytes += header.length + unpackedBytes;
  }

  /** How many bytes those at `start` to `end` would be when packed. */
  tryPack(start: number, end: number): number {
    return this.#pack(start, end - start, this.#out.end);
  }

  /** Writes the packed bytes of a page at `target`; returns how many they are. */
  #pack(start: number, length: number, target: number): number {
    const { pack } = this.#packing;
    if (pack === undefined) {
      this.#memory.reserve(target + headerRoom + 32 + length + Math.floor(length / 6));
      return (this.#memory.functions.packSnappy(start, length, target) >>> 0) - target;
    }
    // what is not packed at all is a view of the memory, which must not grow meanwhile
    this.#memory.reserve(target + headerRoom + length);
    const packed = pack(this.#memory.u8.subarray(start, start + length));
    this.#memory.reserve(target + headerRoom + packed.length);
    this.#memory.u8.set(packed, target);
    return packed.length;
  }
}
