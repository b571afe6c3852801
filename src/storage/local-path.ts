import { lstatSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import { join, sep } from 'node:path';
import { notRegular, outsideFolder } from './storage-path.ts';
import { systemError } from './system-error.ts';

/** A regular file below a root: its path without links, and its stats. */
export interface LocalFile {
  readonly realPath: string;
  readonly stats: BigIntStats;
}

/**
 * Finds the regular file at a checked `path` below `root` (a path without links), without opening it. Synchronous, as all
 * that reading a local file does: through Node's thread pool each step costs ten times its own time.
 * @throws `FILE_OUTSIDE_FOLDER` when a link leads out; `FILE_NOT_FOUND`; `FILE_NOT_REGULAR`; `READ_FAILED`.
 */
export function findLocalFile(root: string, path: string): LocalFile {
  let realPath: string;
  let stats: BigIntStats;
  try {
    realPath = realpathSync.native(join(root, path));
    if (!isBelow(root, realPath)) throw outsideFolder(path, 'expected a file below the folder, found a link out of it');
    stats = lstatSync(realPath, { bigint: true });
  } catch (cause) {
    throw systemError('READ_FAILED', 'the file cannot be read', path, cause);
  }
  if (!stats.isFile()) throw notRegular(path, describeKind(stats));
  return { realPath, stats };
}

/** Whether a path without links is `root` or below it. */
export function isBelow(root: string, realPath: string): boolean {
  return realPath === root || realPath.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The current version of a file; follows links. Throws as `statSync` does. */
export function readVersion(absolutePath: string): string {
  return formatVersion(statSync(absolutePath, { bigint: true }));
}

/**
 * Size, mtime and ctime in nanoseconds, and inode. A program can reset mtime but not ctime, which also changes with
 * name, permissions and links.
 */
export function formatVersion(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ctimeNs}-${stats.ino}`;
}

/** Device and inode: the same for all names of one stored file. */
export function formatIdentity(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

/** The kind of a non-regular file, with its article. */
export function describeKind(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  return 'a device';
}
