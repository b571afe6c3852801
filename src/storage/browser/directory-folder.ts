import { inParallel } from '../in-parallel.ts';
import {
  assertOutputPath,
  assertStoragePath,
  compareText,
  fileExists,
  folderPrefix,
  mayOverwrite,
  outsideFolder,
} from '../storage-path.ts';
import type { PreparedFile, Storage, StorageEntry, StorageFile, StorageTransfer, StorageWriter } from '../storage.ts';
import { assertTemporary } from '../temporary-name.ts';
import { trust } from '../trusted.ts';
import { openBlob, versionOf } from './blob-file.ts';
import { fileAt, folderAt, handleError, hasFile, splitPath } from './directory-handles.ts';
import { startDirectoryWriter } from './directory-writer.ts';
import type { DirectoryHandle, FileHandle } from './handles.ts';
import { renameFile } from './rename-file.ts';
import { watchFolders } from './watch-folders.ts';

/** Files whose sizes are asked for at a time. */
const mostAtOnce = 16;

/** A folder that somebody chose, or one of the page's own. */
export class DirectoryFolder implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: StorageTransfer;
  readonly #handle: DirectoryHandle;
  readonly #folder: string;

  constructor(location: string, handle: DirectoryHandle, folder = '') {
    this.location = location;
    this.folderName = folder === '' ? handle.name : folder.slice(folder.lastIndexOf('/') + 1);
    this.transfer = { kind: 'directory', location, handle, folder };
    this.#handle = handle;
    this.#folder = folder;
    trust(this);
  }

  below(folder: string): Storage {
    const path = this.#folder === '' ? folder : `${this.#folder}/${folder}`;
    return new DirectoryFolder(`${this.location}/${folder}`, this.#handle, path);
  }

  async list(folder: string): Promise<StorageEntry[]> {
    if (folder !== '') assertStoragePath(folder);
    const prefix = folder === '' ? '' : `${folder}/`;
    const found: (readonly [string, DirectoryHandle | FileHandle])[] = [];
    const handle = await folderAt(await this.#root(), folder);
    try {
      for await (const entry of handle.entries()) found.push(entry);
    } catch (cause) {
      throw handleError('READ_FAILED', folder, 'folder', cause);
    }
    const entries = await inParallel(found, mostAtOnce, ([name, entry]) => describe(prefix + name, entry));
    return entries.filter((entry) => entry !== undefined).sort((left, right) => compareText(left.path, right.path));
  }

  async open(path: string): Promise<StorageFile> {
    assertStoragePath(path);
    const handle = await fileAt(await this.#root(), path);
    const read = async (): Promise<File> => {
      try {
        return await handle.getFile();
      } catch (cause) {
        throw handleError('READ_FAILED', path, 'file', cause);
      }
    };
    return openBlob(path, await read(), read);
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    assertOutputPath(path);
    const overwrite = mayOverwrite(options);
    const root = await this.#root(true);
    if ((await hasFile(root, path)) && !overwrite) throw fileExists(path);
    return startDirectoryWriter(root, path, overwrite, (file) => this.publish(file));
  }

  async publish({ path, temporary, overwrite }: PreparedFile): Promise<void> {
    assertTemporary(temporary);
    assertOutputPath(path);
    await renameFile(await this.#root(), temporary, path, overwrite);
  }

  async discard({ temporary }: PreparedFile): Promise<void> {
    assertTemporary(temporary);
    await this.remove(temporary).catch(() => undefined);
  }

  async remove(path: string): Promise<void> {
    assertStoragePath(path);
    const root = await this.#root();
    await fileAt(root, path); // a folder is refused
    const [folder, name] = splitPath(path);
    try {
      await (await folderAt(root, folder)).removeEntry(name);
    } catch (cause) {
      throw handleError('WRITE_FAILED', path, 'file', cause);
    }
  }

  async move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void> {
    assertStoragePath(from);
    assertOutputPath(to);
    if (folderPrefix(from) !== folderPrefix(to)) throw outsideFolder(from);
    await renameFile(await this.#root(), from, to, mayOverwrite(options));
  }

  async sync(): Promise<void> {}

  async watchFolders(folders: readonly string[]): Promise<() => Promise<void>> {
    const within = (folder: string): string => [this.#folder, folder].filter((piece) => piece !== '').join('/');
    return watchFolders(this.#handle, folders.map(within));
  }

  #root(create = false): Promise<DirectoryHandle> {
    return folderAt(this.#handle, this.#folder, create);
  }
}

/** An entry of a folder; undefined for a file that is gone meanwhile. */
async function describe(path: string, handle: DirectoryHandle | FileHandle): Promise<StorageEntry | undefined> {
  if (handle.kind === 'directory') return { path, kind: 'folder', size: 0, version: '' };
  let file: File;
  try {
    file = await handle.getFile();
  } catch (cause) {
    const error = handleError('READ_FAILED', path, 'file', cause);
    if (error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
  return { path, kind: 'file', size: file.size, version: versionOf(file), modified: file.lastModified };
}
