import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { BacktestExportError, quoteText } from '../errors.ts';
import { createLocalStorage } from './local.ts';
import { systemError } from './local-path.ts';
import type { Storage, StorageTransfer } from './storage.ts';

/**
 * Opens the folder that a location names, as a path of this machine. Nothing is looked at yet: a folder that is
 * missing is `FILE_NOT_FOUND` when it is listed.
 * @throws `FORMAT_UNSUPPORTED` for `s3://…` and every other address, `OPTION_INVALID` for an empty location.
 */
export function openStorage(location: string): Storage {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\//.exec(location)?.[1];
  if (scheme !== undefined) {
    const problem = `expected a local path, found ${quoteText(location)}: this version reads local folders, not ${scheme}://`;
    throw new BacktestExportError('FORMAT_UNSUPPORTED', problem);
  }
  if (location === '' || location.includes('\0')) {
    throw new BacktestExportError(
      'OPTION_INVALID',
      `expected the path of a folder or file, found ${quoteText(location)}`,
    );
  }
  return createLocalStorage(location);
}

/** A folder, and the one file in it that the user meant, if it was a file. */
export interface StorageLocation {
  readonly storage: Storage;
  /** The file's path in the storage; undefined when the location is a folder. */
  readonly file: string | undefined;
}

/**
 * Opens what a location names: a folder, or a single file through the folder it lies in.
 * @throws as {@link openStorage}; `FILE_NOT_FOUND` when there is nothing at all.
 */
export async function openLocation(location: string): Promise<StorageLocation> {
  const storage = openStorage(location);
  try {
    if ((await stat(location)).isDirectory()) return { storage, file: undefined };
  } catch (cause) {
    throw systemError('READ_FAILED', 'the path cannot be read', location, cause);
  }
  const path = resolve(location);
  return { storage: createLocalStorage(dirname(path)), file: basename(path) };
}

/** Opens on a worker thread what another thread had opened. */
export function openTransferred(transfer: StorageTransfer): Storage {
  return createLocalStorage(transfer.root);
}
