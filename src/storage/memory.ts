import { BacktestExportError } from '../errors.ts';
import {
  compareText,
  assertOutputPath,
  assertStoragePath,
  fileChanged,
  fileExists,
  notFound,
  notRegular,
} from './storage-path.ts';
import type { Storage, StorageEntry, StorageFile, StorageWriter } from './storage.ts';

/** Files for a memory storage: paths below its root, and their bytes or text (as UTF-8). */
export type MemoryFiles = Iterable<readonly [path: string, content: string | Uint8Array]>;

/** A {@link Storage} in memory, for tests and for exports that came over a network; folders exist by their files. */
export interface MemoryStorage extends Storage {
  /** Puts a file there at once; one that is there already is changed in place, as an editor would. */
  put(path: string, content: string | Uint8Array): void;
  /** The bytes of a file as they are now, not a copy; undefined when there is none. */
  get(path: string): Uint8Array | undefined;
}

/**
 * Makes a {@link MemoryStorage}, which behaves as a local folder does, with files such as
 * `[['forecasted-values/a_2021-12-14T13-20-10Z_0.csv', 'item_id,…']]`.
 * @param location what messages call the root; its last piece is the folder's name. Default `memory:`.
 */
export function createMemoryStorage(files: MemoryFiles = [], location = 'memory:'): MemoryStorage {
  const storage = new MemoryFolder(location);
  for (const [path, content] of files) storage.put(path, content);
  return storage;
}

/** One stored file. A finished writer replaces it, `put` changes it in place, as with an inode. */
interface Node {
  bytes: Uint8Array;
  version: string;
  readonly identity: string;
}

class MemoryFolder implements MemoryStorage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: undefined;
  readonly #nodes = new Map<string, Node>();
  #count = 0;

  constructor(location: string) {
    this.location = location;
    this.folderName = location.slice(Math.max(location.lastIndexOf('/'), location.lastIndexOf(':')) + 1);
  }

  put(path: string, content: string | Uint8Array): void {
    assertStoragePath(path);
    this.#assertNoFolder(path);
    // Not slice(), which of a Buffer is no copy.
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
    const node = this.#nodes.get(path) ?? this.#newNode(bytes);
    node.bytes = bytes;
    node.version = this.#nextVersion(bytes);
    this.#nodes.set(path, node);
  }

  get(path: string): Uint8Array | undefined {
    return this.#nodes.get(path)?.bytes;
  }

  async list(folder: string): Promise<StorageEntry[]> {
    if (folder !== '') assertStoragePath(folder);
    const prefix = folder === '' ? '' : `${folder}/`;
    const entries = new Map<string, StorageEntry>();
    for (const [path, node] of this.#nodes) {
      if (!path.startsWith(prefix)) continue;
      const end = path.indexOf('/', prefix.length);
      entries.set(
        end < 0 ? path : path.slice(0, end),
        describe(end < 0 ? path : path.slice(0, end), end < 0 ? node : undefined),
      );
    }
    if (folder !== '' && entries.size === 0) throw notFound(folder, 'folder');
    return [...entries.values()].sort((left, right) => compareText(left.path, right.path));
  }

  async open(path: string): Promise<StorageFile> {
    return new MemoryFile(path, this.#find(path), () => this.#nodes.get(path));
  }

  async create(path: string, options: { readonly overwrite?: boolean } = {}): Promise<StorageWriter> {
    const overwrite = options.overwrite ?? false;
    assertOutputPath(path);
    const assertFree = (): void => {
      this.#assertNoFolder(path);
      if (!overwrite && this.#nodes.has(path)) throw fileExists(path);
    };
    assertFree();
    return new MemoryWriter(path, (bytes) => {
      assertFree();
      this.#nodes.set(path, this.#newNode(bytes));
    });
  }

  async remove(path: string): Promise<void> {
    this.#find(path);
    this.#nodes.delete(path);
  }

  #find(path: string): Node {
    assertStoragePath(path);
    const node = this.#nodes.get(path);
    if (node !== undefined) return node;
    if (this.#isFolder(path)) throw notRegular(path, 'a folder');
    throw notFound(path, 'file');
  }

  #isFolder(path: string): boolean {
    for (const other of this.#nodes.keys()) if (other.startsWith(`${path}/`)) return true;
    return false;
  }

  /** A file can neither replace a folder nor lie below a file. */
  #assertNoFolder(path: string): void {
    if (!this.#nodes.has(path) && this.#isFolder(path)) throw notRegular(path, 'a folder');
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (!this.#nodes.has(path.slice(0, end))) continue;
      const problem = 'the file cannot be created: a file stands where a folder is needed';
      throw new BacktestExportError('WRITE_FAILED', problem, { position: { file: path } });
    }
  }

  #newNode(bytes: Uint8Array): Node {
    const version = this.#nextVersion(bytes);
    return { bytes, version, identity: `memory:${this.#count}` };
  }

  #nextVersion(bytes: Uint8Array): string {
    this.#count += 1;
    return `${bytes.length}-${this.#count}`;
  }
}

function describe(path: string, node: Node | undefined): StorageEntry {
  if (node === undefined) return { path, kind: 'folder', size: 0, version: '' };
  return { path, kind: 'file', size: node.bytes.length, version: node.version, identity: node.identity };
}

class MemoryFile implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #node: Node;
  readonly #current: () => Node | undefined;
  #open = true;

  constructor(path: string, node: Node, current: () => Node | undefined) {
    this.path = path;
    this.#node = node;
    this.#current = current;
    this.size = node.bytes.length;
    this.version = node.version;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (!this.#open)
      throw new BacktestExportError('READ_FAILED', 'the file is closed', { position: { file: this.path } });
    const end = Math.max(position, Math.min(position + target.length, this.size));
    const { bytes } = this.#node;
    if (end > position && end > bytes.length) {
      throw fileChanged(this.path, `expected ${this.size} bytes, as when it was opened, found ${bytes.length}`);
    }
    target.set(bytes.subarray(position, end));
    return end - position;
  }

  async assertUnchanged(): Promise<void> {
    const version = this.#current()?.version;
    if (version === undefined) throw fileChanged(this.path, 'it is gone');
    if (version !== this.version) throw fileChanged(this.path, `expected version ${this.version}, found ${version}`);
  }

  async close(): Promise<void> {
    this.#open = false;
  }
}

class MemoryWriter implements StorageWriter {
  readonly path: string;
  readonly #keep: (bytes: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #open = true;

  constructor(path: string, keep: (bytes: Uint8Array) => void) {
    this.path = path;
    this.#keep = keep;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    this.#chunks.push(new Uint8Array(bytes));
  }

  async finish(): Promise<void> {
    this.#assertOpen();
    const whole = new Uint8Array(this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, offset);
      offset += chunk.length;
    }
    await this.abort();
    this.#keep(whole);
  }

  async abort(): Promise<void> {
    this.#open = false;
    this.#chunks = [];
  }

  #assertOpen(): void {
    if (this.#open) return;
    throw new BacktestExportError('WRITE_FAILED', 'the writer is finished or aborted', {
      position: { file: this.path },
    });
  }
}
