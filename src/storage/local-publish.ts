import { link, lstat, realpath, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from './local-folders.ts';
import { describeKind, isBelow, systemCode, systemError } from './local-path.ts';
import type { PreparedFile } from './storage.ts';
import { isTemporaryName } from './temporary-name.ts';
import {
  assertOutputPath,
  assertStoragePath,
  fileExists,
  notFound,
  notRegular,
  outsideFolder,
} from './storage-path.ts';

/**
 * Gives a file that was prepared below `root` (a path without links) its name, and syncs its folder. After a failure it
 * still is prepared; where it replaced another file and only syncing failed, the new one stays.
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
    // an attempt: the error that led here is the one to tell
    if (!overwrite) await rename(target, source).catch(() => undefined);
    throw unnamed(cause, file.temporary, path);
  }
}

/** Gives a file below `root` (a path without links) another name in its folder; nothing is synced. */
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

/** Removes a prepared file, as far as that is possible. */
export async function discardLocalFile(root: string, { temporary }: PreparedFile): Promise<void> {
  assertTemporary(temporary);
  // an attempt: whoever throws a file away has another error to tell
  await unlink(join(root, temporary)).catch(() => undefined);
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

interface Naming {
  readonly path: string;
  readonly source: string;
  readonly target: string;
  readonly overwrite: boolean;
}

/**
 * Without overwriting, a hard link gives the name, since only that fails when the name is taken; where there are no
 * hard links (FAT, some network folders) we look first and then rename. In the end the file has its new name alone, or
 * its old one alone.
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
      return; // the name is given, and cannot be taken back; the hidden one is the same file, and goes with the next writer
    }
    throw cause;
  }
}

const linksMissing = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

/** Both names in their folder, which must not lead out of the root. */
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

/** Only names that a writer gives are ever renamed or removed. */
function assertTemporary(temporary: string): void {
  assertStoragePath(temporary);
  if (!isTemporaryName(basename(temporary))) throw outsideFolder(temporary);
}
