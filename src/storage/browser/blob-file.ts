import { BacktestExportError, isError } from '../../errors.ts';
import { fileChanged, isMissing } from '../storage-path.ts';
import type { StorageFile } from '../storage.ts';
import { RangedFile, type RangeSource } from './ranged-file.ts';

/** The version of a file in a page: browsers tell its size and when it was changed, and refuse to read it once it was. */
export function versionOf(blob: Blob): string {
  return `${blob.size}-${'lastModified' in blob ? String(blob.lastModified) : ''}`;
}

/**
 * Checks that a blob without bytes is one: browsers say of a file that is gone before its size was asked for that it has none.
 * @throws `FILE_CHANGED`, `READ_FAILED`
 */
export async function assertEmpty(path: string, blob: Blob): Promise<void> {
  try {
    await blob.arrayBuffer();
  } catch (cause) {
    throw readingFailed(path, 0, 0, cause);
  }
}

/** Opens a blob; `current` gives what the file is now, where that can be asked for. */
export function openBlob(path: string, blob: Blob, current?: () => Promise<Blob>): StorageFile {
  return new RangedFile(new BlobSource(path, blob, current));
}

class BlobSource implements RangeSource {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #blob: Blob;
  readonly #current: (() => Promise<Blob>) | undefined;

  constructor(path: string, blob: Blob, current: (() => Promise<Blob>) | undefined) {
    this.path = path;
    this.#blob = blob;
    this.#current = current;
    this.size = blob.size;
    this.version = versionOf(blob);
  }

  async fetch(start: number, end: number): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await this.#blob.slice(start, end).arrayBuffer());
    } catch (cause) {
      throw readingFailed(this.path, start, end, cause);
    }
    if (bytes.length === end - start) return bytes;
    throw fileChanged(this.path, `expected ${this.size} bytes, as when it was chosen, found ${start + bytes.length}`);
  }

  stream(start: number, end: number): ReadableStream<Uint8Array> {
    return this.#blob.slice(start, end).stream();
  }

  /** Also reads the last byte: of a file that has changed, a browser reads nothing. */
  async assertUnchanged(): Promise<void> {
    if (this.#current !== undefined) {
      const now = versionOf(await this.#current().catch((error: unknown) => Promise.reject(this.#gone(error))));
      if (now !== this.version) throw fileChanged(this.path, `expected size-time ${this.version}, found ${now}`);
    }
    if (this.size === 0) await assertEmpty(this.path, this.#blob);
    else await this.fetch(this.size - 1, this.size);
  }

  #gone(error: unknown): unknown {
    return isMissing(error) ? fileChanged(this.path, 'it no longer exists') : error;
  }
}

function readingFailed(file: string, start: number, end: number, cause: unknown): BacktestExportError {
  const name = isError(cause) ? cause.name : '';
  if (name === 'NotFoundError') return fileChanged(file, 'it no longer exists');
  // the same error as for a file that may not be read, but it could be when it was chosen
  if (name === 'NotReadableError') return fileChanged(file, 'it cannot be read any more (NotReadableError)');
  const reason = isError(cause) ? cause.message : String(cause);
  const problem = `reading ${end - start} bytes at byte ${start} failed: ${reason}`;
  return new BacktestExportError('READ_FAILED', problem, { position: { file }, cause });
}
