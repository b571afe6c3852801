import type { Storage } from './storage.ts';
import { assertStoragePath } from './storage-path.ts';
import { SubFolder } from './sub-folder.ts';
import { baseOf } from './view.ts';

/**
 * The storage of a folder below a storage's root. What can change threads still can.
 * @throws `FILE_OUTSIDE_FOLDER`
 */
export function openBelow(storage: Storage, folder: string): Storage {
  if (folder === '') return storage;
  assertStoragePath(folder);
  return baseOf(storage).below?.(folder) ?? new SubFolder(storage, folder);
}
