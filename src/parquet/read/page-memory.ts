import { kernelFailed } from '../../batch/kernel-errors.ts';
import { pageKernels, type PageFunctions, type PageKernel } from './kernel/kernel.ts';
import { map } from './kernel/map.generated.ts';

/** What the pages of a chunk need in memory, one at a time. */
export interface PageNeeds {
  /** Bytes of a page when unpacked, at most. */
  readonly unpackedBytes: number;
  /** Values of a page, at most, nulls counted. */
  readonly values: number;
  /** Numbers in the dictionary. */
  readonly entries: number;
  /** Bytes of a page when packed, at most, where the chunk is elsewhere. */
  readonly packedBytes?: number;
}

/**
 * The memory in which one part's pages are decoded, and the kernel that works there: the packed chunk, then what
 * {@link place} takes for its pages. All of it is used again for the next chunk, and by the next part.
 */
export class PageMemory {
  u8: Uint8Array;
  /** Addresses: of a page that is unpacked, of its values (doubles or codes) and of their flags; of the dictionary's numbers. */
  page = 0;
  values = 0;
  flags = 0;
  entries = 0;
  #kernel: PageKernel | undefined;
  #packed = 0;
  #packedEnd: number = map.REGIONS;
  #pageCopy = 0;

  /** @throws `MEMORY_REFUSED` */
  constructor() {
    this.#kernel = pageKernels.acquire(map.REGIONS);
    this.u8 = new Uint8Array(this.#kernel.memory.buffer);
  }

  /**
   * Room for the bytes of a chunk, to be filled by the caller; valid until {@link place}. What was there before is lost.
   * @throws `MEMORY_REFUSED`
   */
  takeChunk(bytes: number): Uint8Array {
    this.#packed = map.REGIONS;
    this.#packedEnd = this.#packed + bytes;
    this.#reach(this.#packedEnd + map.ROOM);
    return this.u8.subarray(this.#packed, this.#packedEnd);
  }

  /** Whether these bytes are those of {@link takeChunk}; others are copied here page by page. */
  holds(chunk: Uint8Array): boolean {
    return chunk.buffer === this.u8.buffer;
  }

  /** Takes what the pages of a chunk need; the chunk's bytes may be elsewhere. @throws `MEMORY_REFUSED` */
  place({ unpackedBytes, values, entries, packedBytes = 0 }: PageNeeds): void {
    let next = this.#packedEnd;
    const take = (bytes: number): number => {
      const address = Math.ceil((next + map.ROOM) / alignment) * alignment;
      next = address + bytes;
      return address;
    };
    this.#pageCopy = take(packedBytes);
    this.page = take(unpackedBytes);
    this.entries = take(entries * 8);
    this.flags = take(values);
    this.values = take(values * 8);
    this.#reach(next + map.ROOM);
  }

  /** The addresses of regions of so many bytes, where chunks and pages were before. @throws `MEMORY_REFUSED` */
  layOut(sizes: readonly number[]): number[] {
    let next: number = map.REGIONS;
    const addresses = sizes.map((bytes) => {
      const address = next;
      next = Math.ceil((next + bytes + map.ROOM) / alignment) * alignment;
      return address;
    });
    this.#reach(next);
    return addresses;
  }

  /** The chunk's bytes, after {@link place} has made the earlier view of them void. */
  chunkAgain(): Uint8Array {
    return this.u8.subarray(this.#packed, this.#packedEnd);
  }

  /** The address of `chunk[at, at + length)`: where it is, or where it was copied to. */
  addressOf(chunk: Uint8Array, at: number, length: number): number {
    if (this.holds(chunk)) return chunk.byteOffset + at;
    this.u8.set(chunk.subarray(at, at + length), this.#pageCopy);
    return this.#pageCopy;
  }

  /** A view of doubles. */
  doubles(address: number, count: number): Float64Array {
    return new Float64Array(this.u8.buffer, address, count);
  }

  /** A view of codes. */
  codes(address: number, count: number): Int32Array {
    return new Int32Array(this.u8.buffer, address, count);
  }

  /** A member of the kernel's context. */
  found(address: number): number {
    return new DataView(this.u8.buffer).getUint32(address, true);
  }

  /** The number that the kernel's last answer is about. */
  foundValue(): number {
    return new DataView(this.u8.buffer).getFloat64(map.VALUE, true);
  }

  /** Calls the kernel. One that trapped is not used again. @throws `KERNEL_FAILED` */
  run<Result>(call: (functions: PageFunctions) => Result): Result {
    if (this.#kernel === undefined) throw new Error('the kernel was given back while somebody used it');
    try {
      return call(this.#kernel.functions);
    } catch (error) {
      this.#kernel = undefined;
      throw kernelFailed('the Parquet kernel', undefined, error);
    }
  }

  /** Gives the memory back, for another part. Views and addresses lose their meaning. */
  release(): void {
    if (this.#kernel === undefined) return;
    pageKernels.release(this.#kernel);
    this.#kernel = undefined;
    this.u8 = new Uint8Array();
  }

  #reach(bytes: number): void {
    if (this.#kernel === undefined || bytes <= this.u8.length) return;
    pageKernels.grow(this.#kernel, bytes);
    this.u8 = new Uint8Array(this.#kernel.memory.buffer);
  }
}

const alignment = 64;
