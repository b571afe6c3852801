import { compareText, notFound, notRegular } from '../storage-path.ts';
import type { StorageEntry } from '../storage.ts';

/** Files by their paths, and the folders that these make. Holds one entry a file. */
export class FileTree<File> {
  readonly #files: ReadonlyMap<string, File>;
  /** Paths by the folder that they are in, of files and folders. */
  readonly #folders: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(files: ReadonlyMap<string, File>) {
    this.#files = files;
    const folders = new Map<string, Set<string>>([['', new Set()]]);
    for (const file of files.keys()) {
      for (let path = file; path !== '';) {
        const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
        const known = folders.get(folder);
        if (known === undefined) folders.set(folder, new Set([path]));
        else known.add(path);
        path = known === undefined ? folder : '';
      }
    }
    this.#folders = folders;
  }

  /** @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR` for a folder */
  find(path: string): File {
    const file = this.#files.get(path);
    if (file !== undefined) return file;
    if (this.#folders.has(path)) throw notRegular(path, 'a folder');
    throw notFound(path, 'file');
  }

  /** The entries of a folder, as `Storage.list` gives them. @throws `FILE_NOT_FOUND` */
  list(folder: string, describe: (path: string, file: File) => StorageEntry): StorageEntry[] {
    const paths = this.#folders.get(folder);
    if (paths === undefined) throw notFound(folder, 'folder');
    const entries = Array.from(paths, (path): StorageEntry => {
      const file = this.#files.get(path);
      return file === undefined ? { path, kind: 'folder', size: 0, version: '' } : describe(path, file);
    });
    return entries.sort((left, right) => compareText(left.path, right.path));
  }

  /** The files below a folder, by their paths from there. */
  below(folder: string): Map<string, File> {
    const start = `${folder}/`;
    const found = [...this.#files].filter(([path]) => path.startsWith(start));
    return new Map(found.map(([path, file]) => [path.slice(start.length), file]));
  }
}
