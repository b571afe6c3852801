import { folderAt, splitPath } from './directory-handles.ts';
import type { DirectoryHandle } from './handles.ts';

/** See `Storage.watchFolders`. */
export async function watchFolders(root: DirectoryHandle, folders: readonly string[]): Promise<() => Promise<void>> {
  const missing: string[] = [];
  for (const folder of new Set(folders.flatMap(withAbove))) {
    if ((await folderAt(root, folder).catch(() => undefined)) === undefined) missing.push(folder);
  }
  return async () => {
    // the deepest first: a folder is only removed while it is empty
    for (const folder of missing.sort((left, right) => right.length - left.length)) {
      const [above, name] = splitPath(folder);
      const parent = await folderAt(root, above).catch(() => undefined);
      await parent?.removeEntry(name).catch(() => undefined);
    }
  };
}

/** A folder and those above it: `a/b` and `a` of `a/b`. */
function withAbove(folder: string): string[] {
  const pieces = folder === '' ? [] : folder.split('/');
  return pieces.map((_, index) => pieces.slice(0, index + 1).join('/'));
}
