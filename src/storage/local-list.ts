import { lstatSync, readdirSync, realpathSync, type BigIntStats, type Dirent } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { BacktestExportError } from '../errors.ts';
import { findLocalFile, formatIdentity, formatVersion, isBelow } from './local-path.ts';
import { systemCode, systemError } from './system-error.ts';
import type { StorageEntry } from './storage.ts';
import { compareText, outsideFolder } from './storage-path.ts';

/**
 * Lists the direct entries of a folder, links included, without those that vanish. One `lstat` a file: one after another
 * where they are few, and 32 at a time, with turns of the event loop, where they are many.
 */
export async function listLocalFolder(root: string, folder: string): Promise<StorageEntry[]> {
  const found = readFolder(root, folder);
  const examine = found.length <= fewEntries ? examineNow : lstat;
  const entries: StorageEntry[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let dirent = found[next++]; dirent !== undefined; dirent = found[next++]) {
      const entry = await describe(root, folder === '' ? dirent.name : `${folder}/${dirent.name}`, dirent, examine);
      if (entry !== undefined) entries.push(entry);
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, found.length) }, work));
  return entries.sort((left, right) => compareText(left.path, right.path));
}

const mostAtOnce = 32;
const fewEntries = 64;

type Examine = (path: string, options: { readonly bigint: true }) => BigIntStats | Promise<BigIntStats>;

const examineNow: Examine = (path, options) => lstatSync(path, options);

function readFolder(root: string, folder: string): Dirent[] {
  try {
    const realFolder = realpathSync.native(join(root, folder));
    if (!isBelow(root, realFolder))
      throw outsideFolder(folder, 'expected a folder below the root, found a link out of it');
    return readdirSync(realFolder, { withFileTypes: true });
  } catch (cause) {
    throw systemError('READ_FAILED', 'the folder cannot be read', folder, cause, 'folder');
  }
}

async function describe(
  root: string,
  path: string,
  dirent: Dirent,
  examine: Examine,
): Promise<StorageEntry | undefined> {
  if (dirent.isDirectory()) return nothing(path, 'folder');
  let stats: BigIntStats;
  try {
    stats = await examine(join(root, path), { bigint: true });
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

function describeLink(root: string, path: string): StorageEntry {
  try {
    return regular(path, findLocalFile(root, path).stats);
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
