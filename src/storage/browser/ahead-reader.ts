import { shareOfThread } from '../thread-share.ts';

/** Bytes that are asked for at once: a browser takes a fraction of a millisecond to answer, whatever the size. */
const blockBytes = 4 * 1024 * 1024;
/** Blocks that all threads together ask for ahead, over all files; each file may have one beside the one that is read. */
const mostAhead = 8;

/** A block that was asked for. */
interface Block {
  readonly start: number;
  readonly bytes: Promise<Uint8Array>;
}

/** Reads a range of a file in blocks, of which the next ones are asked for before they are needed. */
export class AheadReader {
  readonly #fetch: (start: number, end: number) => Promise<Uint8Array>;
  readonly #to: number;
  readonly #most: number;
  readonly #blocks: Block[] = [];
  #next: number;

  constructor(fetch: (start: number, end: number) => Promise<Uint8Array>, from: number, to: number) {
    this.#fetch = fetch;
    this.#next = from;
    this.#to = to;
    this.#most = Math.max(2, Math.min(4, shareOfThread(mostAhead)));
    this.#askAhead();
  }

  /** The bytes from a position to the end of their block; undefined for a position before the block that is read, or outside. */
  async take(position: number): Promise<Uint8Array | undefined> {
    if (position >= this.#to || position < (this.#blocks[0]?.start ?? Infinity)) return undefined;
    while (this.#blocks.length > 1 && position >= (this.#blocks[1]?.start ?? Infinity)) {
      this.#blocks.shift();
      this.#askAhead();
    }
    const [block] = this.#blocks;
    if (block === undefined || position >= block.start + blockBytes) return undefined;
    const bytes = await block.bytes;
    return bytes.subarray(position - block.start);
  }

  close(): void {
    this.#blocks.length = 0;
    this.#next = this.#to;
  }

  #askAhead(): void {
    while (this.#blocks.length < this.#most && this.#next < this.#to) {
      const start = this.#next;
      this.#next = Math.min(this.#to, start + blockBytes);
      const bytes = this.#fetch(start, this.#next);
      bytes.catch(() => undefined); // told when the block is read
      this.#blocks.push({ start, bytes });
    }
  }
}
