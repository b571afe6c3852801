import { link, lstat, open, realpath, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describeKind, isBelow, systemCode, systemError } from './local-path.ts';
import type { PreparedFile } from './storage.ts';
import {
  assertOutputPath,
  assertStoragePath,
  fileExists,
  notFound,
  notRegular,
  outsideFolder,
} from './storage-path.ts';

/** Gives a file that was prepared below `root` (a path without links) its name, and syncs its folder. */
export async function publishLocalFile(root: string, file: PreparedFile): Promise<void> {
  const { path, overwrite } = file;
  assertOutputPath(path);
  const { temporary, target } = await locate(root, file);
  try {
    if (overwrite) await assertTarget(target, path, true);
    await giveName({ path, temporary, target, overwrite });
    await syncFolder(dirname(target));
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') throw notFound(file.temporary, 'file', cause);
    throw systemError('WRITE_FAILED', 'the file cannot get its name', path, cause);
  }
}

/** Removes a prepared file, as far as that is possible. */
export async function discardLocalFile(root: string, { temporary }: PreparedFile): Promise<void> {
  assertTemporary(temporary);
  // an attempt: whoever throws a file away has another error to tell
  await unlink(join(root, temporary)).catch(() => undefined);
}

/** A new temporary name beside a file; it begins with a dot and is therefore no part of any export. */
export function temporaryName(id: string): string {
  return `.backtest-export-${id}.tmp`;
}

/** Refuses a path that is taken, unless by a regular file that may be overwritten. */
export async function assertTarget(target: string, path: string, overwrite: boolean): Promise<void> {
  const stats = await lstat(target, { bigint: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return;
  if (!stats.isFile()) throw notRegular(path, describeKind(stats));
  if (!overwrite) throw fileExists(path);
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

interface Naming {
  readonly path: string;
  readonly temporary: string;
  readonly target: string;
  readonly overwrite: boolean;
}

/**
 * Without overwriting, a hard link gives the name, since only that fails when the name is taken; where there are no
 * hard links (FAT, some network folders) we look first and then rename.
 */
async function giveName({ path, temporary, target, overwrite }: Naming): Promise<void> {
  if (overwrite) return rename(temporary, target);
  try {
    await link(temporary, target);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'EEXIST') throw fileExists(path, cause);
    if (!linksMissing.has(code)) throw cause;
    await assertTarget(target, path, false);
    return rename(temporary, target);
  }
  await unlink(temporary);
}

const linksMissing = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

/** Both names in their folder, which must not lead out of the root. */
async function locate(root: string, { path, temporary }: PreparedFile): Promise<{ temporary: string; target: string }> {
  assertTemporary(temporary);
  if (dirname(temporary) !== dirname(path)) throw outsideFolder(temporary);
  let folder: string;
  try {
    folder = await realpath(join(root, dirname(path)));
  } catch (cause) {
    throw systemError('READ_FAILED', 'the folder cannot be read', dirname(path), cause, 'folder');
  }
  if (!isBelow(root, folder)) throw outsideFolder(path, 'expected a file below the folder, found a link out of it');
  return { temporary: join(folder, basename(temporary)), target: join(folder, basename(path)) };
}

/** Only names that a writer gives are ever renamed or removed. */
function assertTemporary(temporary: string): void {
  assertStoragePath(temporary);
  if (!/^\.backtest-export-[\da-f-]+\.tmp$/.test(basename(temporary))) throw outsideFolder(temporary);
}
