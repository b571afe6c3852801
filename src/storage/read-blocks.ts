import { turnOfEventLoop } from '../pause.ts';
import { blockBytes, blockMemory } from './block-memory.ts';

/** An object of so many bytes comes with one request. */
const wholeBytes = 8 * 1024 * 1024;
/** Bytes before the furthest read that stay for whoever looks again at what has just been decoded. */
const bytesBehind = 2 * 1024 * 1024;

/** Bytes that are read of blocks that have arrived before what was requested is sent, and what came in is taken. */
const bytesPerTurn = 512 * 1024;

/** A range of bytes that is requested at once. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly arrived: Promise<void>;
  /** Reads that wait for it or copy from it. */
  readers: number;
  dropped: boolean;
}

/** Fills `target` with the object's bytes from `position`. */
export type Fetch = (target: Uint8Array, position: number) => Promise<void>;

/**
 * The bytes of an announced range, in blocks that are requested in advance: each byte once, as long as nobody goes further
 * back than a block. A range of up to 8 MiB is one block. What lies outside, or was dropped, is requested as it is asked for.
 */
export class ReadBlocks {
  readonly #from: number;
  readonly #to: number;
  readonly #size: number;
  readonly #fetch: Fetch;
  readonly #blocks = new Map<number, Block>();
  /** The first block that was not dropped, and the first that was not requested. */
  #first = 0;
  #next = 0;
  #furthest = 0;
  #sinceTurn = 0;

  constructor(fetch: Fetch, from: number, to: number) {
    this.#fetch = fetch;
    this.#from = from;
    this.#to = Math.max(from, to);
    this.#size = to - from <= wholeBytes ? Math.max(1, to - from) : blockBytes;
    blockMemory.follow(this.#requestAhead);
    this.#requestAhead();
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    this.#pass(position);
    const end = position + target.length;
    for (let at = position; at < end;) {
      const block = this.#at(at);
      const to = Math.min(end, block?.end ?? this.#endOfGap(at));
      const piece = target.subarray(at - position, to - position);
      await (block === undefined ? this.#fetch(piece, at) : this.#copy(block, piece, at));
      at = to;
    }
  }

  /** Waits for what was requested, and gives the memory back. */
  async close(): Promise<void> {
    blockMemory.unfollow(this.#requestAhead);
    await Promise.allSettled([...this.#blocks.values()].map(({ arrived }) => arrived));
    for (const number of this.#blocks.keys()) this.#drop(number);
  }

  async #copy(block: Block, target: Uint8Array, position: number): Promise<void> {
    block.readers++;
    try {
      await block.arrived;
      this.#requestAhead();
      target.set(block.bytes.subarray(position - block.start, position - block.start + target.length));
    } finally {
      block.readers--;
      this.#recycle(block);
    }
    await this.#giveWay(target.length);
  }

  /**
   * Turns the event loop now and then. Whoever decodes what has arrived never waits, so that without this the next
   * requests would only be sent when the last byte is used up.
   */
  async #giveWay(bytes: number): Promise<void> {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < bytesPerTurn) return;
    this.#sinceTurn = 0;
    await turnOfEventLoop();
  }

  /** The block of a byte, requested if need be; undefined outside of the range and for what was dropped. */
  #at(position: number): Block | undefined {
    if (position < this.#from || position >= this.#to) return undefined;
    const number = Math.floor((position - this.#from) / this.#size);
    if (number < this.#first) return undefined;
    while (this.#next <= number) this.#request();
    this.#requestAhead();
    return this.#blocks.get(number);
  }

  /** Where a piece without a block ends at the latest. */
  #endOfGap(position: number): number {
    if (position >= this.#to) return Infinity;
    return this.#from + (position < this.#from ? 0 : this.#first * this.#size);
  }

  /** Drops the blocks that lie far enough behind the furthest read. */
  #pass(position: number): void {
    this.#furthest = Math.max(this.#furthest, position);
    while (this.#first < this.#next && this.#from + (this.#first + 1) * this.#size <= this.#furthest - bytesBehind) {
      this.#drop(this.#first++);
    }
  }

  readonly #requestAhead = (): void => {
    while (this.#from + this.#next * this.#size < this.#to && blockMemory.hasRoomFor(this.#lengthOf(this.#next))) {
      this.#request();
    }
  };

  #lengthOf(number: number): number {
    return Math.min(this.#size, this.#to - this.#from - number * this.#size);
  }

  #request(): void {
    const number = this.#next++;
    const start = this.#from + number * this.#size;
    const bytes = blockMemory.take(this.#lengthOf(number));
    const arrived = this.#fetch(bytes, start);
    // reported when the block is read
    arrived.catch(() => undefined);
    this.#blocks.set(number, { start, end: start + bytes.length, bytes, arrived, readers: 0, dropped: false });
  }

  #drop(number: number): void {
    const block = this.#blocks.get(number);
    this.#blocks.delete(number);
    if (block === undefined) return;
    block.dropped = true;
    void block.arrived.catch(() => undefined).then(() => this.#recycle(block));
  }

  #recycle(block: Block): void {
    if (!block.dropped || block.readers > 0) return;
    block.dropped = false;
    blockMemory.giveBack(block.bytes);
  }
}
