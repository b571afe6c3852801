import { BacktestExportError } from '../errors.ts';
import { ifThere } from './storage-path.ts';
import type { Storage, StorageFile } from './storage.ts';

/** A consistent read of a small file that others may replace at any time. */
export interface LatestFile {
  readonly size: number;
  readonly version: string;
  /** Undefined if the file is larger than allowed. */
  readonly bytes: Uint8Array | undefined;
}

/** How many times in a row a file may be replaced while it is opened or read. */
const mostTries = 20;

/** Opens a file, again if it is replaced meanwhile; undefined if it does not exist. @throws what opening throws */
export function openLatest(storage: Storage, path: string): Promise<StorageFile | undefined> {
  return tryAgain(() => ifThere(storage.open(path)));
}

/**
 * Reads a whole file of at most `most` bytes, again if it is replaced meanwhile; undefined if it does not exist.
 * @throws what reading throws
 */
export function readLatest(storage: Storage, path: string, most: number): Promise<LatestFile | undefined> {
  return tryAgain(async () => {
    const file = await openLatest(storage, path);
    if (file === undefined) return undefined;
    try {
      const { size, version } = file;
      if (size > most) return { size, version, bytes: undefined };
      const bytes = new Uint8Array(size);
      await file.read(bytes, 0);
      await file.assertUnchanged();
      return { size, version, bytes };
    } finally {
      await file.close();
    }
  });
}

async function tryAgain<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const isChanged = error instanceof BacktestExportError && error.code === 'FILE_CHANGED';
      if (!isChanged || attempt === mostTries) throw error;
    }
  }
}
