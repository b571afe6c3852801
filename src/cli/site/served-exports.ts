import { partsOf } from '../../export/entries/export-catalog.ts';
import { findExports, type ExportFolder } from '../../export/find/find-exports.ts';
import { isTableFolder } from '../../export/find/walk-folders.ts';
import type { Storage, StorageFile } from '../../storage/storage.ts';

/** A file as the page is told of it. */
export interface ListedFile {
  /** Below the folder that is served. */
  readonly path: string;
  readonly size: number;
  /** Changes whenever the content may have; the ETag of its answers. */
  readonly version: string;
}

/** What is in the folder that is served, as plain data. */
export interface FileList {
  /** The folder as the user named it. */
  readonly location: string;
  /** The parts and markers of the exports, which can be asked for. */
  readonly files: readonly string[];
  /** What else is in the folders that have exports; nobody can ask for it. */
  readonly others: readonly string[];
  /** Folders with exports that cannot be listed, and why. */
  readonly problems: readonly { readonly folder: string; readonly message: string }[];
}

interface Served {
  readonly storage: Storage;
  readonly path: string;
  readonly size: number;
  readonly version: string;
}

/**
 * The exports below a folder, for a page that reads them. Only what the last listing found as a part or marker of an export can be
 * opened, by exactly the path that the listing gave: no other path leads anywhere.
 */
export class ServedExports {
  readonly #root: Storage;
  readonly #signal: AbortSignal;
  #served: ReadonlyMap<string, Served> = new Map();

  constructor(root: Storage, signal: AbortSignal) {
    this.#root = root;
    this.#signal = signal;
  }

  /** Searches the folder anew. @throws as `findExports` */
  async list(): Promise<FileList> {
    const { location, folders, problems, tooDeep } = await findExports(this.#root, { signal: this.#signal });
    const served = new Map<string, Served>();
    const others: string[] = [];
    for (const folder of folders) {
      for (const path of await listFolder(folder, served)) others.push(path);
    }
    this.#served = served;
    return {
      location,
      files: [...served.keys()],
      others,
      problems: [
        ...problems.map(({ folder, error }) => ({ folder, message: error.message })),
        ...tooDeep.map((folder) => ({ folder, message: 'it lies too deep to be searched' })),
      ],
    };
  }

  /** What the listing said of a file that may be read; undefined for any other path. */
  find(path: string): ListedFile | undefined {
    const served = this.#served.get(path);
    return served === undefined ? undefined : { path, size: served.size, version: served.version };
  }

  /** Opens such a file. @throws as `Storage.open` */
  async open(path: string): Promise<StorageFile> {
    const served = this.#served.get(path);
    if (served === undefined) throw new Error('only a file that was found is opened');
    return served.storage.open(served.path, { size: served.size, version: served.version });
  }
}

/** Parts and markers of a folder with exports become `served`; the other files in it and in its folders of tables are returned. */
async function listFolder({ folder, catalog }: ExportFolder, served: Map<string, Served>): Promise<string[]> {
  const { storage, exports, markers } = catalog;
  const open = new Set([...exports.flatMap((found) => partsOf(found).map(({ path }) => path)), ...markers]);
  const others: string[] = [];
  const entries = await storage.list('');
  for (const place of [entries, ...entries.filter(isTableFolder).map(({ path }) => storage.list(path))]) {
    for (const { path, kind, size, version } of await place) {
      const whole = folder === '' ? path : `${folder}/${path}`;
      if (kind !== 'file') continue;
      if (open.has(path)) served.set(whole, { storage, path, size, version });
      else others.push(whole);
    }
  }
  return others;
}
