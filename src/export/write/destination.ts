import type { ExportIdentity } from '../../naming/export-identity.ts';
import { tableNames } from '../../schema/schema.ts';
import type { PreparedFile, Storage } from '../../storage/storage.ts';
import { folderPrefix } from '../../storage/storage-path.ts';
import { hurryAfter, withSignal } from '../../storage/with-signal.ts';
import type { BacktestExport } from '../find/backtest-export.ts';
import { partsOf } from '../entries/export-catalog.ts';
import { settleFolder } from '../swap/settle-folder.ts';
import { findReplaced } from './find-replaced.ts';
import { discardFiles, publishExport, type PublishOptions } from './publish-export.ts';
import { assertOtherFolder, assertSpared } from './spare-source.ts';

/** What is written to a destination. */
export interface DestinationOptions {
  /** Replaces the export of the same job and time, and files of the same names. */
  readonly overwrite: boolean;
  readonly signal?: AbortSignal | undefined;
  /** The export to be written; by default that of `source`. Without either, publishing alone finds what it replaces. */
  readonly identity?: ExportIdentity;
  /** The export that is copied: the copy must not harm it. */
  readonly source?: BacktestExport;
  /** Paths of the copy's files, as far as they are known. */
  readonly targets?: readonly string[];
  /** Hidden files of an ended process that are to be used, not removed. */
  readonly keep?: ReadonlySet<string> | undefined;
}

/**
 * A folder that one export is written to, for every writer: its files are complete under temporary names until they are
 * published together, and after a failure neither they nor the folders made for them remain.
 */
export class Destination {
  /** Where files are created; its calls end with the signal. */
  readonly storage: Storage;
  /** For publishing and discarding, which must be finished once started. */
  readonly #sound: Storage;
  readonly #options: DestinationOptions;
  readonly #removeFolders: (() => Promise<void>) | undefined;
  readonly #aborts: (() => Promise<void>)[] = [];
  #files: PreparedFile[] = [];

  private constructor(given: Storage, options: DestinationOptions, removeFolders?: () => Promise<void>) {
    this.storage = withSignal(given, options.signal);
    this.#sound = soundOf(given);
    this.#options = options;
    this.#removeFolders = removeFolders;
  }

  /**
   * Makes sure that the export may be written there, also by what the storage allows, and recovers what dead writers left. A
   * copy may be written neither to its source's folder, nor below it, nor over one of its files, through any path, link or
   * bind mount; the folder of a single part may be written to.
   * @throws `DESTINATION_INVALID`; `EXPORT_EXISTS`, unless it may be replaced; `JOURNAL_INVALID`; `WRITE_FAILED`
   */
  static async open(given: Storage, options: DestinationOptions): Promise<Destination> {
    const { overwrite, signal, source, identity = source, targets = [], keep } = options;
    const storage = withSignal(given, signal);
    if (source !== undefined) await assertOtherFolder(source, storage);
    await settleFolder(storage, { keep });
    const found = identity === undefined ? undefined : await findReplaced(storage, identity, overwrite);
    const replaced = found === undefined ? [] : partsOf(found).map(({ path }) => path);
    if (source !== undefined) await assertSpared(source, storage, [...targets, ...replaced]);
    await storage.assertWritable?.('');
    return new Destination(given, options, await soundOf(given).watchFolders?.(tableNames));
  }

  /** Takes a complete file, to be published or discarded with the others. */
  take(file: PreparedFile): void {
    this.#files.push(file);
  }

  /** Lets go of complete files, by their hidden paths: they are neither published nor discarded. */
  leave(temporaries: ReadonlySet<string>): void {
    this.#files = this.#files.filter(({ temporary }) => !temporaries.has(temporary));
  }

  /** Registers what removes a file that is still being written; called by {@link discard}. */
  onDiscard(abort: () => Promise<void>): void {
    this.#aborts.push(abort);
  }

  /** Publishes all files in one swap; see {@link publishExport}. */
  async publish(options: Pick<PublishOptions, 'complete' | 'markers'> = {}): Promise<void> {
    const { overwrite, signal, source } = this.#options;
    const spare = async (paths: readonly string[]): Promise<void> => {
      if (source !== undefined) await assertSpared(source, this.storage, paths);
    };
    const files = this.#files;
    this.#files = [];
    await publishExport(this.#sound, files, { ...options, overwrite, signal, spare });
  }

  /** Names the files that were taken, one after another, under any names and without markers. @throws `FILE_EXISTS` */
  async publishAlone(): Promise<void> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const storage = hurryAfter(this.#sound, signal);
    for (const file of this.#files) await storage.publish(file);
    await storage.sync([...new Set(this.#files.map(({ path }) => folderPrefix(path).slice(0, -1)))]);
    this.#files = [];
  }

  /** Removes the files that are not published, complete or not, and the folders that were made, if they are empty. */
  async discard(): Promise<void> {
    for (const abort of this.#aborts.splice(0)) await abort();
    await discardFiles(withSignal(this.#sound, this.#options.signal), this.#files.splice(0));
    await this.#removeFolders?.();
  }

  /** Does work that writes the export; if it fails, everything is discarded. */
  async orDiscard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await this.discard();
      throw error;
    }
  }
}

function soundOf(storage: Storage): Storage {
  return storage.base ?? storage;
}
