import { BacktestExportError } from '../errors.ts';
import { isMissing } from './storage-path.ts';
import type { Storage, StorageFile } from './storage.ts';

/** A small file that others may replace at any time, as it was at one moment. */
export interface LatestFile {
  readonly size: number;
  readonly version: string;
  /** Undefined where the file is larger than was allowed. */
  readonly bytes: Uint8Array | undefined;
}

/** How often a file may be replaced in a row while it is opened or read. */
const mostTries = 20;

/** Opens a file; undefined where there is none. One that is replaced meanwhile is opened again. @throws what opening throws */
export function openLatest(storage: Storage, path: string): Promise<StorageFile | undefined> {
  return tryAgain(async () => {
    try {
      return await storage.open(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

/**
 * Reads a file of at most `most` bytes whole; undefined where there is none. One that is replaced meanwhile is read again.
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
