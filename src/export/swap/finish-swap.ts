import { BacktestExportError } from '../../errors.ts';
import { isMissing } from '../../storage/storage-path.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Hold } from './holder.ts';
import { asidePath, foldersOf, journalName, type Journal } from './journal.ts';

/**
 * Finishes a committed swap: removes replaced files, restores the names of kept markers, and removes the journal. Can
 * be restarted wherever it stopped. Lists nothing.
 * @throws `WRITE_FAILED`; the journal then remains
 */
export async function finishSwap(storage: Storage, journal: Journal, hold: Hold): Promise<void> {
  for (const [index, file] of journal.replaced.entries()) {
    const aside = asidePath(journal, file, index);
    await hold.keep();
    try {
      if (!file.kept || !(await isMoved(storage, aside, file.path))) await storage.remove(aside);
    } catch (error) {
      if (!isMissing(error)) throw error; // already done
    }
  }
  const kept = journal.replaced.filter((file) => file.kept);
  // restored names must be durable before the journal is removed; removals need not be
  await storage.sync(foldersOf({ added: [], replaced: kept }));
  await hold.keep();
  await storage.remove(journalName);
  await storage.sync(['']);
}

/** Whether a kept file got its name back; after an interrupted move it may already have it. */
async function isMoved(storage: Storage, aside: string, path: string): Promise<boolean> {
  try {
    await storage.move(aside, path);
    return true;
  } catch (error) {
    if (error instanceof BacktestExportError && error.code === 'FILE_EXISTS') return false;
    throw error;
  }
}
