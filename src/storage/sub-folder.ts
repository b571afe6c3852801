import { given } from '../given.ts';
import type {
  KnownFile,
  PreparedFile,
  Storage,
  StorageEntry,
  StorageFile,
  StorageWriter,
  SyncingFile,
} from './storage.ts';
import { assertStoragePath } from './storage-path.ts';
import { trust } from './trusted.ts';

/** A sub-folder of a storage as a storage of its own, for the calling thread. */
export class SubFolder implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: undefined;
  readonly movesByCopy: boolean;
  readonly base?: Storage;
  readonly moveAll?: NonNullable<Storage['moveAll']>;
  readonly #above: Storage;
  readonly #folder: string;

  /** @throws `FILE_OUTSIDE_FOLDER` */
  constructor(above: Storage, folder: string) {
    assertStoragePath(folder);
    this.#above = above;
    this.#folder = folder;
    this.location = `${above.location}/${folder}`;
    this.folderName = folder.slice(folder.lastIndexOf('/') + 1);
    this.movesByCopy = above.movesByCopy === true;
    if (above.moveAll !== undefined) {
      this.moveAll = async (moves, options): Promise<void> => {
        const within = moves.map(({ from, to }) => ({ from: this.#within(from), to: this.#within(to) }));
        await above.moveAll?.(within, options);
      };
    }
    if (above.base !== undefined) this.base = new SubFolder(above.base, folder);
    trust(this);
  }

  withSignal(signal: AbortSignal, then?: 'end' | 'hurry'): SubFolder {
    const above = this.#above.withSignal?.(signal, then);
    return above === undefined ? this : new SubFolder(above, this.#folder);
  }

  async list(folder: string): Promise<StorageEntry[]> {
    const entries = await this.#above.list(folder === '' ? this.#folder : this.#within(folder));
    return entries.map((entry) => ({ ...entry, path: entry.path.slice(this.#folder.length + 1) }));
  }

  open(path: string, known?: KnownFile): Promise<StorageFile> {
    return this.#above.open(this.#within(path), known);
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    const writer = await this.#above.create(this.#within(path), options);
    const early = writer.prepareEarly?.bind(writer);
    const prepareEarly =
      early === undefined
        ? undefined
        : async (): Promise<SyncingFile> => {
            const { file, synced } = await early();
            return { file: this.#inFolder(file), synced };
          };
    return {
      path,
      ...given({ prepareEarly }),
      write: (bytes) => writer.write(bytes),
      finish: () => writer.finish(),
      prepare: async () => this.#inFolder(await writer.prepare()),
      abort: () => writer.abort(),
    };
  }

  publish(file: PreparedFile): Promise<void> {
    return this.#above.publish(this.#prepared(file));
  }

  discard(file: PreparedFile): Promise<void> {
    return this.#above.discard(this.#prepared(file));
  }

  remove(path: string): Promise<void> {
    return this.#above.remove(this.#within(path));
  }

  move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void> {
    return this.#above.move(this.#within(from), this.#within(to), options);
  }

  sync(folders: readonly string[]): Promise<void> {
    return this.#above.sync(folders.map((folder) => (folder === '' ? this.#folder : this.#within(folder))));
  }

  async watchFolders(folders: readonly string[]): Promise<() => Promise<void>> {
    const pieces = this.#folder.split('/');
    const above = pieces.map((_, index) => pieces.slice(0, index + 1).join('/'));
    const remove = await this.#above.watchFolders?.([...above, ...folders.map((folder) => this.#within(folder))]);
    return remove ?? (async () => undefined);
  }

  async assertWritable(folder: string): Promise<void> {
    await this.#above.assertWritable?.(folder === '' ? this.#folder : this.#within(folder));
  }

  #inFolder(file: PreparedFile): PreparedFile {
    const from = this.#folder.length + 1;
    return { ...file, path: file.path.slice(from), temporary: file.temporary.slice(from) };
  }

  #prepared(file: PreparedFile): PreparedFile {
    return { ...file, path: this.#within(file.path), temporary: this.#within(file.temporary) };
  }

  #within(path: string): string {
    assertStoragePath(path);
    return `${this.#folder}/${path}`;
  }
}
