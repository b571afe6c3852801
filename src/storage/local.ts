import { lstatSync, realpathSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { assertKind } from '../options.ts';
import { listLocalFolder } from './local-list.ts';
import { openLocalFile } from './local-file.ts';
import { findLocalFile } from './local-path.ts';
import { systemCode, systemError } from './system-error.ts';
import { syncFolder, watchLocalFolders } from './local-folders.ts';
import { discardLocalFile, moveLocalFile, publishLocalFile } from './local-publish.ts';
import { createLocalWriter } from './local-writer.ts';
import type { PreparedFile, Storage, StorageEntry, StorageFile, StorageTransfer, StorageWriter } from './storage.ts';
import { assertStoragePath, mayOverwrite, notFound } from './storage-path.ts';
import { trust } from './trusted.ts';

/**
 * A local folder; it need not exist until it is read. Only regular files below the folder are read: a symbolic link
 * counts as its target if that is below the folder. Everything else (a link out of it, a FIFO, a device) is listed with
 * its kind, and opening it is refused without touching it.
 */
export class LocalStorage implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: StorageTransfer;
  readonly #root: string;

  constructor(root: string) {
    this.location = root;
    this.#root = resolve(root);
    this.folderName = basename(this.#root);
    this.transfer = { kind: 'local', root: this.#root };
    trust(this);
  }

  async list(folder: string): Promise<StorageEntry[]> {
    if (folder !== '') assertStoragePath(folder);
    return listLocalFolder(this.#realRoot(), folder);
  }

  async open(path: string): Promise<StorageFile> {
    assertStoragePath(path);
    return openLocalFile(this.#realRoot(), path);
  }

  create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    return createLocalWriter(this.#root, path, mayOverwrite(options));
  }

  async publish(file: PreparedFile): Promise<void> {
    return publishLocalFile(this.#realRoot(), file);
  }

  async discard(file: PreparedFile): Promise<void> {
    return discardLocalFile(this.#root, file);
  }

  async remove(path: string): Promise<void> {
    assertStoragePath(path);
    const root = this.#realRoot();
    findLocalFile(root, path);
    try {
      await unlink(join(root, path));
    } catch (cause) {
      throw systemError('WRITE_FAILED', 'the file cannot be removed', path, cause);
    }
  }

  async move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void> {
    return moveLocalFile(this.#realRoot(), from, to, mayOverwrite(options));
  }

  async sync(folders: readonly string[]): Promise<void> {
    const root = this.#realRoot();
    for (const folder of folders) {
      if (folder !== '') assertStoragePath(folder);
      try {
        await syncFolder(join(root, folder));
      } catch (cause) {
        if (systemCode(cause) !== 'ENOENT')
          throw systemError('WRITE_FAILED', 'the folder cannot be synced', folder, cause, 'folder');
      }
    }
  }

  async watchFolders(folders: readonly string[]): Promise<() => Promise<void>> {
    for (const folder of folders) assertStoragePath(folder);
    return watchLocalFolders(this.#root, folders);
  }

  /** The root without links; resolved on each call, because the folder may be created or replaced meanwhile. */
  #realRoot(): string {
    try {
      const root = realpathSync.native(this.#root);
      if (lstatSync(root).isDirectory()) return root;
    } catch (cause) {
      throw systemError('READ_FAILED', 'the folder cannot be read', this.location, cause, 'folder');
    }
    throw notFound(this.location, 'folder');
  }
}

/** Makes a {@link LocalStorage}; the disk is not touched before the first method call. */
export function createLocalStorage(root: string): LocalStorage {
  assertKind('createLocalStorage', root, 'text');
  return new LocalStorage(root);
}
