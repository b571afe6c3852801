import type { StorageFolder } from './storage-folder.ts';
import { isBelowPath } from './storage-folder.ts';
import { baseOf } from './view.ts';

/**
 * Whether a folder is another one or below it. Of two storages only those of folders that somebody chose, or of the page's own,
 * can be within each other.
 */
export async function isWithin(inner: StorageFolder, outer: StorageFolder): Promise<boolean> {
  const [below, above] = [baseOf(inner.storage), baseOf(outer.storage)];
  if (below === above) return isBelowPath(outer.folder, inner.folder);
  const [from, to] = [below.transfer, above.transfer];
  if (from?.kind !== 'directory' || to?.kind !== 'directory') return false;
  const names = await to.handle.resolve(from.handle);
  if (names !== null) return isBelowPath(join([to.folder, outer.folder]), join([...names, from.folder, inner.folder]));
  const namesAbove = await from.handle.resolve(to.handle);
  return (
    namesAbove !== null &&
    isBelowPath(join([...namesAbove, to.folder, outer.folder]), join([from.folder, inner.folder]))
  );
}

function join(pieces: readonly string[]): string {
  return pieces.filter((piece) => piece !== '').join('/');
}
