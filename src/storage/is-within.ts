import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isBelow, systemCode } from './local-path.ts';
import type { Storage } from './storage.ts';

/**
 * Whether a folder of one storage (`''` for its root; it need not be there) is the root of another or lies below it,
 * through whatever links. Of storages that are not local folders only the very same one is within itself.
 */
export async function isWithin(inner: Storage, folder: string, outer: Storage): Promise<boolean> {
  if (inner === outer) return true;
  if (inner.transfer === undefined || outer.transfer === undefined) return false;
  const [innerRoot, outerRoot] = [inner.transfer.root, outer.transfer.root];
  return isBelow(await withoutLinks(outerRoot), await withoutLinks(join(innerRoot, folder)));
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
