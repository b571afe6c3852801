import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { BacktestExportError } from '../errors.ts';
import { findLocalFile, formatIdentity, formatVersion, isBelow, systemCode, systemError } from './local-path.ts';
import type { StorageEntry } from './storage.ts';
import { compareText, outsideFolder } from './storage-path.ts';

/**
 * Lists the direct entries of a folder, links included, without those that vanish. One `lstat` a file, 32 at a time.
 */
export async function listLocalFolder(root: string, folder: string): Promise<StorageEntry[]> {
  const found = await readFolder(root, folder);
  const entries: StorageEntry[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let dirent = found[next++]; dirent !== undefined; dirent = found[next++]) {
      const entry = await describe(root, folder === '' ? dirent.name : `${folder}/${dirent.name}`, dirent);
      if (entry !== undefined) entries.push(entry);
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, found.length) }, work));
  return entries.sort((left, right) => compareText(left.path, right.path));
}

const mostAtOnce = 32;

async function readFolder(root: string, folder: string): Promise<Dirent[]> {
  try {
    const realFolder = await realpath(join(root, folder));
    if (!isBelow(root, realFolder))
      throw outsideFolder(folder, 'expected a folder below the root, found a link out of it');
    return await readdir(realFolder, { withFileTypes: true });
  } catch (cause) {
    throw systemError('READ_FAILED', 'the folder cannot be read', folder, cause, 'folder');
  }
}

async function describe(root: string, path: string, dirent: Dirent): Promise<StorageEntry | undefined> {
  if (dirent.isDirectory()) return nothing(path, 'folder');
  let stats: BigIntStats;
  try {
    stats = await lstat(join(root, path), { bigint: true });
  } catch (cause) {
    // A name that is not UTF-8 cannot be looked up, but must still be listed.
    if (dirent.name.includes('\ufffd')) return nothing(path, 'other');
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw systemError('READ_FAILED', 'the file cannot be examined', path, cause);
  }
  if (stats.isSymbolicLink()) return describeLink(root, path);
  if (stats.isDirectory()) return nothing(path, 'folder');
  return stats.isFile() ? regular(path, stats) : nothing(path, 'other');
}

async function describeLink(root: string, path: string): Promise<StorageEntry> {
  try {
    return regular(path, (await findLocalFile(root, path)).stats);
  } catch (error) {
    // not a regular file below the root, for whatever reason; opening it reports which
    if (error instanceof BacktestExportError) return nothing(path, 'link');
    throw error;
  }
}

function regular(path: string, stats: BigIntStats): StorageEntry {
  const identity = formatIdentity(stats);
  const modified = Number(stats.mtimeMs);
  return { path, kind: 'file', size: Number(stats.size), version: formatVersion(stats), identity, modified };
}

function nothing(path: string, kind: StorageEntry['kind']): StorageEntry {
  return { path, kind, size: 0, version: '' };
}
