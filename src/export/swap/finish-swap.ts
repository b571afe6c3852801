import { BacktestExportError } from '../../errors.ts';
import { isMissing } from '../../storage/storage-path.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Hold } from './holder.ts';
import { asidePath, foldersOf, journalName, type Journal } from './journal.ts';

/**
 * Ends a swap that is committed: removes what was replaced, gives kept markers their names back, and removes the journal.
 * Can be begun anew wherever it stopped. Nothing is listed.
 * @throws `WRITE_FAILED`; the journal then stays
 */
export async function finishSwap(storage: Storage, journal: Journal, hold: Hold): Promise<void> {
  for (const [index, file] of journal.replaced.entries()) {
    const aside = asidePath(journal, file, index);
    await hold.keep();
    try {
      if (!file.kept || !(await isMoved(storage, aside, file.path))) await storage.remove(aside);
    } catch (error) {
      if (!isMissing(error)) throw error; // done before
    }
  }
  const kept = journal.replaced.filter((file) => file.kept);
  // a name that comes back must last before nobody knows of it any more; files that go need not
  await storage.sync(foldersOf({ added: [], replaced: kept }));
  await hold.keep();
  await storage.remove(journalName);
  await storage.sync(['']);
}

/** Whether a kept file got its name back; it may have it already, after a move that was interrupted. */
async function isMoved(storage: Storage, aside: string, path: string): Promise<boolean> {
  try {
    await storage.move(aside, path);
    return true;
  } catch (error) {
    if (error instanceof BacktestExportError && error.code === 'FILE_EXISTS') return false;
    throw error;
  }
}
