import { link, lstat, realpath, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from './local-folders.ts';
import { describeKind, isBelow } from './local-path.ts';
import { systemCode, systemError } from './system-error.ts';
import type { PreparedFile } from './storage.ts';
import { assertTemporary } from './temporary-name.ts';
import {
  assertOutputPath,
  assertStoragePath,
  fileExists,
  notFound,
  notRegular,
  outsideFolder,
} from './storage-path.ts';

/**
 * Gives a file prepared below `root` (a path without links) its final name and syncs its folder. After a failure the
 * file is still prepared; if it replaced another file and only the sync failed, the new file stays.
 */
export async function publishLocalFile(root: string, file: PreparedFile): Promise<void> {
  const { path, overwrite } = file;
  assertOutputPath(path);
  assertTemporary(file.temporary);
  const { source, target } = await locate(root, file.temporary, path);
  try {
    if (overwrite) await assertTarget(target, path, true);
    await giveName({ path, source, target, overwrite });
  } catch (cause) {
    throw unnamed(cause, file.temporary, path);
  }
  try {
    await syncFolder(dirname(target));
  } catch (cause) {
    // best effort: the original error is reported
    if (!overwrite) await rename(target, source).catch(() => undefined);
    throw unnamed(cause, file.temporary, path);
  }
}

/** Renames a file below `root` (a path without links) within its folder, without a sync. */
export async function moveLocalFile(root: string, from: string, to: string, overwrite: boolean): Promise<void> {
  assertStoragePath(from);
  assertOutputPath(to);
  const { source, target } = await locate(root, from, to);
  try {
    await giveName({ path: to, source, target, overwrite });
  } catch (cause) {
    throw unnamed(cause, from, to);
  }
}

/** Removes a prepared file, best effort. */
export async function discardLocalFile(root: string, { temporary }: PreparedFile): Promise<void> {
  assertTemporary(temporary);
  await unlink(join(root, temporary)).catch(() => undefined);
}

/** Refuses an existing path, unless it is a regular file and `overwrite` is set. */
export async function assertTarget(target: string, path: string, overwrite: boolean): Promise<void> {
  const stats = await lstat(target, { bigint: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return;
  if (!stats.isFile()) throw notRegular(path, describeKind(stats));
  if (!overwrite) throw fileExists(path);
}

interface Naming {
  readonly path: string;
  readonly source: string;
  readonly target: string;
  readonly overwrite: boolean;
}

/**
 * Without `overwrite` the name is given by a hard link, because only that fails if the name exists. Without hard links
 * (FAT, some network file systems) the target is checked, then the file renamed. Afterwards the file has only its new
 * name or only its old one.
 */
async function giveName({ path, source, target, overwrite }: Naming): Promise<void> {
  if (overwrite) return rename(source, target);
  try {
    await link(source, target);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'EEXIST') throw fileExists(path, cause);
    if (!linksMissing.has(code)) throw cause;
    await assertTarget(target, path, false);
    return rename(source, target);
  }
  try {
    await unlink(source);
  } catch (cause) {
    try {
      await unlink(target);
    } catch {
      return; // renamed, and cannot be undone; the hidden name is the same file and the next writer removes it
    }
    throw cause;
  }
}

const linksMissing = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

/** The absolute paths of both names; their folder must be within the root. */
async function locate(root: string, from: string, to: string): Promise<{ source: string; target: string }> {
  if (dirname(from) !== dirname(to)) throw outsideFolder(from);
  let folder: string;
  try {
    folder = await realpath(join(root, dirname(to)));
  } catch (cause) {
    throw systemError('READ_FAILED', 'the folder cannot be read', dirname(to), cause, 'folder');
  }
  if (!isBelow(root, folder)) throw outsideFolder(to, 'expected a file below the folder, found a link out of it');
  return { source: join(folder, basename(from)), target: join(folder, basename(to)) };
}

function unnamed(cause: unknown, from: string, to: string): Error {
  if (systemCode(cause) === 'ENOENT') return notFound(from, 'file', cause);
  return systemError('WRITE_FAILED', 'the file cannot get its name', to, cause);
}
