import type { StorageFile } from '../storage/storage.ts';
import { padding, type DecodeRegions } from './kernel/decode-regions.ts';
import type { SliceBounds } from './slice.ts';

const lineFeed = 0x0a;
/** Bytes beyond the end of a slice that are read first to find the end of its last record. */
export const recordsEnd: number = 64 * 1024;

/**
 * A part's bytes on their way through the kernel's memory: while one chunk is decoded, the next is read into the other
 * region. Undecoded bytes of a chunk are moved in front of the next one, so that every record is contiguous.
 * Memory is two chunks and the longest record, whatever the file's size.
 */
export class CsvInput {
  /** Address of the first undecoded byte of the current chunk. */
  start = 0;
  /** Address just after its last byte. */
  end = 0;
  /** Whether the chunk reaches the end of the file. */
  final = false;
  /** Whether a line feed was added to the last record because the file ends without one. */
  unterminated = false;

  readonly #file: StorageFile;
  readonly #memory: WebAssembly.Memory;
  readonly #regions: DecodeRegions;
  readonly #chunkBytes: number;
  #limit: number;
  #extension = recordsEnd;
  #region: 0 | 1 = 1;
  #offset = 0;
  #read = 0;
  #pending: Promise<number> | undefined;

  /** Reads from `bounds.start`, at first up to `bounds.limit`. */
  constructor(
    file: StorageFile,
    memory: WebAssembly.Memory,
    regions: DecodeRegions,
    chunkBytes: number,
    bounds: SliceBounds,
  ) {
    this.#file = file;
    this.#memory = memory;
    this.#regions = regions;
    this.#chunkBytes = chunkBytes;
    this.#read = bounds.start;
    this.#offset = bounds.start;
    this.#limit = Math.max(bounds.start, bounds.limit);
  }

  /** Whether the chunk reaches the limit. */
  get exhausted(): boolean {
    return this.#read >= this.#limit;
  }

  /** Lets `next` read further beyond the limit, each time twice as far. */
  extend(): void {
    this.#limit = Math.min(this.#file.size, this.#limit + this.#extension);
    this.#extension *= 2;
  }

  /** Offset in the file of the byte at an address of the current chunk. */
  byteAt(address: number): number {
    return this.#offset + (address - this.start);
  }

  /** Moves to the next chunk, keeping the undecoded bytes from `position` on. Not after `exhausted`, but at first. */
  async next(position: number): Promise<void> {
    const region = this.#region === 0 ? 1 : 0;
    const length = await (this.#pending ?? this.#readInto(region));
    const chunk = this.#regions.inputs[region] + this.#regions.carryBytes;
    const kept = this.end - position;
    const bytes = new Uint8Array(this.#memory.buffer);
    bytes.copyWithin(chunk - kept, position, this.end);
    this.#offset = this.#read - kept;
    this.#read += length;
    this.#region = region;
    this.start = chunk - kept;
    this.end = chunk + length;
    this.final = this.#read >= this.#file.size;
    if (this.final) this.#terminate(bytes);
    bytes.fill(lineFeed, this.end, this.end + padding / 2);
    this.#pending = undefined;
    if (!this.exhausted) {
      this.#pending = this.#readInto(region === 0 ? 1 : 0);
      // a reader that stops early never awaits it; `settle` and `next` do
      this.#pending.catch(() => undefined);
    }
  }

  /** Waits until nothing writes to the kernel's memory. */
  async settle(): Promise<void> {
    await this.#pending?.catch(() => undefined);
  }

  #readInto(region: 0 | 1): Promise<number> {
    const chunk = this.#regions.inputs[region] + this.#regions.carryBytes;
    const length = Math.min(this.#chunkBytes, this.#limit - this.#read);
    return this.#file.read(new Uint8Array(this.#memory.buffer, chunk, length), this.#read);
  }

  #terminate(bytes: Uint8Array): void {
    if (this.end === this.start || bytes[this.end - 1] === lineFeed) return;
    bytes[this.end] = lineFeed;
    this.end++;
    this.unterminated = true;
  }
}
