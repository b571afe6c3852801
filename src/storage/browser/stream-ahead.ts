/** Bytes that a stream fills at a time; with more, or less, reading takes longer. */
const pieceBytes = 256 * 1024;
/** Pieces that stay for whoever looks again at what has just been read. */
const mostHeld = 2;
/** Bytes that are passed over at most, rather than asked for apart from the stream. */
const mostPassed = 1024 * 1024;

/** A piece of a file. */
interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a range of a file from its start to its end as a stream, one piece before it is needed. It costs a browser a fifth
 * of what asking for blocks does, as buffers are filled again and again. One reader at a time: any other gets nothing.
 */
export class StreamAhead {
  readonly #reader: ReadableStreamBYOBReader;
  readonly #held: Piece[] = [];
  readonly #spare: ArrayBuffer[] = [];
  #next: number;
  #coming: Promise<Piece | undefined>;
  #isBusy = false;

  private constructor(reader: ReadableStreamBYOBReader, from: number) {
    this.#reader = reader;
    this.#next = from;
    this.#coming = this.#read();
  }

  /** Undefined where the browser's streams do not fill buffers. */
  static open(stream: ReadableStream<Uint8Array>, from: number): StreamAhead | undefined {
    try {
      return new StreamAhead(stream.getReader({ mode: 'byob' }), from);
    } catch {
      return undefined;
    }
  }

  /**
   * The bytes from a position to the end of their piece, until the next call; undefined for what has been passed, is far
   * away, or is not in the stream.
   */
  async take(position: number): Promise<Uint8Array | undefined> {
    const known = this.#held.find(({ start, bytes }) => position >= start && position < start + bytes.length);
    if (known !== undefined) return known.bytes.subarray(position - known.start);
    const last = this.#held.at(-1);
    const reached = last === undefined ? this.#next : last.start + last.bytes.length;
    if (this.#isBusy || position < reached - (last === undefined ? pieceBytes : 0) || position > reached + mostPassed) {
      return undefined;
    }
    this.#isBusy = true;
    try {
      return await this.#advance(position);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Ends the stream. */
  close(): void {
    this.#held.length = 0;
    this.#reader.cancel().catch(() => undefined);
  }

  async #advance(position: number): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = await this.#coming;
      if (piece === undefined) return undefined;
      const dropped = this.#held.length >= mostHeld ? this.#held.shift() : undefined;
      if (dropped !== undefined) this.#spare.push(dropped.bytes.buffer);
      this.#held.push(piece);
      this.#coming = this.#read();
      if (position < piece.start) return undefined;
      if (position < piece.start + piece.bytes.length) return piece.bytes.subarray(position - piece.start);
    }
  }

  #read(): Promise<Piece | undefined> {
    const buffer = this.#spare.pop() ?? new ArrayBuffer(pieceBytes);
    const coming = this.#reader.read(new Uint8Array(buffer)).then(({ done, value }): Piece | undefined => {
      if (done || value.length === 0) return undefined;
      const start = this.#next;
      this.#next += value.length;
      return { start, bytes: value };
    });
    coming.catch(() => undefined); // told when the piece is read
    return coming;
  }
}
