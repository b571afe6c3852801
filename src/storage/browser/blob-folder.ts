import { inParallel } from '../in-parallel.ts';
import { assertStoragePath } from '../storage-path.ts';
import type { Storage, StorageEntry, StorageFile, StorageTransfer } from '../storage.ts';
import { trust } from '../trusted.ts';
import { assertEmpty, openBlob, versionOf } from './blob-file.ts';
import { FileTree } from './file-tree.ts';
import { ReadOnly } from './read-only.ts';

/** Files without bytes that are looked at at a time. */
const mostAtOnce = 16;

/** Files that a page has got, as a folder that is only read. */
export class BlobFolder extends ReadOnly implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly #blobs: ReadonlyMap<string, Blob>;
  readonly #tree: FileTree<Blob>;

  /** Of blobs by their paths, which are known to be paths of a storage. */
  constructor(location: string, blobs: ReadonlyMap<string, Blob>) {
    super('files that were given to a page');
    this.location = location;
    this.folderName = location.slice(location.lastIndexOf('/') + 1);
    this.#blobs = blobs;
    this.#tree = new FileTree(blobs);
    trust(this);
  }

  get transfer(): StorageTransfer {
    const files = Array.from(this.#blobs, ([path, blob]) => ({ path, blob }));
    return { kind: 'blobs', location: this.location, files };
  }

  transferOf(path: string): StorageTransfer {
    return { kind: 'blobs', location: this.location, files: [{ path, blob: this.#tree.find(path) }] };
  }

  below(folder: string): Storage {
    return new BlobFolder(`${this.location}/${folder}`, this.#tree.below(folder));
  }

  async list(folder: string): Promise<StorageEntry[]> {
    if (folder !== '') assertStoragePath(folder);
    const entries = this.#tree.list(folder, (path, blob) => ({
      path,
      kind: 'file',
      size: blob.size,
      version: versionOf(blob),
      ...('lastModified' in blob && typeof blob.lastModified === 'number' ? { modified: blob.lastModified } : {}),
    }));
    const empty = entries.filter(({ kind, size }) => kind === 'file' && size === 0);
    await inParallel(empty, mostAtOnce, ({ path }) => assertEmpty(path, this.#tree.find(path)));
    return entries;
  }

  async open(path: string): Promise<StorageFile> {
    assertStoragePath(path);
    return openBlob(path, this.#tree.find(path));
  }
}
