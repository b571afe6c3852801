import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { describeKind, findLocalFile, formatIdentity, formatVersion, readVersion } from './local-path.ts';
import { systemError } from './system-error.ts';
import type { StorageFile } from './storage.ts';
import { fileChanged, notRegular } from './storage-path.ts';

/** Opens a regular file below `root` and nothing else; a FIFO that replaces it meanwhile does not block. */
export function openLocalFile(root: string, path: string): StorageFile {
  const found = findLocalFile(root, path);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(found.realPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) throw notRegular(path, describeKind(stats));
    if (formatIdentity(stats) !== formatIdentity(found.stats)) throw fileChanged(path, 'another file replaced it');
    return new LocalFileReader(descriptor, path, join(root, path), Number(stats.size), formatVersion(stats));
  } catch (cause) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw systemError('READ_FAILED', 'the file cannot be opened', path, cause);
  }
}

/** Closes files of readers that were dropped, such as of an iterator that nobody ended, when the engine collects them. */
const dropped = new FinalizationRegistry<number>((descriptor) => {
  try {
    closeSync(descriptor);
  } catch {
    // nobody is left to be told
  }
});

class LocalFileReader implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #absolutePath: string;
  /** -1 once it is closed, since the system gives the number to the next file. */
  #descriptor: number;

  constructor(descriptor: number, path: string, absolutePath: string, size: number, version: string) {
    this.#descriptor = descriptor;
    this.path = path;
    this.#absolutePath = absolutePath;
    this.size = size;
    this.version = version;
    dropped.register(this, descriptor, this);
  }

  /**
   * Reads synchronously, then yields one turn of the event loop, so that timers, signals and other work continue. A
   * read through Node's thread pool costs 90 to 170 µs to wake a thread; a turn of the loop costs 9 µs and a read of
   * 256 KiB from the system's cache about 30 µs (2 cores of a virtual machine; see docs/architecture.md).
   */
  async read(target: Uint8Array, position: number): Promise<number> {
    const done = this.#readFully(target, position);
    await turnOfEventLoop();
    return done;
  }

  #readFully(target: Uint8Array, position: number): number {
    const wanted = Math.max(0, Math.min(target.length, this.size - position));
    let done = 0;
    while (done < wanted) {
      const bytesRead = this.#readOnce(target, done, Math.min(wanted - done, longestRead), position + done);
      if (bytesRead === 0) {
        throw fileChanged(this.path, `expected ${this.size} bytes, as when it was opened, found ${position + done}`);
      }
      done += bytesRead;
    }
    return done;
  }

  #readOnce(target: Uint8Array, offset: number, length: number, position: number): number {
    try {
      return readSync(this.#descriptor, target, offset, length, position);
    } catch (cause) {
      throw systemError('READ_FAILED', `reading ${length} bytes at byte ${position} failed`, this.path, cause);
    }
  }

  async assertUnchanged(): Promise<void> {
    let version: string;
    try {
      version = readVersion(this.#absolutePath);
    } catch (cause) {
      const error = systemError('READ_FAILED', 'the file cannot be examined', this.path, cause);
      throw error.code === 'FILE_NOT_FOUND' ? fileChanged(this.path, 'it no longer exists') : error;
    }
    if (version !== this.version) {
      throw fileChanged(this.path, `expected size-times-inode ${this.version}, found ${version}`);
    }
  }

  async close(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    if (descriptor === -1) return;
    dropped.unregister(this); // the system gives the number to the next file
    closeSync(descriptor);
  }
}

/** Node reads at most 2 GiB - 1 at once. */
const longestRead = 2 ** 30;
