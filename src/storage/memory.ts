import { readMember } from '../describe-value.ts';
import { BacktestExportError } from '../errors.ts';
import { assertKind, describeValue } from '../options.ts';
import { MemoryFile, MemoryWriter, type MemoryNode } from './memory-file.ts';
import {
  assertOutputPath,
  assertStoragePath,
  compareText,
  fileExists,
  folderPrefix,
  mayOverwrite,
  notFound,
  notRegular,
  outsideFolder,
} from './storage-path.ts';
import { trust } from './trusted.ts';
import type { PreparedFile, Storage, StorageEntry, StorageFile, StorageWriter } from './storage.ts';

/** Counts files across all memory storages of this process, so that identities are unique. */
let nextIdentity = 1;

/** Files for a memory storage: paths below its root, and their bytes or text (as UTF-8). */
export type MemoryFiles = Iterable<readonly [path: string, content: string | Uint8Array]>;

/** A {@link Storage} in memory, for tests and for exports that came over a network; folders exist by their files. */
export interface MemoryStorage extends Storage {
  /** Stores a file at once; an existing file is changed in place, as by an editor. */
  put(path: string, content: string | Uint8Array): void;
  /** The current bytes of a file, not a copy; undefined if it does not exist. */
  get(path: string): Uint8Array | undefined;
}

/**
 * Makes a {@link MemoryStorage}, which behaves like a local folder, with files such as
 * `[['forecasted-values/a_2021-12-14T13-20-10Z_0.csv', 'item_id,…']]`.
 * @param location what messages call the root; its last piece is the folder's name. Default `memory:`.
 */
export function createMemoryStorage(files: MemoryFiles = [], location = 'memory:'): MemoryStorage {
  assertKind('createMemoryStorage: location', location, 'text');
  const storage = new MemoryFolder(location);
  for (const [path, content] of pairsOf(files)) storage.put(path, content);
  return storage;
}

/** The same for files that somebody writes: bytes beyond `mostBytes` are `WRITE_FAILED`. */
export function createBoundedMemory(mostBytes: number, location: string): MemoryStorage {
  return new MemoryFolder(location, mostBytes);
}

