import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { currentOwner, ownerState } from '../../storage/owner.ts';
import type { Storage } from '../../storage/storage.ts';
import { findHolder, Hold, type Holder } from './holder.ts';
import { journalVersion, readJournal, writeJournal, type FoundJournal } from './journal-file.ts';
import { journalName, type Journal } from './journal.ts';
import { recoverSwap } from './recover-swap.ts';

/** How long to wait for others, and when to stop. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; half a minute by default. */
  readonly wait?: number | undefined;
}

const longestWait = 30_000;

/** A journal that stands in the folder, and the hold on it, which is to be let go of. */
export interface Lock {
  readonly journal: Journal;
  readonly hold: Hold;
}

/**
 * Writes a journal where there is none, and so locks the folder against every other writer. What a dead writer left there is
 * undone or finished first; a live one is waited for. `makeJournal` is asked anew after each wait.
 * @throws `EXPORT_BUSY`; what `makeJournal` and recovery throw; the signal's reason
 */
export async function takeLock(
  storage: Storage,
  makeJournal: () => Promise<Journal>,
  patience: Patience,
): Promise<Lock> {
  const until = Date.now() + (patience.wait ?? longestWait);
  for (let turn = 0; ; turn++) {
    patience.signal?.throwIfAborted();
    const holder = await recoverSwap(storage);
    if (holder === undefined) {
      const lock = await tryLock(storage, await makeJournal());
      if (lock !== undefined) return lock;
    }
    if (Date.now() >= until) throw busy(storage, holder);
    await pause(Math.min(shortestPause * 2 ** Math.min(turn, 4), Math.max(1, until - Date.now())));
  }
}

/** Waits while a live writer is at a folder, but not for long; answers what is there then. */
export async function awaitWriter(storage: Storage, patience: Patience): Promise<FoundJournal | undefined> {
  const until = Date.now() + (patience.wait ?? longestWait);
  for (;;) {
    patience.signal?.throwIfAborted();
    const found = await readJournal(storage);
    if (found === undefined || Date.now() >= until) return found;
    if (!(await findHolder(storage, found.journal)).alive) return found;
    do {
      await pause(shortestPause);
      patience.signal?.throwIfAborted();
    } while (Date.now() < until && (await journalVersion(storage)) === found.version);
  }
}

const shortestPause = 20;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function tryLock(storage: Storage, journal: Journal): Promise<Lock | undefined> {
  // held before it is there, so that nobody on this thread takes it for a dead one's
  const hold = new Hold(storage, journal.id, 0);
  try {
    await writeJournal(storage, journal, false);
    return { journal, hold };
  } catch (error) {
    hold.letGo();
    if (error instanceof BacktestExportError && error.code === 'FILE_EXISTS') return undefined;
    // it may stand there all the same, where only the last step failed; one that stays is undone by the next writer
    await removeOwn(storage, journal).catch(() => undefined);
    throw error;
  }
}

async function removeOwn(storage: Storage, { id }: Journal): Promise<void> {
  if ((await readJournal(storage))?.journal.id === id) await storage.remove(journalName);
}

function busy(storage: Storage, holder: Holder | undefined): BacktestExportError {
  const problem = `expected to be alone in writing to ${quoteText(storage.location)}, found ${describeHolder(holder)} at work there`;
  return new BacktestExportError('EXPORT_BUSY', problem);
}

/** Who that is, in a few words. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process';
  const { owner } = holder;
  if (owner.run === currentOwner().run) return 'this process';
  return ownerState(owner, Date.now()) === 'elsewhere' ? 'a process on another machine' : `the process ${owner.pid}`;
}
