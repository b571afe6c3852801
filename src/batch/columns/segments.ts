import { BacktestExportError } from '../../errors.ts';
import { listOfObjects } from './empty-lists.ts';

const firstBits = 10;
const firstSize = 1 << firstBits;

/**
 * Integers by number that only ever grow in count. They are kept in segments, each as large as all those before it:
 * growing copies nothing, where one array doubled again and again would leave as much garbage as there is data.
 */
export class IntegerList {
  readonly #segments: Uint32Array<ArrayBuffer>[] = listOfObjects();
  /** The segment that is being filled, and the index of its first integer. */
  #open = new Uint32Array();
  #from = 0;

  /** The integer at `index`; 0 where none was set. */
  get(index: number): number {
    const shifted = index + firstSize;
    const segment = 31 - Math.clz32(shifted);
    return this.#segments[segment - firstBits]?.[shifted - (1 << segment)] ?? 0;
  }

  /** Sets an integer; `index` is at most one past the last. */
  set(index: number, value: number): void {
    if (index < this.#from || index - this.#from >= this.#open.length) this.#turnTo(index);
    this.#open[index - this.#from] = value;
  }

  #turnTo(index: number): void {
    const number = 31 - Math.clz32(index + firstSize);
    this.#open = this.#segments[number - firstBits] ??= new Uint32Array(1 << number);
    this.#from = (1 << number) - firstSize;
  }
}

const largestBlock = 1 << 21; // with ** it would be a double, and so all that is computed from it
/** An address of 32 bits holds the number of a block and a place in it. */
const mostBlocks = 2 ** 32 / largestBlock;

/**
 * Bytes that only ever grow in count, in blocks of 16 KiB to 2 MiB, or of one piece that is longer; a piece never crosses from
 * one block to the next.
 */
export class ByteList {
  readonly #blocks: Uint8Array[] = listOfObjects();
  #used = 0;
  /** Bytes used of each block but the last. */
  readonly #ends: number[] = [];

  /** Bytes of all pieces. */
  get length(): number {
    return this.#ends.reduce((sum, used) => sum + used, this.#used);
  }

  /** Keeps a copy of `bytes[start, end)` and returns its address. @throws `TEXT_TOO_LONG` when 2,048 blocks are full */
  append(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let block = this.#blocks.at(-1);
    if (block === undefined || this.#used + length > block.length) {
      if (this.#blocks.length === mostBlocks) {
        const problem = `expected distinct texts of at most ${mostBlocks} blocks of ${largestBlock} bytes, found more`;
        throw new BacktestExportError('TEXT_TOO_LONG', problem);
      }
      const size = Math.min(largestBlock, 1 << Math.min(21, 14 + this.#blocks.length));
      block = new Uint8Array(Math.max(size, length));
      if (this.#blocks.length > 0) this.#ends.push(this.#used);
      this.#blocks.push(block);
      this.#used = 0;
    }
    for (let at = start, own = this.#used; at < end; at++, own++) block[own] = bytes[at] ?? 0;
    const address = (this.#blocks.length - 1) * largestBlock + this.#used;
    this.#used += length;
    return address;
  }

  /** Copies all pieces, in the order in which they were added, without gaps, to the front of `target`. */
  copyTo(target: Uint8Array): void {
    let at = 0;
    for (const [index, block] of this.#blocks.entries()) {
      const end = this.#ends[index] ?? this.#used;
      target.set(block.subarray(0, end), at);
      at += end;
    }
  }

  /** Whether the bytes at an address are `bytes[start, end)`; makes no view. */
  equals(address: number, bytes: Uint8Array, start: number, end: number): boolean {
    const block = this.#blocks[Math.floor(address / largestBlock)];
    if (block === undefined) return start === end;
    for (let at = start, own = address % largestBlock; at < end; at++, own++)
      if (block[own] !== bytes[at]) return false;
    return true;
  }

  /** The `length` bytes at an address: a view. */
  view(address: number, length: number): Uint8Array {
    const start = address % largestBlock;
    return this.#blocks[Math.floor(address / largestBlock)]?.subarray(start, start + length) ?? new Uint8Array();
  }
}
