import { BacktestExportError } from '../../errors.ts';
import type { StorageFile } from '../storage.ts';
import { AheadReader } from './ahead-reader.ts';
import { StreamAhead } from './stream-ahead.ts';

/** Where the bytes of a file come from. */
export interface RangeSource {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  /** The bytes of a range within the file, all of them. @throws `READ_FAILED`, `FILE_CHANGED`, … */
  fetch(start: number, end: number): Promise<Uint8Array>;
  /** @throws `FILE_CHANGED` */
  assertUnchanged(): Promise<void>;
  /** The bytes of a range as a stream, where that is faster; what it fails with is found out by `fetch`. */
  stream?(start: number, end: number): ReadableStream<Uint8Array>;
  /** Ends what was asked for. */
  cancel?(): void;
}

/** A file that is read by ranges; once it is announced, ahead. */
export class RangedFile implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #source: RangeSource;
  #ahead: AheadReader | StreamAhead | undefined;
  #isClosed = false;

  constructor(source: RangeSource) {
    this.path = source.path;
    this.size = source.size;
    this.version = source.version;
    this.#source = source;
  }

  readAhead({ from, to }: { readonly from: number; readonly to: number } = { from: 0, to: this.size }): void {
    if (this.#isClosed || this.#ahead !== undefined) return;
    const end = Math.min(to, this.size);
    const stream = end - from > fewBytes ? this.#source.stream?.(from, end) : undefined;
    this.#ahead =
      (stream && StreamAhead.open(stream, from)) ??
      new AheadReader((start, stop) => this.#source.fetch(start, stop), from, end);
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const end = Math.max(position, Math.min(position + target.length, this.size));
    for (let at = position; at < end;) {
      if (this.#isClosed) {
        throw new BacktestExportError('READ_FAILED', 'the file is closed', { position: { file: this.path } });
      }
      const bytes = (await this.#taken(at)) ?? (await this.#source.fetch(at, end));
      const piece = bytes.subarray(0, end - at);
      if (piece.length === 0) {
        const problem = `the file ended at ${at} of ${this.size} bytes`;
        throw new BacktestExportError('READ_FAILED', problem, { position: { file: this.path } });
      }
      target.set(piece, at - position);
      at += piece.length;
    }
    return end - position;
  }

  /** What was read ahead; a stream that fails is given up, and the source says why. */
  async #taken(position: number): Promise<Uint8Array | undefined> {
    const ahead = this.#ahead;
    if (!(ahead instanceof StreamAhead)) return ahead?.take(position);
    try {
      const taken = await ahead.take(position);
      return taken?.length === 0 ? undefined : taken;
    } catch {
      this.#ahead = undefined;
      return undefined;
    }
  }

  cancel(): void {
    this.#isClosed = true;
    this.#source.cancel?.();
  }

  assertUnchanged(): Promise<void> {
    return this.#source.assertUnchanged();
  }

  async close(): Promise<void> {
    this.cancel();
    this.#ahead?.close();
    this.#ahead = undefined;
  }
}

/** A range of so many bytes comes in blocks, also if it is not read from its start to its end, as Parquet is not. */
const fewBytes = 8 * 1024 * 1024;
