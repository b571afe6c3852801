import type { Storage } from '../../storage/storage.ts';
import { readJournal } from './journal-file.ts';
import { removeLeftovers } from './leftovers.ts';
import { recoverSwap } from './recover-swap.ts';

/**
 * What a writer does before it begins: undoes or finishes the swap of a dead one, and removes what killed ones have left.
 * A folder that somebody else is at work in is left as it is.
 * @throws `JOURNAL_INVALID`; `WRITE_FAILED` where a swap can be neither undone nor finished
 */
export async function settleFolder(storage: Storage): Promise<void> {
  await recoverSwap(storage);
  await removeLeftovers(storage, (await readJournal(storage))?.journal);
}
