import type { PreparedFile, StorageWriter } from '../storage.ts';
import { folderPrefix, writerClosed } from '../storage-path.ts';
import { temporaryName } from '../temporary-name.ts';
import { folderAt, handleError, splitPath } from './directory-handles.ts';
import type { DirectoryHandle, WritableFile } from './handles.ts';

/** Starts a file under a temporary name in its folder, which is made if it is missing. @throws `WRITE_FAILED` */
export async function startDirectoryWriter(
  root: DirectoryHandle,
  path: string,
  overwrite: boolean,
  publish: (file: PreparedFile) => Promise<void>,
): Promise<StorageWriter> {
  const temporary = folderPrefix(path) + temporaryName();
  const [folder, name] = splitPath(temporary);
  const handle = await folderAt(root, folder, true);
  try {
    const writable = await (await handle.getFileHandle(name, { create: true })).createWritable();
    const remove = (): Promise<void> => handle.removeEntry(name).catch(() => undefined);
    return new DirectoryWriter(writable, { path, temporary, overwrite }, publish, remove);
  } catch (cause) {
    await handle.removeEntry(name).catch(() => undefined);
    throw handleError('WRITE_FAILED', path, 'file', cause);
  }
}

class DirectoryWriter implements StorageWriter {
  readonly path: string;
  readonly #writable: WritableFile;
  readonly #file: Omit<PreparedFile, 'size'>;
  readonly #publish: (file: PreparedFile) => Promise<void>;
  readonly #remove: () => Promise<void>;
  #size = 0;
  #isOpen = true;

  constructor(
    writable: WritableFile,
    file: Omit<PreparedFile, 'size'>,
    publish: (file: PreparedFile) => Promise<void>,
    remove: () => Promise<void>,
  ) {
    this.path = file.path;
    this.#writable = writable;
    this.#file = file;
    this.#publish = publish;
    this.#remove = remove;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    try {
      await this.#writable.write(bytes);
      this.#size += bytes.length;
    } catch (cause) {
      await this.abort();
      throw handleError('WRITE_FAILED', this.path, 'file', cause);
    }
  }

  async prepare(): Promise<PreparedFile> {
    this.#assertOpen();
    try {
      await this.#writable.close();
    } catch (cause) {
      await this.abort();
      throw handleError('WRITE_FAILED', this.path, 'file', cause);
    }
    this.#isOpen = false;
    return { ...this.#file, size: this.#size };
  }

  async finish(): Promise<void> {
    const file = await this.prepare();
    try {
      await this.#publish(file);
    } catch (error) {
      await this.#remove();
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#writable.abort().catch(() => undefined);
    await this.#remove();
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw writerClosed(this.path);
  }
}
