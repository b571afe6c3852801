import { join, resolve } from 'node:path';
import { createLocalStorage } from './local.ts';
import { openTransferred } from './open-storage.ts';
import type { Storage } from './storage.ts';
import { assertStoragePath } from './storage-path.ts';
import { SubFolder } from './sub-folder.ts';
import { baseOf } from './view.ts';

/**
 * The storage of a folder below a storage's root, the mirror of `openAbove`. What can change threads still can.
 * @throws `FILE_OUTSIDE_FOLDER`
 */
export function openBelow(storage: Storage, folder: string): Storage {
  if (folder === '') return storage;
  assertStoragePath(folder);
  const base = baseOf(storage);
  const { transfer, location } = base;
  if (transfer === undefined) return new SubFolder(storage, folder);
  if (transfer.kind !== 'local' && transfer.kind !== 's3')
    return base.below?.(folder) ?? new SubFolder(storage, folder);
  if (transfer.kind === 's3') {
    const above = transfer.location.replace(/\/$/, '');
    return openTransferred({ ...transfer, location: `${above}/${folder}` });
  }
  // as the user named it, where that is the same place
  return createLocalStorage(join(resolve(location) === transfer.root ? location : transfer.root, folder));
}
