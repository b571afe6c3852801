import { BacktestExportError, isError } from '../../errors.ts';
import { fileChanged } from '../storage-path.ts';
import type { StorageFile } from '../storage.ts';
import { AheadReader } from './ahead-reader.ts';

/** The version of a file in a page: browsers tell its size and when it was changed, and refuse to read it once it was. */
export function versionOf(blob: Blob): string {
  return `${blob.size}-${'lastModified' in blob ? String(blob.lastModified) : ''}`;
}

/** A blob that is read by ranges; once it is announced, ahead. */
export class BlobFile implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #blob: Blob;
  #ahead: AheadReader | undefined;
  #isClosed = false;

  constructor(path: string, blob: Blob) {
    this.path = path;
    this.#blob = blob;
    this.size = blob.size;
    this.version = versionOf(blob);
  }

  readAhead({ from, to }: { readonly from: number; readonly to: number } = { from: 0, to: this.size }): void {
    if (this.#isClosed) return;
    this.#ahead ??= new AheadReader((start, end) => this.#fetch(start, end), from, Math.min(to, this.size));
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (this.#isClosed) {
      throw new BacktestExportError('READ_FAILED', 'the file is closed', { position: { file: this.path } });
    }
    const end = Math.max(position, Math.min(position + target.length, this.size));
    for (let at = position; at < end;) {
      const bytes = (await this.#ahead?.take(at)) ?? (await this.#fetch(at, end));
      const piece = bytes.subarray(0, end - at);
      target.set(piece, at - position);
      at += piece.length;
    }
    return end - position;
  }

  /** Reads the last byte: of a file that has changed, nothing can be read. */
  async assertUnchanged(): Promise<void> {
    if (this.size > 0) await this.#fetch(this.size - 1, this.size);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ahead?.close();
    this.#ahead = undefined;
  }

  async #fetch(start: number, end: number): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await this.#blob.slice(start, end).arrayBuffer());
    } catch (cause) {
      throw this.#failure(start, end, cause);
    }
    if (bytes.length === end - start) return bytes;
    throw fileChanged(this.path, `expected ${this.size} bytes, as when it was chosen, found ${start + bytes.length}`);
  }

  #failure(start: number, end: number, cause: unknown): BacktestExportError {
    const name = isError(cause) ? cause.name : '';
    if (name === 'NotFoundError') return fileChanged(this.path, 'it no longer exists');
    if (name === 'NotReadableError') return fileChanged(this.path, 'the browser cannot read it any more');
    const reason = isError(cause) ? cause.message : String(cause);
    const problem = `reading ${end - start} bytes at byte ${start} failed: ${reason}`;
    return new BacktestExportError('READ_FAILED', problem, { position: { file: this.path }, cause });
  }
}
