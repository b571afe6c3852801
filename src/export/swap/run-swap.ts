import { BacktestExportError } from '../../errors.ts';
import type { FileMove, Storage } from '../../storage/storage.ts';
import { finishSwap } from './finish-swap.ts';
import { HoldLost, type Hold } from './holder.ts';
import { readJournal, writeJournal } from './journal-file.ts';
import { asidePath, foldersOf, journalName, type Journal } from './journal.ts';
import { rankOf } from './plan-swap.ts';
import { undoSwap } from './undo-swap.ts';

/**
 * Executes the journal in the folder: sets old files aside, gives new files their names, syncs, commits, and removes
 * the old files. The commit is one step: the journal is replaced by a committed one, or removed if there were no old
 * files. A failure or the signal before the commit undoes everything.
 * @throws `WRITE_FAILED`, `FILE_EXISTS`; `EXPORT_BUSY` if the hold is lost; the signal's reason
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
    if (state === 'gone' && !isFresh) throw unknown(error, 'its journal is gone');
    // it is committed: the failure came after that step
  }
  try {
    await (isFresh ? storage.sync(['']) : finishSwap(storage, journal, hold));
  } catch (error) {
    const { problem, details } = partsOf(error);
    const text = `the new export is in place, but the cleanup failed: ${problem}; the next write into this folder completes it`;
    throw new BacktestExportError('WRITE_FAILED', text, details);
  }
}

async function giveNames(
  storage: Storage,
  journal: Journal,
  hold: Hold,
  signal: AbortSignal | undefined,
): Promise<void> {
  const before = async (): Promise<void> => {
    signal?.throwIfAborted();
    await hold.keep();
  };
  const aside = journal.replaced.map((file, index) => ({ from: file.path, to: asidePath(journal, file, index) }));
  await moveInOrder(storage, aside, { rank: ({ from }) => rankOf(from), overwrite: true, before });
  const added = journal.added.map(({ path, temporary }) => ({ from: temporary, to: path }));
  await moveInOrder(storage, added, { rank: ({ to }) => rankOf(to), before });
  await storage.sync(foldersOf(journal));
  signal?.throwIfAborted();
}

/** Moves files in the order of their ranks; those of one rank together, where the storage does that faster. */
async function moveInOrder(
  storage: Storage,
  moves: readonly FileMove[],
  { rank, before, ...options }: MoveOptions,
): Promise<void> {
  for (let at = 0; at < moves.length;) {
    const [first] = moves.slice(at, at + 1);
    if (first === undefined) return;
    let end = at + 1;
    for (let next = moves[end]; next !== undefined && rank(next) === rank(first); next = moves[end]) end++;
    if (storage.moveAll !== undefined && end - at > 1) {
      await storage.moveAll(moves.slice(at, end), { before, ...options });
      at = end;
      continue;
    }
    await before();
    await storage.move(first.from, first.to, options);
    at++;
  }
}

interface MoveOptions {
  readonly rank: (move: FileMove) => number;
  readonly overwrite?: boolean;
  readonly before: () => Promise<void>;
}

/** The state in the folder after a failure. @throws the failure, with a note, if the folder cannot be read */
async function stateNow(
  storage: Storage,
  { id }: Journal,
  failure: unknown,
): Promise<'started' | 'committed' | 'gone'> {
  try {
    const found = await readJournal(storage);
    return found?.journal.id === id ? found.journal.state : 'gone';
  } catch {
    throw unknown(failure, 'the folder can no longer be read');
  }
}

function unknown(failure: unknown, reason: string): BacktestExportError {
  const { problem, details } = partsOf(failure);
  const text = `${problem}; whether the new export is in place is not known (${reason}): this library reads either the previous state or the new one, and the next write into this folder completes or undoes it`;
  return new BacktestExportError('WRITE_FAILED', text, details);
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
  const text = `${problem}; the previous state could not be restored (${reason}): this library still reads it, and the next write into this folder restores it`;
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
