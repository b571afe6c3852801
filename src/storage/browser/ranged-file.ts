import { BacktestExportError } from '../../errors.ts';
import type { StorageFile } from '../storage.ts';
import { AheadReader } from './ahead-reader.ts';

/** Where the bytes of a file come from. */
export interface RangeSource {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  /** The bytes of a range within the file, all of them. @throws `READ_FAILED`, `FILE_CHANGED`, … */
  fetch(start: number, end: number): Promise<Uint8Array>;
  /** @throws `FILE_CHANGED` */
  assertUnchanged(): Promise<void>;
  /** Ends what was asked for. */
  cancel?(): void;
}

/** A file that is read by ranges; once it is announced, ahead. */
export class RangedFile implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #source: RangeSource;
  #ahead: AheadReader | undefined;
  #isClosed = false;

  constructor(source: RangeSource) {
    this.path = source.path;
    this.size = source.size;
    this.version = source.version;
    this.#source = source;
  }

  readAhead({ from, to }: { readonly from: number; readonly to: number } = { from: 0, to: this.size }): void {
    if (this.#isClosed) return;
    this.#ahead ??= new AheadReader((start, end) => this.#source.fetch(start, end), from, Math.min(to, this.size));
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const end = Math.max(position, Math.min(position + target.length, this.size));
    for (let at = position; at < end;) {
      if (this.#isClosed) {
        throw new BacktestExportError('READ_FAILED', 'the file is closed', { position: { file: this.path } });
      }
      const bytes = (await this.#ahead?.take(at)) ?? (await this.#source.fetch(at, end));
      const piece = bytes.subarray(0, end - at);
      target.set(piece, at - position);
      at += piece.length;
    }
    return end - position;
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
