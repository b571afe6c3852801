import type { Storage } from '../../storage/storage.ts';
import { readJournal } from './journal-file.ts';
import { clearLeftovers, type Clearing } from './leftovers.ts';
import { recoverSwap } from './recover-swap.ts';

/**
 * Prepares a folder for a new writer: undoes or finishes the swap of a dead writer and removes leftovers of killed
 * ones. Changes nothing if another writer is running there.
 * @throws `JOURNAL_INVALID`; `WRITE_FAILED` if a swap can be neither undone nor finished
 */
export async function settleFolder(storage: Storage, clearing: Clearing = {}): Promise<void> {
  await recoverSwap(storage);
  await clearLeftovers(storage, (await readJournal(storage))?.journal, clearing);
}
