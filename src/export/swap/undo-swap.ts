import { BacktestExportError } from '../../errors.ts';
import type { Storage, StorageEntry } from '../../storage/storage.ts';
import type { Hold } from './holder.ts';
import { asidePath, foldersOf, journalName, type AddedFile, type Journal } from './journal.ts';
import { listSwapFolders } from './list-swapped.ts';

/**
 * Undoes an uncommitted swap: removes the new files, restores the names of the old ones, `_SUCCESS` last, and removes
 * the journal. It works from what is in the folder, so it can be restarted wherever it stopped.
 * @throws `WRITE_FAILED` if something cannot be restored; the journal then remains
 */
export async function undoSwap(storage: Storage, journal: Journal, hold: Hold): Promise<void> {
  const entries = await listSwapFolders(storage);
  const asides = new Map(journal.replaced.map((file, index) => [file.path, asidePath(journal, file, index)]));
  const remove = async (path: string): Promise<void> => {
    await hold.keep();
    await storage.remove(path);
    entries.delete(path);
  };
  for (const file of [...journal.added].reverse()) {
    const aside = asides.get(file.path);
    const isOld = aside !== undefined && !entries.has(aside);
    if (!isOld && isNamed(storage, entries, file)) await remove(file.path);
    if (entries.has(file.temporary)) await remove(file.temporary);
  }
  for (const file of [...journal.replaced].reverse()) {
    const aside = asides.get(file.path) ?? '';
    const stored = entries.get(aside);
    if (stored === undefined) continue;
    const there = entries.get(file.path);
    if (there === undefined) {
      await hold.keep();
      await storage.move(aside, file.path);
    } else if (isSame(storage, stored, there)) await remove(aside);
    else {
      const problem = `the file cannot get its name back from ${aside}: another program has used the name`;
      throw new BacktestExportError('WRITE_FAILED', problem, { position: { file: file.path } });
    }
  }
  await storage.sync(foldersOf(journal));
  await hold.keep();
  await storage.remove(journalName);
  await storage.sync(['']);
}

/** Whether a new file has its final name; another program's file of that name is left alone. */
function isNamed(storage: Storage, entries: ReadonlyMap<string, StorageEntry>, file: AddedFile): boolean {
  const there = entries.get(file.path);
  if (there?.kind !== 'file') return false;
  const temporary = entries.get(file.temporary);
  return temporary === undefined ? there.size === file.size : isSame(storage, temporary, there);
}

/** Whether two names belong to one file after an interrupted move. */
function isSame(storage: Storage, left: StorageEntry, right: StorageEntry): boolean {
  if (storage.movesByCopy === true) return left.size === right.size;
  return left.identity !== undefined && left.identity === right.identity;
}
