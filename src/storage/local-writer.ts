import { randomUUID } from 'node:crypto';
import { mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BacktestExportError } from '../errors.ts';
import { isBelow, systemError } from './local-path.ts';
import { assertTarget, discardLocalFile, publishLocalFile, syncFolder, temporaryName } from './local-publish.ts';
import type { PreparedFile, StorageWriter } from './storage.ts';
import { assertOutputPath, outsideFolder } from './storage-path.ts';
import { writeFully } from './write-fully.ts';

/**
 * Starts a file below `root` (made when missing). Bytes go to a temporary name beside the final one, which begins with
 * a dot and is therefore no part of any export; `finish` syncs them, gives them the final name in one step and syncs
 * the folder. So a reader, a full disk or a killed process meets the earlier file or the whole new one.
 */
export async function createLocalWriter(root: string, path: string, overwrite: boolean): Promise<StorageWriter> {
  assertOutputPath(path);
  try {
    const { realRoot, folder } = await makeFolder(root, path);
    await assertTarget(join(folder, basename(path)), path, overwrite);
    const name = temporaryName(randomUUID());
    const handle = await open(join(folder, name), 'wx');
    return new LocalWriter(handle, realRoot, { path, temporary: besides(path, name), overwrite });
  } catch (cause) {
    throw systemError('WRITE_FAILED', 'the file cannot be created', path, cause);
  }
}

class LocalWriter implements StorageWriter {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #root: string;
  readonly #file: Omit<PreparedFile, 'size'>;
  #size = 0;
  #open = true;

  constructor(handle: FileHandle, root: string, file: Omit<PreparedFile, 'size'>) {
    this.#handle = handle;
    this.#root = root;
    this.#file = file;
    this.path = file.path;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    try {
      await writeFully(this.#handle, bytes);
      this.#size += bytes.length;
    } catch (cause) {
      await this.abort();
      throw systemError('WRITE_FAILED', `writing ${bytes.length} bytes failed`, this.path, cause);
    }
  }

  async prepare(): Promise<PreparedFile> {
    this.#assertOpen();
    try {
      await this.#handle.sync();
      await this.#handle.close();
      this.#open = false;
      return { ...this.#file, size: this.#size };
    } catch (cause) {
      await this.abort();
      throw systemError('WRITE_FAILED', 'finishing the file failed', this.path, cause);
    }
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
    // Closing and removing are attempts: the error that led here is the one to tell.
    await this.#handle.close().catch(() => undefined);
    await discardLocalFile(this.#root, { ...this.#file, size: this.#size });
  }

  #assertOpen(): void {
    if (this.#open) return;
    throw new BacktestExportError('WRITE_FAILED', 'the writer is finished or aborted', {
      position: { file: this.path },
    });
  }
}

/** The path of another name in the folder of a path. */
function besides(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1) + name;
}

/**
 * Makes the folders that a file needs, and syncs those above new ones, so that the file is found after a power cut. A
 * link on the way that leads out of the root is refused before.
 */
async function makeFolder(root: string, path: string): Promise<{ realRoot: string; folder: string }> {
  const firstOfRoot = await mkdir(root, { recursive: true });
  const realRoot = await realpath(root);
  const above = new Set<string>();
  let folder = realRoot;
  for (const piece of path.split('/').slice(0, -1)) {
    const next = join(folder, piece);
    if ((await mkdir(next, { recursive: true })) !== undefined) above.add(folder);
    folder = await realpath(next);
    if (!isBelow(realRoot, folder))
      throw outsideFolder(path, 'expected a file below the folder, found a link out of it');
  }
  if (firstOfRoot !== undefined) {
    const highest = dirname(firstOfRoot);
    for (let made = realRoot; made !== highest && made !== dirname(made); made = dirname(made))
      above.add(dirname(made));
  }
  for (const each of above) await syncFolder(each);
  return { realRoot, folder };
}