class MemoryFolder implements MemoryStorage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: undefined;
  readonly #nodes = new Map<string, MemoryNode>();
  /** The number of files below each folder, at any depth. */
  readonly #folders = new Map<string, number>();
  #count = 0;
  readonly #mostBytes: number;
  /** Bytes of all files, those that are being written included. */
  #held = 0;

  constructor(location: string, mostBytes: number = Infinity) {
    this.#mostBytes = mostBytes;
    this.location = location;
    this.folderName = location.slice(Math.max(location.lastIndexOf('/'), location.lastIndexOf(':')) + 1);
    trust(this);
  }

  put(path: string, content: string | Uint8Array): void {
    assertStoragePath(path);
    this.#assertNoFolder(path);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : copyOf(content);
    const node = this.#nodes.get(path);
    if (node === undefined) return this.#keep(path, bytes);
    this.#take(path, bytes.length - node.bytes.length);
    node.bytes = bytes;
    node.version = this.#nextVersion(bytes);
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
      const entry = end < 0 ? path : path.slice(0, end);
      entries.set(entry, describe(entry, end < 0 ? node : undefined));
    }
    if (folder !== '' && entries.size === 0) throw notFound(folder, 'folder');
    return [...entries.values()].sort((left, right) => compareText(left.path, right.path));
  }

  async open(path: string): Promise<StorageFile> {
    return new MemoryFile(path, this.#find(path), () => this.#nodes.get(path));
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    const overwrite = mayOverwrite(options);
    assertOutputPath(path);
    this.#assertFree(path, overwrite);
    return new MemoryWriter(path, {
      take: (bytes) => this.#take(path, bytes),
      prepare: (bytes) => this.#prepare(path, bytes, overwrite),
      publish: (file) => this.#publish(file),
      discard: (file) => this.#discard(file),
    });
  }

  async publish(file: PreparedFile): Promise<void> {
    this.#publish(file);
  }

  async discard(file: PreparedFile): Promise<void> {
    this.#discard(file);
  }

  async remove(path: string): Promise<void> {
    this.#find(path);
    this.#delete(path);
  }

  async move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void> {
    const node = this.#find(from);
    assertOutputPath(to);
    if (folderPrefix(from) !== folderPrefix(to)) throw outsideFolder(from);
    this.#assertFree(to, mayOverwrite(options));
    if (from === to) return;
    if (this.#nodes.has(to)) this.#delete(to);
    this.#take(to, node.bytes.length);
    this.#delete(from);
    this.#countFile(to, 1);
    this.#nodes.set(to, node);
  }

  async sync(): Promise<void> {}

  #prepare(path: string, bytes: Uint8Array, overwrite: boolean): PreparedFile {
    const temporary = `${folderPrefix(path)}.backtest-export-${this.#count}.tmp`;
    this.#keep(temporary, bytes);
    return { path, temporary, size: bytes.length, overwrite };
  }

  #publish({ path, temporary, overwrite }: PreparedFile): void {
    const { bytes } = this.#find(temporary);
    assertOutputPath(path);
    this.#assertFree(path, overwrite);
    this.#delete(temporary);
    this.#keep(path, bytes);
  }

  #discard({ temporary }: PreparedFile): void {
    assertStoragePath(temporary);
    if (this.#nodes.has(temporary)) this.#delete(temporary);
  }

  #assertFree(path: string, overwrite: boolean): void {
    this.#assertNoFolder(path);
    if (!overwrite && this.#nodes.has(path)) throw fileExists(path);
  }

  #take(path: string, bytes: number): void {
    if (bytes > 0 && this.#held + bytes > this.#mostBytes) {
      const problem = `expected at most ${this.#mostBytes} bytes in memory, found ${this.#held + bytes}`;
      throw new BacktestExportError('WRITE_FAILED', problem, { position: { file: path } });
    }
    this.#held += bytes;
  }

  #delete(path: string): void {
    this.#held -= this.#nodes.get(path)?.bytes.length ?? 0;
    this.#nodes.delete(path);
    this.#countFile(path, -1);
  }

  #find(path: string): MemoryNode {
    assertStoragePath(path);
    const node = this.#nodes.get(path);
    if (node !== undefined) return node;
    if (this.#folders.has(path)) throw notRegular(path, 'a folder');
    throw notFound(path, 'file');
  }

  /** A file can neither replace a folder nor lie below a file. */
  #assertNoFolder(path: string): void {
    if (!this.#nodes.has(path) && this.#folders.has(path)) throw notRegular(path, 'a folder');
    for (const folder of foldersAbove(path)) {
      if (!this.#nodes.has(folder)) continue;
      const problem = 'the file cannot be created: a file exists where a folder is needed';
      throw new BacktestExportError('WRITE_FAILED', problem, { position: { file: path } });
    }
  }

  /** Stores a new file at a path, replacing an existing one. */
  #keep(path: string, bytes: Uint8Array): void {
    this.#take(path, bytes.length - (this.#nodes.get(path)?.bytes.length ?? 0));
    if (!this.#nodes.has(path)) this.#countFile(path, 1);
    const version = this.#nextVersion(bytes);
    this.#nodes.set(path, { bytes, version, identity: `memory:${nextIdentity++}` });
  }

  #countFile(path: string, change: 1 | -1): void {
    for (const folder of foldersAbove(path)) {
      const files = (this.#folders.get(folder) ?? 0) + change;
      if (files === 0) this.#folders.delete(folder);
      else this.#folders.set(folder, files);
    }
  }

  #nextVersion(bytes: Uint8Array): string {
    this.#count += 1;
    return `${bytes.length}-${this.#count}`;
  }
}

/** Not by `slice()`, which does not copy a Buffer. */
function copyOf(content: Uint8Array): Uint8Array {
  if (ArrayBuffer.isView(content)) return new Uint8Array(content);
  const problem = `put: expected text or bytes as content, found ${describeValue(content)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** @throws `OPTION_INVALID` for what is no list of pairs */
function* pairsOf(files: MemoryFiles): Generator<readonly [string, string | Uint8Array]> {
  const given: unknown = files;
  const isIterable = typeof given === 'object' && typeof readMember(given, Symbol.iterator) === 'function';
  const wrong = (found: unknown): BacktestExportError => {
    const problem = `createMemoryStorage: expected pairs of path and content, found ${describeValue(found)}`;
    return new BacktestExportError('OPTION_INVALID', problem);
  };
  if (!isIterable) throw wrong(files);
  for (const file of files) {
    if (!Array.isArray(file)) throw wrong(file);
    yield file;
  }
}

/** `a` and `a/b` of `a/b/c`. */
function foldersAbove(path: string): string[] {
  const pieces = path.split('/').slice(0, -1);
  return pieces.map((_, i) => pieces.slice(0, i + 1).join('/'));
}

function describe(path: string, node: MemoryNode | undefined): StorageEntry {
  if (node === undefined) return { path, kind: 'folder', size: 0, version: '' };
  return { path, kind: 'file', size: node.bytes.length, version: node.version, identity: node.identity };
}
