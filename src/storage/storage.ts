import type { S3Access } from './s3/s3-access.ts';

/** One thing found in a folder. */
export interface StorageEntry {
  /** Path below the storage's root, pieces separated by `/`, never starting with `/` or holding `..`. */
  readonly path: string;
  /** Only a `file` can be read; `link` is a symbolic link whose target is not a regular file below the root. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes; 0 for what is not a file. */
  readonly size: number;
  /** Text that changes whenever the content may have (size, time and inode; an ETag in S3). */
  readonly version: string;
  /**
   * Text that two names of one stored file share and no two files do, in whatever storages they are (device and inode),
   * where the storage knows such a thing.
   */
  readonly identity?: string;
  /** When the content last changed, in milliseconds since 1970, where the storage knows. */
  readonly modified?: number;
}

/** One open file. Close it once, also after an error. */
export interface StorageFile {
  readonly path: string;
  /** Bytes, as they were when it was opened. */
  readonly size: number;
  readonly version: string;
  /**
   * Fills `target` from `position` and answers the bytes read: fewer than asked for only at the end of the file.
   * `target` may be a view of WebAssembly memory, which must not grow before the promise settles.
   * @throws `READ_FAILED`; `FILE_CHANGED` when the file ends before the size it had when it was opened.
   */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Says that the file will be read from one end to the other; a storage far away then reads ahead. */
  readAhead?(): void;
  /** Ends reads that are under way, and every later one, with an error; a storage that never waits long has none. */
  cancel?(): void;
  /** @throws `FILE_CHANGED` unless the file still is what was opened (size, time, identity). */
  assertUnchanged(): Promise<void>;
  /** Harmless when repeated. */
  close(): Promise<void>;
}

/** A file being written; it appears under its final name, whole and synced, on `finish`, or never. */
export interface StorageWriter {
  readonly path: string;
  /** Takes every byte of `bytes`, which may be changed again afterwards. One call at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Call once. After a failure of `write` or `finish` nothing is left behind, and no further call succeeds. */
  finish(): Promise<void>;
  /**
   * Ends the writing as `finish` does, but for the name, which `Storage.publish` gives later: so that several files can
   * all be complete before the first of them is seen. Call it instead of `finish`.
   */
  prepare(): Promise<PreparedFile>;
  /** Removes what was written; harmless after `finish` and `prepare`. */
  abort(): Promise<void>;
}

/** A file that is whole and synced, and waits for its name under a temporary one. Plain data. */
export interface PreparedFile {
  readonly path: string;
  /** Where it can be opened meanwhile; hidden, so that it is no part of any export. */
  readonly temporary: string;
  /** Bytes. */
  readonly size: number;
  /** Whether it may replace a file that is there already. */
  readonly overwrite: boolean;
}

/**
 * The only way in and out: a folder of files. Paths are relative to the root, with `/`. Methods throw
 * `FILE_OUTSIDE_FOLDER` for a path that leaves the root, `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, and on failures of the
 * system below `READ_FAILED` or `WRITE_FAILED` with the original as `cause`.
 */
export interface Storage {
  /** The root as the user named it, for messages. */
  readonly location: string;
  /** The name of the root folder itself, without the folders above it; `''` where it has none. */
  readonly folderName: string;
  /** What another thread needs to open the same storage, or undefined when it can only be used on this thread. */
  readonly transfer: StorageTransfer | undefined;
  /**
   * The same storage, whose calls end with the signal's reason once that fires; one that never waits long has no such
   * method. What gives, takes back and removes names (`publish`, `discard`, `remove`, and a writer's `abort`) does not end
   * with it, so that what was begun can be finished or undone, but then waits only seconds for an answer. With
   * `then: 'hurry'` no call ends with it, and every call waits only seconds.
   */
  withSignal?(signal: AbortSignal, then?: 'end' | 'hurry'): Storage;
  /**
   * Everything directly below `folder` (`''` is the root), sorted by path in code unit order; not recursive.
   * @throws `FILE_NOT_FOUND` when there is no such folder.
   */
  list(folder: string): Promise<StorageEntry[]>;
  open(path: string): Promise<StorageFile>;
  /**
   * Creates missing folders. With `overwrite: false` (the default) an existing file is `FILE_EXISTS`, when it is there
   * now and also when it appears before `finish`.
   * @throws `OPTION_INVALID` for a name with control characters, which no output gets.
   */
  create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter>;
  /**
   * Gives a prepared file its name, in one step. After a failure it still is prepared.
   * @throws `FILE_EXISTS` where it must not overwrite; `FILE_NOT_FOUND` when it was published or discarded before.
   */
  publish(file: PreparedFile): Promise<void>;
  /** Removes a prepared file; harmless when it is gone, and after `publish`. */
  discard(file: PreparedFile): Promise<void>;
  /** Removes one file (of a link, the link). The removal lasts once `sync` was called. */
  remove(path: string): Promise<void>;
  /**
   * Gives a file another name in its folder, in one step; it lasts once `sync` was called. A name that is taken is
   * `FILE_EXISTS`, unless `overwrite` says that the caller knows it to be free. After a failure the file has its first name.
   * In S3, which knows no names but copies, a failure or a killed process may leave both.
   */
  move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void>;
  /** Makes what happened to the names in these folders last, so that no power cut undoes it. Missing folders are passed over. */
  sync(folders: readonly string[]): Promise<void>;
  /**
   * Notes which of these folders, the root and the folders above it are missing; the answer removes those of them that
   * were made since and are empty. For storages whose folders exist without files.
   */
  watchFolders?(folders: readonly string[]): Promise<() => Promise<void>>;
  /** Whether `move` copies, so that both names may be left, with one content. */
  readonly movesByCopy?: boolean;
  /** The storage that this one is a view of: the same files, some of them under other names. */
  readonly base?: Storage;
}

/** A storage as plain data that can cross to a worker thread. */
export type StorageTransfer =
  | { readonly kind: 'local'; readonly root: string }
  | { readonly kind: 's3'; readonly location: string; readonly access: S3Access };
