import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { BacktestExportError, quoteText } from '../errors.ts';
import { LocalStorage } from '../storage/local.ts';
import { systemCode, systemError } from '../storage/system-error.ts';
import { parseS3Location } from '../storage/s3/s3-location.ts';
import type { PreparedFile, StorageEntry, StorageFile, StorageWriter } from '../storage/storage.ts';

/**
 * `s3://bucket/prefix` as the folder `data/bucket/prefix` of this machine. No symbolic link below the data folder is
 * followed, neither as the bucket nor as a piece of the prefix nor below it: nothing is written outside the data folder. The
 * data folder itself may be a link.
 */
export class BucketFolder extends LocalStorage {
  readonly #data: string;
  readonly #pieces: readonly string[];

  /** @throws `OPTION_INVALID` for no bucket, and for prefixes with empty pieces, `.` and `..` */
  constructor(data: string, path: string) {
    const { bucket, prefix } = parseS3Location(path);
    const pieces = [bucket, ...(prefix === '' ? [] : prefix.split('/'))];
    if (pieces.includes('')) {
      const problem = `expected a prefix without empty segments, which folders cannot have, found ${quoteText(path)}`;
      throw new BacktestExportError('OPTION_INVALID', problem);
    }
    super([data, ...pieces].join('/'));
    this.#data = data;
    this.#pieces = pieces;
  }

  override async list(folder: string): Promise<StorageEntry[]> {
    await this.#assertNoLinks(folder);
    return super.list(folder);
  }

  override async open(path: string): Promise<StorageFile> {
    await this.#assertNoLinks(path);
    return super.open(path);
  }

  override async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    await this.#assertNoLinks(path);
    return super.create(path, options);
  }

  override async publish(file: PreparedFile): Promise<void> {
    await this.#assertNoLinks(file.path);
    return super.publish(file);
  }

  override async discard(file: PreparedFile): Promise<void> {
    await this.#assertNoLinks(file.temporary);
    return super.discard(file);
  }

  override async remove(path: string): Promise<void> {
    await this.#assertNoLinks(path);
    return super.remove(path);
  }

  override async move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void> {
    await this.#assertNoLinks(from);
    await this.#assertNoLinks(to);
    return super.move(from, to, options);
  }

  override async sync(folders: readonly string[]): Promise<void> {
    for (const folder of folders) await this.#assertNoLinks(folder);
    return super.sync(folders);
  }

  override async watchFolders(folders: readonly string[]): Promise<() => Promise<void>> {
    for (const folder of ['', ...folders]) await this.#assertNoLinks(folder);
    return super.watchFolders(folders);
  }

  /** @throws `FILE_OUTSIDE_FOLDER` */
  async #assertNoLinks(path: string): Promise<void> {
    const pieces = [...this.#pieces, ...(path === '' ? [] : path.split('/'))];
    for (let count = 1; count <= pieces.length; count++) {
      const place = pieces.slice(0, count).join('/');
      if (!(await isLink(join(this.#data, place), place))) continue;
      const problem = 'expected folders and files, found a symbolic link: links below the data folder are not followed';
      throw new BacktestExportError('FILE_OUTSIDE_FOLDER', problem, { position: { file: place } });
    }
  }
}

async function isLink(absolutePath: string, path: string): Promise<boolean> {
  try {
    return (await lstat(absolutePath)).isSymbolicLink();
  } catch (cause) {
    // a missing folder is created later, and whoever creates it reports what is in the way
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return false;
    throw systemError('READ_FAILED', 'the path cannot be inspected', path, cause);
  }
}
