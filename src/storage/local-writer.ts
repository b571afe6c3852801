import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, realpath, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BacktestExportError } from '../errors.ts';
import { describeKind, isBelow, systemCode, systemError } from './local-path.ts';
import type { StorageWriter } from './storage.ts';
import { assertOutputPath, fileExists, notRegular, outsideFolder } from './storage-path.ts';
import { writeFully } from './write-fully.ts';

/**
 * Starts a file below `root` (made when missing). Bytes go to a temporary name beside the final one, which begins with
 * a dot and is therefore no part of any export; `finish` syncs them, gives them the final name in one step and syncs
 * the folder. So a reader, a full disk or a killed process meets the earlier file or the whole new one.
 */
export async function createLocalWriter(root: string, path: string, overwrite: boolean): Promise<StorageWriter> {
  assertOutputPath(path);
  try {
    const { folder, made } = await makeFolder(root, path);
    const target = join(folder, basename(path));
    await assertTarget(target, path, overwrite);
    const temporary = join(folder, `.backtest-export-${randomUUID()}.tmp`);
    return new LocalWriter(await open(temporary, 'wx'), { path, temporary, target, overwrite, made });
  } catch (cause) {
    throw systemError('WRITE_FAILED', 'the file cannot be created', path, cause);
  }
}

interface Job {
  readonly path: string;
  readonly temporary: string;
  readonly target: string;
  readonly overwrite: boolean;
  /** Folders that must be synced for the new file to be found after a power cut, innermost first. */
  readonly made: readonly string[];
}

class LocalWriter implements StorageWriter {
  readonly path: string;
  readonly #job: Job;
  readonly #handle: FileHandle;
  #open = true;

  constructor(handle: FileHandle, job: Job) {
    this.#handle = handle;
    this.#job = job;
    this.path = job.path;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    try {
      await writeFully(this.#handle, bytes);
    } catch (cause) {
      await this.abort();
      throw systemError('WRITE_FAILED', `writing ${bytes.length} bytes failed`, this.path, cause);
    }
  }

  async finish(): Promise<void> {
    this.#assertOpen();
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await giveName(this.#job);
      this.#open = false;
      for (const folder of this.#job.made) await syncFolder(folder);
    } catch (cause) {
      await this.abort();
      throw systemError('WRITE_FAILED', 'finishing the file failed', this.path, cause);
    }
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    // Closing and removing are attempts: the error that led here is the one to tell.
    await this.#handle.close().catch(() => undefined);
    await unlink(this.#job.temporary).catch(() => undefined);
  }

  #assertOpen(): void {
    if (this.#open) return;
    throw new BacktestExportError('WRITE_FAILED', 'the writer is finished or aborted', {
      position: { file: this.path },
    });
  }
}

/**
 * Without overwriting, a hard link gives the name, since only that fails when the name is taken; where there are no
 * hard links (FAT, some network folders) we look first and then rename.
 */
async function giveName({ path, temporary, target, overwrite }: Job): Promise<void> {
  if (overwrite) return rename(temporary, target);
  try {
    await link(temporary, target);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'EEXIST') throw fileExists(path, cause);
    if (!linksMissing.has(code)) throw cause;
    await assertTarget(target, path, false);
    return rename(temporary, target);
  }
  await unlink(temporary);
}

const linksMissing = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

async function assertTarget(target: string, path: string, overwrite: boolean): Promise<void> {
  const stats = await lstat(target, { bigint: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return;
  if (!stats.isFile()) throw notRegular(path, describeKind(stats));
  if (!overwrite) throw fileExists(path);
}

/** Makes the folders that a file needs. A link on the way that leads out of the root is refused before. */
async function makeFolder(root: string, path: string): Promise<{ folder: string; made: string[] }> {
  const firstOfRoot = await mkdir(root, { recursive: true });
  const realRoot = await realpath(root);
  const made: string[] = [];
  let folder = realRoot;
  for (const piece of path.split('/').slice(0, -1)) {
    const next = join(folder, piece);
    if ((await mkdir(next, { recursive: true })) !== undefined) made.unshift(folder);
    folder = await realpath(next);
    if (!isBelow(realRoot, folder))
      throw outsideFolder(path, 'expected a file below the folder, found a link out of it');
  }
  if (firstOfRoot !== undefined) {
    for (let above = realRoot; above !== dirname(firstOfRoot); above = dirname(above)) {
      if (dirname(above) === above) break;
      made.push(dirname(above));
    }
  }
  return { folder, made: [...new Set([folder, ...made])] };
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and some network folders cannot sync one; the file itself is synced and in place.
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch (error) {
    if (folderSyncMissing.has(systemCode(error))) return;
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    if (!folderSyncMissing.has(systemCode(error))) throw error;
  } finally {
    await handle.close();
  }
}

const folderSyncMissing = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS']);
