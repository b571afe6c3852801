import { turnOfEventLoop } from '../../pause.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { shareOfThread } from '../../storage/thread-share.ts';
import { fillAt } from './fill-at.ts';

/** Bytes of a file that are read with one request. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where a column chunk is. */
interface ChunkPlace {
  readonly start: number;
  readonly bytes: number;
}

/** Chunks that are needed one after another are read together up to this size, with what lies between them up to that. */
const mostTogether = 8 * 1024 * 1024;
const mostBetween = 64 * 1024;
/** Bytes that the files of all threads request or hold at a time, unless one range has more. */
const mostAhead = 32 * 1024 * 1024;

/**
 * Joins chunks, in the order in which they are needed, to ranges: as many of them as are adjacent, or nearly, and as
 * are worth one request.
 */
export function* joinChunks(chunks: Iterable<ChunkPlace>): Generator<ByteRange, void, undefined> {
  let range: ByteRange | undefined;
  for (const { start, bytes } of chunks) {
    const end = start + bytes;
    if (
      range !== undefined &&
      start >= range.end &&
      start - range.end <= mostBetween &&
      end - range.start <= mostTogether
    ) {
      range = { start: range.start, end };
      continue;
    }
    if (range !== undefined) yield range;
    range = { start, end };
  }
  if (range !== undefined) yield range;
}

/** A range that was requested, and whether it has arrived. */
interface Request extends ByteRange {
  readonly bytes: Uint8Array;
  readonly done: Promise<void>;
}

/**
 * Reads the chunks of a file that is far away: a request costs as much time as megabytes do. Ranges are requested in
 * advance, up to 32 MiB, while earlier ones are decoded; a larger one only when it is needed. Their memory is used again.
 */
export class ReadAhead {
  readonly #file: StorageFile;
  readonly #ranges: Iterator<ByteRange, void, undefined>;
  readonly #requests: Request[] = [];
  readonly #spare: Uint8Array[] = [];
  #next: ByteRange | undefined;

  /** `chunks` are those that will be asked for, in that order. */
  constructor(file: StorageFile, chunks: Iterable<ChunkPlace>) {
    this.#file = file;
    this.#ranges = joinChunks(chunks);
    this.#next = this.#ranges.next().value ?? undefined;
  }

  /** The bytes of the next chunk, valid until another is asked for. @throws what reading throws */
  async take({ start, bytes }: ChunkPlace): Promise<Uint8Array> {
    let request = this.#requests[0];
    while (request === undefined || start < request.start || start + bytes > request.end) {
      if (request !== undefined) this.#spare.push(request.bytes);
      this.#requests.shift();
      if (this.#requests.length === 0) this.#request();
      request = this.#requests[0];
    }
    await this.#requestMore();
    await request.done;
    return request.bytes.subarray(start - request.start, start - request.start + bytes);
  }

  /** A decoder that never waits, as its ranges have arrived, would keep the requests from being sent: so a turn of the event loop. */
  async #requestMore(): Promise<void> {
    if (this.#next === undefined || !this.#isRoomFor(this.#next)) return;
    while (this.#next !== undefined && this.#isRoomFor(this.#next)) this.#request();
    await turnOfEventLoop();
  }

  #isRoomFor({ start, end }: ByteRange): boolean {
    return (
      this.#requests.reduce((sum, range) => sum + range.end - range.start, end - start) <= shareOfThread(mostAhead)
    );
  }

  #request(): void {
    const range = this.#next;
    if (range === undefined) throw new TypeError('expected a chunk that was announced');
    this.#next = this.#ranges.next().value ?? undefined;
    const length = range.end - range.start;
    const index = this.#spare.findIndex((buffer) => buffer.length >= length);
    const bytes = this.#spare.splice(index, index < 0 ? 0 : 1)[0] ?? new Uint8Array(length);
    if (index < 0) this.#spare.length = 0; // too small for what comes
    const done = fillAt(this.#file, range.start, bytes.subarray(0, length));
    // reported when the range is needed
    done.catch(() => undefined);
    this.#requests.push({ ...range, bytes, done });
  }
}
