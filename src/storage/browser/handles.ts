/**
 * `FileSystemDirectoryHandle` as far as it is used here: of a folder that somebody chose, or of the page's own (OPFS).
 * Source: the File System Standard, https://fs.spec.whatwg.org.
 */
export interface DirectoryHandle {
  readonly kind: 'directory';
  readonly name: string;
  entries(): AsyncIterableIterator<[string, DirectoryHandle | FileHandle]>;
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<DirectoryHandle>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  removeEntry(name: string, options?: { recursive?: boolean }): Promise<void>;
  /** The names from this folder to one in it; null for any other. */
  resolve(handle: DirectoryHandle | FileHandle): Promise<string[] | null>;
}

/** `FileSystemFileHandle` as far as it is used here. */
export interface FileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<File>;
  createWritable(options?: { keepExistingData?: boolean }): Promise<WritableFile>;
  /** Renames it; not in every browser, nor in every folder. */
  move?(name: string): Promise<void>;
}

/** `FileSystemWritableFileStream` as far as it is used here: what is written is in the file once it is closed. */
export interface WritableFile {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}
