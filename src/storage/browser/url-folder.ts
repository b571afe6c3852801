import { assertStoragePath } from '../storage-path.ts';
import { inParallel } from '../in-parallel.ts';
import type { KnownFile, Storage, StorageEntry, StorageFile, StorageTransfer } from '../storage.ts';
import { trust } from '../trusted.ts';
import { FileTree } from './file-tree.ts';
import { ReadOnly } from './read-only.ts';
import type { NamedUrl } from './transfer.ts';
import type { KnownUrl } from './url-answers.ts';
import { openUrl } from './url-file.ts';
import { probeUrl } from './url-probe.ts';
import type { UrlRequests } from './url-requests.ts';

/** Files whose sizes are asked for at a time; requests have a bound of their own. */
const mostAtOnce = 32;

/** Files on web servers as a folder that is only read. What a server said of a file is kept. */
export class UrlFolder extends ReadOnly implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly #files: ReadonlyMap<string, UrlEntry>;
  readonly #tree: FileTree<UrlEntry>;
  readonly #requests: UrlRequests;
  readonly #signal: AbortSignal | undefined;

  constructor(location: string, files: ReadonlyMap<string, UrlEntry>, requests: UrlRequests, signal?: AbortSignal) {
    super('files on a web server');
    this.location = location;
    this.folderName = location.slice(location.lastIndexOf('/') + 1);
    this.#files = files;
    this.#tree = new FileTree(files);
    this.#requests = requests;
    this.#signal = signal;
    trust(this);
  }

  get transfer(): StorageTransfer {
    return this.#handOver(Array.from(this.#files, ([path, file]) => named(path, file)));
  }

  transferOf(path: string): StorageTransfer {
    return this.#handOver([named(path, this.#tree.find(path))]);
  }

  withSignal(signal: AbortSignal, then: 'end' | 'hurry' = 'end'): Storage {
    if (then === 'hurry') return this;
    const signals = this.#signal === undefined ? [signal] : [this.#signal, signal];
    const joined = signals.length > 1 ? AbortSignal.any(signals) : signal;
    return new UrlFolder(this.location, this.#files, this.#requests, joined);
  }

  below(folder: string): Storage {
    return new UrlFolder(`${this.location}/${folder}`, this.#tree.below(folder), this.#requests, this.#signal);
  }

  async list(folder: string): Promise<StorageEntry[]> {
    if (folder !== '') assertStoragePath(folder);
    const entries = this.#tree.list(folder, (path) => ({ path, kind: 'file', size: 0, version: '' }));
    return inParallel(entries, mostAtOnce, async (entry) => {
      if (entry.kind === 'folder') return entry;
      const { size, version } = await this.#look(entry.path);
      return { ...entry, size, version };
    });
  }

  async open(path: string, known?: KnownFile): Promise<StorageFile> {
    assertStoragePath(path);
    const file = this.#tree.find(path);
    const found = file.known ?? (await this.#look(path));
    // each request asks for the version that was listed
    const asked = known === undefined ? found : { ...found, ...known };
    return openUrl(this.#requests, { path, url: file.url, known: { ...asked, isWhole: found.isWhole } }, this.#signal);
  }

  async #look(path: string): Promise<KnownUrl> {
    const file = this.#tree.find(path);
    const signal = this.#signal ?? new AbortController().signal;
    return (file.known = await probeUrl(this.#requests, { path, url: file.url }, signal));
  }

  #handOver(files: readonly NamedUrl[]): StorageTransfer {
    return { kind: 'urls', location: this.location, files, access: this.#requests.access };
  }
}

/** The address of a file, and what its server last said of it. */
export interface UrlEntry {
  readonly url: string;
  known?: KnownUrl | undefined;
}

function named(path: string, { url, known }: UrlEntry): NamedUrl {
  return { path, url, known };
}
