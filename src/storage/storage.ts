import type { BrowserTransfer } from './browser/transfer.ts';
import type { S3Access } from './s3/s3-access.ts';
import type { Side } from './s3/s3-ask.ts';

/** One entry of a folder. */
export interface StorageEntry {
  /** Path below the storage's root, segments separated by `/`; never starts with `/` or contains `..`. */
  readonly path: string;
  /** Only a `file` can be read; `link` is a symbolic link whose target is not a regular file below the root. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes; 0 unless it is a file. */
  readonly size: number;
  /** Changes whenever the content may have changed (size, times and inode; an ETag in S3). */
  readonly version: string;
  /**
   * Shared by all names of one stored file and by no other file in any storage (device and inode); absent if unknown.
   */
  readonly identity?: string;
  /** When the content last changed, in milliseconds since 1970; absent if unknown. */
  readonly modified?: number;
}

/** A file that gets another name within its folder. */
export interface FileMove {
  readonly from: string;
  readonly to: string;
}

/** What is known of a file before it is opened. */
export type KnownFile = Pick<StorageEntry, 'size' | 'version'>;

/** One open file. Close it, even after an error. */
export interface StorageFile {
  readonly path: string;
  /** Size in bytes when it was opened. */
  readonly size: number;
  readonly version: string;
  /**
   * Fills `target` from `position` and returns the bytes read: fewer than requested only at the end of the file.
   * `target` may be a view of WebAssembly memory, which must not grow before the promise settles.
   * @throws `READ_FAILED`; `FILE_CHANGED` if the file is now shorter than when it was opened.
   */
  read(target: Uint8Array, position: number): Promise<number>;
  /**
   * Announces that the bytes of a range, by default all, will be read from its start to its end; a remote storage then reads
   * ahead, and keeps what was read last for whoever looks at it again. Only the first call counts. Absent where a read
   * does not wait for another machine.
   */
  readAhead?(range?: { readonly from: number; readonly to: number }): void;
  /** Fails current and later reads; absent in storages that never wait long. */
  cancel?(): void;
  /** @throws `FILE_CHANGED` if the file has changed since it was opened (size, time, identity). */
  assertUnchanged(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A file being written; `finish` makes it appear under its final name, complete and synced, or not at all. */
export interface StorageWriter {
  readonly path: string;
  /**
   * Writes all of `bytes`, which may be reused afterwards. One call at a time. What is sent to another machine meanwhile may
   * fail in a later call.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Call once. A failed `write` or `finish` leaves nothing behind, and every later call fails. */
  finish(): Promise<void>;
  /**
   * Like `finish`, but the file gets its name later, by `Storage.publish`, so that several files can all be complete
   * before the first one appears. Call it instead of `finish`.
   */
  prepare(): Promise<PreparedFile>;
  /**
   * Like `prepare`, but resolves as soon as the file can be read back, while it is still being synced. Call it instead of
   * `finish` and `prepare`. Optional: without it `prepare` is called, which is as fast where no disk is waited for.
   */
  prepareEarly?(): Promise<SyncingFile>;
  /** Removes what was written; has no effect after `finish`, `prepare` and `prepareEarly`. */
  abort(): Promise<void>;
}

/** A complete file that is still being synced. */
export interface SyncingFile {
  /** It can be opened, but neither published nor discarded before `synced` has settled. */
  readonly file: PreparedFile;
  /** Resolves when the file is prepared; rejects with `WRITE_FAILED` where that fails, and nothing is left. */
  readonly synced: Promise<void>;
}

/** A complete file under a temporary name, waiting to be published; synced, except in a {@link SyncingFile}. Plain data. */
export interface PreparedFile {
  readonly path: string;
  /** Where it can be opened until then; hidden, so that it belongs to no export. */
  readonly temporary: string;
  /** Bytes. */
  readonly size: number;
  /** Whether it may replace an existing file. */
  readonly overwrite: boolean;
  /** As of {@link StorageEntry}; only where `Storage.open` makes use of it. */
  readonly version?: string;
}

/**
 * All access to files: a folder and everything below it. Paths are relative to the root, with `/`. Methods throw
 * `FILE_OUTSIDE_FOLDER` for a path that leaves the root, `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, and for a failure of the
 * underlying system `READ_FAILED` or `WRITE_FAILED` with the original error as `cause`. A storage of your own may reject with
 * any error and read fewer bytes than asked for. Any other answer that breaks this contract is `STORAGE_INVALID`; no answer at
 * all is `TIMED_OUT`.
 */
export interface Storage {
  /** The root as the user named it, for messages. */
  readonly location: string;
  /** The name of the root folder, without its parents; `''` if it has none. */
  readonly folderName: string;
  /** What another thread needs to open the same storage; undefined if it can only be used on this thread. */
  readonly transfer: StorageTransfer | undefined;
  /** What another thread needs to read this one file of it; absent where that is {@link transfer}. */
  transferOf?(path: string): StorageTransfer;
  /** The folder below the root as a storage of its own, for any thread; absent where its place tells. */
  below?(folder: string): Storage;
  /**
   * The same storage, whose calls reject with the signal's reason once it fires; absent in storages that never wait
   * long. `publish`, `discard`, `remove` and a writer's `abort` continue after the signal, so that started work can be
   * finished or undone, but then wait only seconds for an answer. With `then: 'hurry'` all calls continue and wait only
   * seconds.
   */
  withSignal?(signal: AbortSignal, then?: 'end' | 'hurry'): Storage;
  /**
   * The direct entries of `folder` (`''` is the root), sorted by path in code unit order.
   * @throws `FILE_NOT_FOUND` if the folder does not exist.
   */
  list(folder: string): Promise<StorageEntry[]>;
  /**
   * Opens a file. `known` is what a listing or a writer said of it: where every read is checked against that, nothing is asked
   * now, and a file that is missing or has changed is only noticed by the first read.
   */
  open(path: string, known?: KnownFile): Promise<StorageFile>;
  /**
   * Starts a file, creating missing folders. With `overwrite: false` (the default) an existing file is `FILE_EXISTS`,
   * whether it exists now or appears before `finish`.
   * @throws `OPTION_INVALID` for a name with control characters.
   */
  create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter>;
  /**
   * Gives a prepared file its name in one step. After a failure the file is still prepared.
   * @throws `FILE_EXISTS` if it must not overwrite; `FILE_NOT_FOUND` if already published or discarded.
   */
  publish(file: PreparedFile): Promise<void>;
  /** Removes a prepared file; has no effect if it is gone or published. */
  discard(file: PreparedFile): Promise<void>;
  /** Removes one file (for a link, the link itself). Durable after `sync`. */
  remove(path: string): Promise<void>;
  /**
   * Renames a file within its folder in one step; durable after `sync`. An existing name is `FILE_EXISTS`, unless
   * `overwrite` says that the caller knows it to be free. After a failure the file has its old name. S3 has no rename,
   * so a failure or a killed process may leave both names.
   */
  move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void>;
  /**
   * Moves files as `move` does, in any order and several at a time; no old name goes before all new ones are there. After a
   * failure each has its old name, or both. `before` is called before each, and may throw. Only where that is
   * faster than one after another.
   */
  moveAll?(
    moves: readonly FileMove[],
    options: { readonly overwrite?: boolean; readonly before: () => Promise<void> },
  ): Promise<void>;
  /** Makes name changes in these folders durable, even across a power cut. Missing folders are ignored. */
  sync(folders: readonly string[]): Promise<void>;
  /**
   * Records which of these folders, the root and its parents are missing; the returned function removes those that were
   * created since and are empty. For storages in which empty folders exist.
   */
  watchFolders?(folders: readonly string[]): Promise<() => Promise<void>>;
  /**
   * Proves that everything is allowed in `folder` that a writer needs, before anything is written; absent in storages
   * that have no permissions of their own for each operation. Only called of storages of this library.
   * @throws `WRITE_FAILED`, `READ_FAILED`
   */
  assertWritable?(folder: string): Promise<void>;
  /**
   * The uploads that never became a file, below the root, under their temporary paths; `version` is the upload's id,
   * `modified` when it began. For storages that keep what nothing else lists.
   */
  listUploads?(): Promise<StorageEntry[]>;
  /** Gives up an upload of {@link listUploads}. @throws `FILE_OUTSIDE_FOLDER` unless its name is a temporary one */
  abortUpload?(upload: StorageEntry): Promise<void>;
  /** Whether `move` copies, so that both names may remain with the same content. */
  readonly movesByCopy?: boolean;
  /** The storage that this one is a view of: the same files, some under other names. */
  readonly base?: Storage;
}

/** A storage as plain data that can cross to a worker thread. */
export type StorageTransfer =
  | { readonly kind: 'local'; readonly root: string }
  | { readonly kind: 's3'; readonly location: string; readonly access: S3Access; readonly side?: Side }
  | BrowserTransfer;
