import { BacktestExportError } from '../../errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { finishSwap } from './finish-swap.ts';
import { HoldLost, type Hold } from './holder.ts';
import { readJournal, writeJournal } from './journal-file.ts';
import { asidePath, foldersOf, journalName, type Journal } from './journal.ts';
import { undoSwap } from './undo-swap.ts';

/**
 * Does what a journal, which stands in the folder, says: sets old files aside, gives new ones their names, makes that last,
 * commits, and removes the old ones. The commit is one step: the journal is replaced by one that says so, or, where
 * nothing was there before, removed. A failure before it, and the signal, undo everything.
 * @throws `WRITE_FAILED`, `FILE_EXISTS`; `EXPORT_BUSY` where the hold was lost; the signal's reason
 */
export async function runSwap(
  storage: Storage,
  journal: Journal,
  hold: Hold,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isFresh = journal.replaced.length === 0;
  try {
    await giveNames(storage, journal, hold, signal);
    await hold.keep();
    if (isFresh) await storage.remove(journalName);
    else await writeJournal(storage, { ...journal, state: 'committed' }, true);
  } catch (error) {
    if (error instanceof HoldLost) throw error;
    const state = await stateNow(storage, journal, error);
    if (state === 'started') {
      await undoOrSay(storage, journal, hold, error);
      throw error;
    }
    if (state === 'gone' && !isFresh) throw error;
    // it is committed all the same: the failure came after the step
  }
  try {
    await (isFresh ? storage.sync(['']) : finishSwap(storage, journal, hold));
  } catch (error) {
    const { problem, details } = partsOf(error);
    const text = `the new export is in its place, but not everything could be ended: ${problem}; the next write into this folder does it`;
    throw new BacktestExportError('WRITE_FAILED', text, details);
  }
}

async function giveNames(
  storage: Storage,
  journal: Journal,
  hold: Hold,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [index, file] of journal.replaced.entries()) {
    signal?.throwIfAborted();
    await hold.keep();
    await storage.move(file.path, asidePath(journal, file, index), { overwrite: true });
  }
  for (const { path, temporary } of journal.added) {
    signal?.throwIfAborted();
    await hold.keep();
    await storage.move(temporary, path);
  }
  await storage.sync(foldersOf(journal));
  signal?.throwIfAborted();
}

/** What the folder says after a failure. @throws the failure, with a word on what is not known, where it cannot be asked */
async function stateNow(
  storage: Storage,
  { id }: Journal,
  failure: unknown,
): Promise<'started' | 'committed' | 'gone'> {
  try {
    const found = await readJournal(storage);
    return found?.journal.id === id ? found.journal.state : 'gone';
  } catch {
    throw unsettled(failure, 'the folder cannot be read any more');
  }
}

async function undoOrSay(storage: Storage, journal: Journal, hold: Hold, failure: unknown): Promise<void> {
  try {
    await undoSwap(storage, journal, hold);
  } catch (error) {
    if (error instanceof HoldLost) return;
    throw unsettled(failure, partsOf(error).problem);
  }
}

function unsettled(failure: unknown, reason: string): BacktestExportError {
  const { problem, details } = partsOf(failure);
  const text = `${problem}; what was before could not be put back (${reason}): this library reads it all the same, and the next write into this folder puts it back`;
  return new BacktestExportError('WRITE_FAILED', text, details);
}

function partsOf(error: unknown): {
  readonly problem: string;
  readonly details: { readonly cause: unknown; readonly position?: BacktestExportError['position'] };
} {
  if (error instanceof BacktestExportError) {
    return { problem: error.problem, details: { cause: error, position: error.position } };
  }
  return { problem: error instanceof Error ? error.message : String(error), details: { cause: error } };
}
