import { BacktestExportError } from '../../errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { finishSwap } from './finish-swap.ts';
import { claimName, findHolder, Hold, signName, writeSign, type Holder } from './holder.ts';
import { readJournal } from './journal-file.ts';
import { undoSwap } from './undo-swap.ts';

/**
 * Undoes or finishes the swap of a dead writer. If its holder is running, returns the holder and changes nothing. Only
 * one process recovers: the one that writes the next claim, which can be written only once.
 * @throws `JOURNAL_INVALID`; `WRITE_FAILED` if it fails
 */
export async function recoverSwap(storage: Storage): Promise<Holder | undefined> {
  const found = await readJournal(storage);
  if (found === undefined) return undefined;
  const { id } = found.journal;
  const holder = await findHolder(storage, found.journal);
  if (holder.alive) return holder;
  const number = holder.claims + 1;
  try {
    await writeSign(storage, claimName(id, number), false);
  } catch (error) {
    if (error instanceof BacktestExportError && error.code === 'FILE_EXISTS') return holder;
    throw error;
  }
  const hold = new Hold(storage, id, number);
  try {
    // the previous holder may have ended it meanwhile
    const still = await readJournal(storage);
    if (still?.journal.id !== id) return undefined;
    await (still.journal.state === 'started' ? undoSwap : finishSwap)(storage, still.journal, hold);
    return undefined;
  } finally {
    await removeClaims(storage, id, number);
    hold.letGo();
  }
}

/** Removes the claims, unless the journal still exists: the next claim then needs another number. */
async function removeClaims(storage: Storage, id: string, last: number): Promise<void> {
  try {
    if ((await readJournal(storage))?.journal.id === id) return;
    // from the last to the first, so that counting from the first never finds too few
    for (let number = last; number >= 1; number--) await storage.remove(claimName(id, number));
    await storage.remove(signName(id));
  } catch {
    // best effort: the next writer removes the rest
  }
}
