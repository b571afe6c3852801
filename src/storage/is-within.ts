import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatIdentity, isBelow } from './local-path.ts';
import { systemCode, systemError } from './system-error.ts';
import type { BacktestExportError } from '../errors.ts';
import { keyOf, parseS3Location } from './s3/s3-location.ts';
import { isBelowPath, type StorageFolder } from './storage-folder.ts';
import { baseOf } from './view.ts';

/**
 * Whether a folder is another one or below it, through any links and bind mounts. In storages that are neither local
 * nor S3, only folders of the same storage object can be within each other.
 * @throws `WRITE_FAILED` if the system does not allow a folder to be examined
 */
export async function isWithin(inner: StorageFolder, outer: StorageFolder): Promise<boolean> {
  const [below, above] = [baseOf(inner.storage), baseOf(outer.storage)];
  if (below === above) return isBelowPath(outer.folder, inner.folder);
  const [from, to] = [below.transfer, above.transfer];
  if (from?.kind === 'local' && to?.kind === 'local') {
    return isBelowFolder(join(to.root, outer.folder), join(from.root, inner.folder));
  }
  // the endpoint is ignored: two names of one service look like two services
  if (from?.kind === 's3' && to?.kind === 's3') {
    const [bucket, place] = [parseS3Location(to.location), parseS3Location(from.location)];
    return bucket.bucket === place.bucket && isBelowPath(keyOf(bucket, outer.folder), keyOf(place, inner.folder));
  }
  return false;
}

async function isBelowFolder(outer: string, inner: string): Promise<boolean> {
  const [above, below] = [await withoutLinks(outer), await withoutLinks(inner)];
  if (isBelow(above, below)) return true;
  // a bind mount gives a folder a second path without any link
  const identity = await folderIdentity(above);
  if (identity === undefined) return false;
  for (let folder = below; ; folder = dirname(folder)) {
    if ((await folderIdentity(folder)) === identity) return true;
    if (dirname(folder) === folder) return false;
  }
}

async function folderIdentity(folder: string): Promise<string | undefined> {
  try {
    return formatIdentity(await stat(folder, { bigint: true }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unseen(folder, error);
  }
}

/** The path with links resolved, as far as it exists. */
async function withoutLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw unseen(path, error);
    return join(await withoutLinks(dirname(path)), basename(path));
  }
}

/** Also if a file is in the way: creating the folder reports that. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemCode(error));
}

function unseen(path: string, cause: unknown): BacktestExportError {
  return systemError('WRITE_FAILED', 'the folder cannot be examined', path, cause, 'folder');
}
