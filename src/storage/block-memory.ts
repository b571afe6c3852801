import { startQuietTimer } from './quiet-timer.ts';
import { shareOfThread } from './thread-share.ts';

/** Bytes of a block: what one request reads in advance of a large object. */
export const blockBytes: number = 4 * 1024 * 1024;
/** Bytes that all threads together request in advance, or hold until they are needed; each thread may have two blocks. */
const mostAhead = 8 * blockBytes;
const leastAhead = 2 * blockBytes;
/** Milliseconds without an open file after which the memory of blocks is given back. */
const idleTime = 1000;

/**
 * The memory of this thread's blocks: what is read ahead is bounded over all files, and memory is used again, since the
 * system clears what it gives.
 */
class BlockMemory {
  readonly #spare: Uint8Array[] = [];
  /** Of the open files that are read ahead, the first that was opened first. */
  readonly #followers = new Set<() => void>();
  #used = 0;
  #files = 0;
  #keepSpare: (() => void) | undefined;

  /** Whether a block may be read before it is needed. */
  hasRoomFor(bytes: number): boolean {
    return this.#used + bytes <= Math.max(leastAhead, shareOfThread(mostAhead));
  }

  take(bytes: number): Uint8Array {
    this.#used += bytes;
    const known = bytes <= blockBytes && bytes > blockBytes / 2 ? this.#spare.pop() : undefined;
    if (known !== undefined) return known.subarray(0, bytes);
    return new Uint8Array(new ArrayBuffer(bytes > blockBytes / 2 ? Math.max(bytes, blockBytes) : bytes), 0, bytes);
  }

  giveBack(block: Uint8Array): void {
    this.#used -= block.length;
    if (block.buffer.byteLength === blockBytes && this.hasRoomFor(this.#spare.length * blockBytes)) {
      this.#spare.push(new Uint8Array(block.buffer));
    }
    for (const requestMore of this.#followers) requestMore();
  }

  /**
   * Calls `requestMore` whenever there is room again, until it is given to `unfollow`: room that one file leaves is used
   * by the next one, which does not read yet.
   */
  follow(requestMore: () => void): void {
    this.#followers.add(requestMore);
  }

  unfollow(requestMore: () => void): void {
    this.#followers.delete(requestMore);
  }

  /** Counts an open file; its blocks are given back before it is closed. */
  openFile(): void {
    this.#keepSpare?.();
    this.#files++;
  }

  closeFile(): void {
    if (--this.#files > 0) return;
    this.#keepSpare = startQuietTimer(idleTime, () => (this.#spare.length = 0));
  }
}

/** Of this thread. */
export const blockMemory: BlockMemory = new BlockMemory();
