import { lstat, mkdir, open, realpath, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBelow, systemCode } from './local-path.ts';
import { outsideFolder } from './storage-path.ts';

/**
 * Makes the folders that a file needs, and syncs those above new ones, so that the file is found after a power cut. A
 * link on the way that leads out of the root is refused before.
 */
export async function makeFolder(root: string, path: string): Promise<{ realRoot: string; folder: string }> {
  const firstOfRoot = await makeAll(root);
  const realRoot = await realpath(root);
  const above = new Set<string>();
  let folder = realRoot;
  for (const piece of path.split('/').slice(0, -1)) {
    const next = join(folder, piece);
    if ((await makeAll(next)) !== undefined) above.add(folder);
    folder = await realpath(next);
    if (!isBelow(realRoot, folder))
      throw outsideFolder(path, 'expected a file below the folder, found a link out of it');
  }
  if (firstOfRoot !== undefined) {
    const highest = dirname(firstOfRoot);
    for (let made = realRoot; made !== highest && made !== dirname(made); made = dirname(made))
      above.add(dirname(made));
  }
  for (const each of above) await syncFolder(each);
  return { realRoot, folder };
}

/**
 * Makes a folder and those above it, and answers the first one that was missing. Node's own `recursive` takes a file system
 * that is read-only for a missing folder.
 */
async function makeAll(path: string): Promise<string | undefined> {
  const own = await makeOne(path);
  if (own !== 'parent missing') return own === 'made' ? path : undefined;
  const first = await makeAll(dirname(path));
  // once more and no more: some file systems say of what they do not take that a folder is missing
  await mkdir(path).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  return first ?? path;
}

async function makeOne(path: string): Promise<'made' | 'there' | 'parent missing'> {
  try {
    await mkdir(path);
    return 'made';
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return 'there';
    if (systemCode(error) === 'ENOENT' && dirname(path) !== path) return 'parent missing';
    throw error;
  }
}

/** Makes the new names in a folder last. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and some network folders cannot sync one; the file itself is synced and in place.
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch (error) {
    if (folderSyncMissing.has(systemCode(error))) return;
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    if (!folderSyncMissing.has(systemCode(error))) throw error;
  } finally {
    await handle.close();
  }
}

const folderSyncMissing = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS']);

/**
 * Notes which of some folders below `root`, the root itself and the folders above it are missing. The answer removes
 * those of them that are there by then and empty, from the lowest up; it never fails.
 */
export async function watchLocalFolders(root: string, folders: readonly string[]): Promise<() => Promise<void>> {
  const missing: string[] = [];
  for (let folder = root; !(await isThere(folder)); folder = dirname(folder)) {
    missing.push(folder);
    if (dirname(folder) === folder) break;
  }
  for (const folder of folders) {
    if (!(await isThere(join(root, folder)))) missing.unshift(join(root, folder));
  }
  return async () => {
    // an attempt: a folder that is not empty, or cannot be removed, stays
    for (const folder of missing) await rmdir(folder).catch(() => undefined);
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    // whatever cannot be looked at is not ours to remove
    return systemCode(error) !== 'ENOENT';
  }
}
