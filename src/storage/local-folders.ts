import { lstat, mkdir, open, realpath, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBelow } from './local-path.ts';
import { systemCode } from './system-error.ts';
import { outsideFolder } from './storage-path.ts';

/**
 * Creates the folders that a file needs and syncs the parents of new ones, so that the file survives a power cut. A
 * link that leads out of the root is refused first.
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
 * Creates a folder and its parents and returns the topmost one that was missing. Node's own `recursive` option reports
 * a read-only file system as a missing folder.
 */
async function makeAll(path: string): Promise<string | undefined> {
  const own = await makeOne(path);
  if (own !== 'parent missing') return own === 'made' ? path : undefined;
  const first = await makeAll(dirname(path));
  // only one more attempt: some file systems report a refused name as a missing folder
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

/** Makes name changes in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and some network file systems cannot sync one; the file itself is synced.
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
 * Records which of the given folders below `root`, the root and its parents are missing. The returned function removes
 * those that exist and are empty when it is called, from the lowest up; it never fails.
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
    // best effort: a folder that is not empty or cannot be removed stays
    for (const folder of missing) await rmdir(folder).catch(() => undefined);
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    // never remove what cannot be examined
    return systemCode(error) !== 'ENOENT';
  }
}
