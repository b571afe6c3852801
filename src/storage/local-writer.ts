import { writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { makeFolder } from './local-folders.ts';
import { systemCode, systemError } from './system-error.ts';
import { assertTarget, discardLocalFile, publishLocalFile } from './local-publish.ts';
import type { PreparedFile, StorageWriter, SyncingFile } from './storage.ts';
import { assertOutputPath, folderPrefix, writerClosed } from './storage-path.ts';
import { temporaryName } from './temporary-name.ts';

/**
 * Starts a file below `root` (created if missing). Bytes go to a temporary name in the same folder, which begins with a
 * dot so that it belongs to no export; `finish` syncs them, renames the file in one step and syncs the folder. So
 * whatever happens (a reader, a full disk, a killed process), the earlier file or the complete new one exists.
 */
export async function createLocalWriter(root: string, path: string, overwrite: boolean): Promise<StorageWriter> {
  assertOutputPath(path);
  try {
    return await startFile(root, path, overwrite);
  } catch (cause) {
    try {
      // another writer that failed may have removed the empty folder
      if (systemCode(cause) === 'ENOENT') return await startFile(root, path, overwrite);
    } catch (again) {
      throw systemError('WRITE_FAILED', 'the file cannot be created', path, again);
    }
    throw systemError('WRITE_FAILED', 'the file cannot be created', path, cause);
  }
}

async function startFile(root: string, path: string, overwrite: boolean): Promise<StorageWriter> {
  const { realRoot, folder } = await makeFolder(root, path);
  await assertTarget(join(folder, basename(path)), path, overwrite);
  const name = temporaryName();
  const handle = await open(join(folder, name), 'wx');
  return new LocalWriter(handle, realRoot, { path, temporary: folderPrefix(path) + name, overwrite });
}

class LocalWriter implements StorageWriter {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #root: string;
  readonly #file: Omit<PreparedFile, 'size'>;
  #size = 0;
  #open = true;
  #unsynced = 0;
  #syncing: Promise<void> | undefined;

  constructor(handle: FileHandle, root: string, file: Omit<PreparedFile, 'size'>) {
    this.#handle = handle;
    this.#root = root;
    this.#file = file;
    this.path = file.path;
  }

  /**
   * Writes synchronously, then yields one turn of the event loop, as reading does: through Node's thread pool it takes
   * twice as long. What was written before is synced meanwhile, so that there is little left to wait for at the end.
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    try {
      writeFully((from, length) => writeSync(this.#handle.fd, bytes, from, length), bytes.length);
      this.#size += bytes.length;
      this.#unsynced += bytes.length;
      if (this.#unsynced >= syncBytes && this.#syncing === undefined) this.#startSync();
      await turnOfEventLoop();
    } catch (cause) {
      await this.abort();
      throw systemError('WRITE_FAILED', `writing ${bytes.length} bytes failed`, this.path, cause);
    }
  }

  async prepare(): Promise<PreparedFile> {
    const { file, synced } = await this.prepareEarly();
    await synced;
    return file;
  }

  async prepareEarly(): Promise<SyncingFile> {
    this.#assertOpen();
    this.#open = false;
    const synced = this.#close();
    synced.catch(() => undefined); // whoever waits for it is told
    return { file: { ...this.#file, size: this.#size }, synced };
  }

  async finish(): Promise<void> {
    const file = await this.prepare();
    try {
      await publishLocalFile(this.#root, file);
    } catch (cause) {
      await discardLocalFile(this.#root, file);
      throw cause;
    }
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#discard();
  }

  async #close(): Promise<void> {
    try {
      // an empty file has only its name to lose, and publishing syncs that
      await this.#syncing;
      if (this.#size > 0) await this.#handle.sync();
      await this.#handle.close();
    } catch (cause) {
      await this.#discard();
      throw systemError('WRITE_FAILED', 'finishing the file failed', this.path, cause);
    }
  }

  async #discard(): Promise<void> {
    // best effort: the original error is reported
    await this.#handle.close().catch(() => undefined);
    await discardLocalFile(this.#root, { ...this.#file, size: this.#size });
  }

  /** Syncs what has been written so far, without waiting for it. If that fails, `prepare` does. */
  #startSync(): void {
    this.#unsynced = 0;
    this.#syncing = this.#sync();
    this.#syncing.catch(() => undefined);
  }

  async #sync(): Promise<void> {
    await this.#handle.datasync();
    this.#syncing = undefined;
  }

  #assertOpen(): void {
    if (!this.#open) throw writerClosed(this.path);
  }
}

/** Bytes after which a sync is started while more is written. */
const syncBytes = 8 * 1024 * 1024;

/**
 * Writes all of `length` bytes by calls of `write`, which returns how many bytes it has written. A system may write only
 * some of them, above all on a nearly full disk; a caller that ignores the count would leave a truncated file. Throws what
 * `write` throws.
 */
export function writeFully(write: (from: number, length: number) => number, length: number): void {
  let done = 0;
  while (done < length) {
    const written = write(done, Math.min(length - done, longestWrite));
    if (written <= 0) throw new Error(`the system wrote only ${done} of ${length} bytes`);
    done += written;
  }
}

/** Node writes at most 2 GiB - 1 at once. */
const longestWrite = 2 ** 30;
