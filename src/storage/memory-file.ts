import { BacktestExportError } from '../errors.ts';
import { joinPieces } from './join-bytes.ts';
import { fileChanged, writerClosed } from './storage-path.ts';
import type { PreparedFile, StorageFile, StorageWriter } from './storage.ts';

/** One file in memory. A finished writer replaces it; `put` changes it in place, as with an inode. */
export interface MemoryNode {
  bytes: Uint8Array;
  version: string;
  readonly identity: string;
}

/** A {@link MemoryNode} open for reading; `current` returns the node now stored at its path. */
export class MemoryFile implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #node: MemoryNode;
  readonly #current: () => MemoryNode | undefined;
  #open = true;

  constructor(path: string, node: MemoryNode, current: () => MemoryNode | undefined) {
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
    if (version === undefined) throw fileChanged(this.path, 'it no longer exists');
    if (version !== this.version) throw fileChanged(this.path, `expected version ${this.version}, found ${version}`);
  }

  async close(): Promise<void> {
    this.#open = false;
  }
}

/** How a memory storage receives written files. */
export interface MemoryKeeper {
  /** Counts bytes that are about to be held, or, below 0, are no more. @throws `WRITE_FAILED` for too many */
  take(bytes: number): void;
  /** Stores a complete file under a temporary name. */
  prepare(bytes: Uint8Array): PreparedFile;
  publish(file: PreparedFile): void;
  discard(file: PreparedFile): void;
}

/** A file being written in memory; the keeper gets all its bytes at the end, or none. */
export class MemoryWriter implements StorageWriter {
  readonly path: string;
  readonly #keeper: MemoryKeeper;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #open = true;

  constructor(path: string, keeper: MemoryKeeper) {
    this.path = path;
    this.#keeper = keeper;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    this.#keeper.take(bytes.length);
    this.#size += bytes.length;
    this.#chunks.push(new Uint8Array(bytes));
  }

  async prepare(): Promise<PreparedFile> {
    this.#assertOpen();
    const whole = joinPieces(this.#chunks);
    await this.abort();
    return this.#keeper.prepare(whole);
  }

  async finish(): Promise<void> {
    const file = await this.prepare();
    try {
      this.#keeper.publish(file);
    } catch (error) {
      this.#keeper.discard(file);
      throw error;
    }
  }

  async abort(): Promise<void> {
    this.#open = false;
    this.#chunks = [];
    this.#keeper.take(-this.#size);
    this.#size = 0;
  }

  #assertOpen(): void {
    if (!this.#open) throw writerClosed(this.path);
  }
}
