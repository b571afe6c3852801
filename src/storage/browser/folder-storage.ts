import { readMember } from '../../describe-value.ts';
import { BacktestExportError } from '../../errors.ts';
import { assertKind, describeValue } from '../../options.ts';
import { assertStoragePath } from '../storage-path.ts';
import type { Storage } from '../storage.ts';
import { DirectoryFolder } from './directory-folder.ts';
import { handleError } from './directory-handles.ts';
import type { DirectoryHandle } from './handles.ts';

/**
 * A folder that somebody chose (`showDirectoryPicker`) or dropped (`getAsFileSystemHandle`) as a storage. The page needs
 * permission to write for what writes: `showDirectoryPicker({ mode: 'readwrite' })`.
 * @param location what messages call it; by default the folder's name
 * @throws `OPTION_INVALID` for what is no handle of a folder
 */
export function createFolderStorage(handle: DirectoryHandle, location?: string): Storage {
  if (location !== undefined) assertKind('createFolderStorage: location', location, 'text');
  if (!isDirectoryHandle(handle)) {
    const problem = `createFolderStorage: expected a FileSystemDirectoryHandle, found ${describeValue(handle)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  return new DirectoryFolder(location ?? (handle.name === '' ? 'folder' : handle.name), handle);
}

/** Whether a value is the handle of a folder. */
export function isDirectoryHandle(value: unknown): value is DirectoryHandle {
  return readMember(value, 'kind') === 'directory' && typeof readMember(value, 'getFileHandle') === 'function';
}

/**
 * A folder in the page's own file system (OPFS), which nobody else sees, made if it is missing; `''` is all of it. It lasts
 * until the user clears the page's data.
 * @throws `OPTION_INVALID`, `FILE_OUTSIDE_FOLDER`; `READ_FAILED` where the page has none, as by `http:` or in a private window
 */
export async function createPrivateStorage(folder: string = ''): Promise<Storage> {
  assertKind('createPrivateStorage', folder, 'text');
  if (folder !== '') assertStoragePath(folder);
  const location = `private:${folder}`;
  try {
    let handle = await privateRoot();
    for (const name of folder === '' ? [] : folder.split('/'))
      handle = await handle.getDirectoryHandle(name, { create: true });
    return new DirectoryFolder(location, handle);
  } catch (cause) {
    throw handleError('READ_FAILED', location, 'folder', cause);
  }
}

/** The root of the page's own file system. Rejects where there is none. */
export async function privateRoot(): Promise<DirectoryHandle> {
  return (await globalThis.navigator.storage.getDirectory()) as unknown as DirectoryHandle;
}
