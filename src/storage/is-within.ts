import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isBelow, systemCode } from './local-path.ts';
import { keyOf, parseS3Location } from './s3/s3-location.ts';
import type { Storage } from './storage.ts';

/**
 * Whether a folder of one storage (`''` for its root; it need not be there) is the root of another or lies below it,
 * through whatever links. Of storages that are neither local folders nor in S3 only the very same one is within itself.
 */
export async function isWithin(inner: Storage, folder: string, outer: Storage): Promise<boolean> {
  if (inner === outer) return true;
  const [from, to] = [inner.transfer, outer.transfer];
  if (from?.kind === 'local' && to?.kind === 'local') {
    return isBelow(await withoutLinks(to.root), await withoutLinks(join(from.root, folder)));
  }
  // whatever endpoint: two names of one service cannot be told from two services
  if (from?.kind === 's3' && to?.kind === 's3') return isBelowKey(to.location, from.location, folder);
  return false;
}

function isBelowKey(outer: string, inner: string, folder: string): boolean {
  const [above, below] = [parseS3Location(outer), parseS3Location(inner)];
  const key = keyOf(below, folder);
  const isBelowPrefix = above.prefix === '' || key === above.prefix || key.startsWith(`${above.prefix}/`);
  return above.bucket === below.bucket && isBelowPrefix;
}

/** The path without links, as far as it exists. */
async function withoutLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return join(await withoutLinks(dirname(path)), basename(path));
  }
}
