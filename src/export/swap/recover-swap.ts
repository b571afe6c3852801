import { BacktestExportError } from '../../errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { finishSwap } from './finish-swap.ts';
import { claimName, findHolder, Hold, signName, writeSign, type Holder } from './holder.ts';
import { readJournal } from './journal-file.ts';
import { undoSwap } from './undo-swap.ts';

/**
 * Undoes or finishes what a dead writer has left in a folder. Answers who is at work there, if somebody is; then nothing is
 * touched. Only one process does it: the one that writes the next claim, which can be written once.
 * @throws `JOURNAL_INVALID`; `WRITE_FAILED` where it cannot be done
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
    // whoever held it before may have ended it in between
    const still = await readJournal(storage);
    if (still?.journal.id !== id) return undefined;
    await (still.journal.state === 'started' ? undoSwap : finishSwap)(storage, still.journal, hold);
    return undefined;
  } finally {
    await removeClaims(storage, id, number);
    hold.letGo();
  }
}

/** Claims go when the journal has gone, and stay while it stays: the next claim needs another number. */
async function removeClaims(storage: Storage, id: string, last: number): Promise<void> {
  try {
    if ((await readJournal(storage))?.journal.id === id) return;
    // from the last one down, so that a count from the first one up never finds too few
    for (let number = last; number >= 1; number--) await storage.remove(claimName(id, number));
    await storage.remove(signName(id));
  } catch {
    // an attempt: what stays is removed by the next writer
  }
}
