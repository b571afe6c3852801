import { shareOfThread } from '../thread-share.ts';

/** Bytes of a block: what one request reads in advance of a large object. */
export const blockBytes: number = 4 * 1024 * 1024;
/** Bytes that all threads together request in advance, or hold until they are needed. */
const mostAhead = 5 * blockBytes;
/** Milliseconds without an open file after which the memory of blocks is given back. */
const idleTime = 1000;

/**
 * The memory of this thread's blocks: what is read ahead is bounded over all files, and memory is used again, since the
 * system clears what it gives.
 */
class BlockMemory {
  readonly #spare: Uint8Array[] = [];
  #used = 0;
  #files = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether a block may be read before it is needed. */
  hasRoomFor(bytes: number): boolean {
    return this.#used + bytes <= shareOfThread(mostAhead);
  }

  take(bytes: number): Uint8Array {
    this.#used += bytes;
    const known = bytes <= blockBytes && bytes > blockBytes / 2 ? this.#spare.pop() : undefined;
    if (known !== undefined) return known.subarray(0, bytes);
    return new Uint8Array(new ArrayBuffer(bytes > blockBytes / 2 ? Math.max(bytes, blockBytes) : bytes), 0, bytes);
  }

  giveBack(block: Uint8Array): void {
    this.#used -= block.length;
    if (block.buffer.byteLength !== blockBytes || !this.hasRoomFor(this.#spare.length * blockBytes)) return;
    this.#spare.push(new Uint8Array(block.buffer));
  }

  /** Counts an open file; its blocks are given back before it is closed. */
  openFile(): void {
    clearTimeout(this.#timer);
    this.#files++;
  }

  closeFile(): void {
    if (--this.#files > 0) return;
    this.#timer = setTimeout(() => (this.#spare.length = 0), idleTime);
    this.#timer.unref();
  }
}

/** Of this thread. */
export const blockMemory: BlockMemory = new BlockMemory();
