import { BacktestExportError } from '../errors.ts';
import { compareText, ifThere, notFound } from './storage-path.ts';
import { trust } from './trusted.ts';
import type { KnownFile, PreparedFile, Storage, StorageEntry, StorageFile, StorageWriter } from './storage.ts';

/** How a view differs from its storage. */
export interface ViewNames {
  /** Shown paths by stored paths in the same folder: a file that exists at the stored path replaces the shown one. */
  readonly shown: ReadonlyMap<string, string>;
  /** Paths that the view hides. */
  readonly hidden: ReadonlySet<string>;
}

/** A read-only storage in which some files have other names and some are hidden, for the calling thread. */
export class StorageView implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: undefined;
  readonly base: Storage;
  readonly #names: ViewNames;
  /** The mirror of `shown`. */
  readonly #stored: ReadonlyMap<string, string>;

  constructor(base: Storage, names: ViewNames) {
    this.base = base;
    this.location = base.location;
    this.folderName = base.folderName;
    this.#names = names;
    this.#stored = new Map([...names.shown].map(([stored, shown]) => [shown, stored]));
    trust(this);
  }

  async list(folder: string): Promise<StorageEntry[]> {
    const { shown, hidden } = this.#names;
    const found = await this.base.list(folder);
    const taken = new Set(found.flatMap(({ path }) => shown.get(path) ?? []));
    const entries = found.flatMap((entry) => {
      const path = shown.get(entry.path);
      if (path !== undefined) return [{ ...entry, path }];
      return hidden.has(entry.path) || taken.has(entry.path) ? [] : [entry];
    });
    return entries.sort((left, right) => compareText(left.path, right.path));
  }

  async open(path: string, known?: KnownFile): Promise<StorageFile> {
    const stored = this.#stored.get(path);
    if (stored !== undefined) {
      const file = await ifThere(this.base.open(stored));
      if (file !== undefined) return showFile(file, path);
    }
    if (this.#names.hidden.has(path)) throw notFound(path, 'file');
    return this.base.open(path, known);
  }

  withSignal(signal: AbortSignal, then?: 'end' | 'hurry'): Storage {
    return new StorageView(this.base.withSignal?.(signal, then) ?? this.base, this.#names);
  }

  create(path: string): Promise<StorageWriter> {
    return Promise.reject(this.#readOnly(path));
  }

  publish({ path }: PreparedFile): Promise<void> {
    return Promise.reject(this.#readOnly(path));
  }

  async discard(): Promise<void> {}

  remove(path: string): Promise<void> {
    return Promise.reject(this.#readOnly(path));
  }

  move(from: string): Promise<void> {
    return Promise.reject(this.#readOnly(from));
  }

  async sync(): Promise<void> {}

  #readOnly(file: string): BacktestExportError {
    const problem = 'expected a writable storage, found a read-only view of one whose files are being replaced';
    return new BacktestExportError('WRITE_FAILED', problem, { position: { file } });
  }
}

/** The storage under a view, or under a view of a view. */
export function baseOf(storage: Storage): Storage {
  return storage.base === undefined ? storage : baseOf(storage.base);
}

/** An open file under the name that a view shows. */
function showFile(file: StorageFile, path: string): StorageFile {
  return {
    path,
    size: file.size,
    version: file.version,
    read: (target, position) => file.read(target, position),
    ...(file.readAhead === undefined ? {} : { readAhead: (range) => file.readAhead?.(range) }),
    cancel: () => file.cancel?.(),
    assertUnchanged: () => file.assertUnchanged(),
    close: () => file.close(),
  };
}
