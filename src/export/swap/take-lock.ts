import { BacktestExportError } from '../../errors.ts';
import { delay } from '../../delay.ts';
import { quoteText } from '../../quote-text.ts';
import { currentOwner, ownerState } from '../../storage/owner.ts';
import type { Storage } from '../../storage/storage.ts';
import { findHolder, Hold, type Holder } from './holder.ts';
import { journalVersion, readJournal, writeJournal, type FoundJournal } from './journal-file.ts';
import { journalName, type Journal } from './journal.ts';
import { recoverSwap } from './recover-swap.ts';

/** How long to wait for other writers. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; default 30,000. */
  readonly wait?: number | undefined;
}

const longestWait = 30_000;

/** A journal written to the folder, and the hold on it, which must be released. */
export interface Lock {
  readonly journal: Journal;
  readonly hold: Hold;
}

/**
 * Locks the folder against every other writer by writing a journal if none exists. First undoes or finishes the swap of
 * a dead writer; waits for a running one. Calls `makeJournal` again after each wait.
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
    await delay(Math.min(shortestPause * 2 ** Math.min(turn, 4), Math.max(1, until - Date.now())));
  }
}

/** Waits for a running writer, within the given patience, and returns the journal that remains. */
export async function awaitWriter(storage: Storage, patience: Patience): Promise<FoundJournal | undefined> {
  const until = Date.now() + (patience.wait ?? longestWait);
  for (;;) {
    patience.signal?.throwIfAborted();
    const found = await readJournal(storage);
    if (found === undefined || Date.now() >= until) return found;
    if (!(await findHolder(storage, found.journal)).alive) return found;
    do {
      await delay(shortestPause);
      patience.signal?.throwIfAborted();
    } while (Date.now() < until && (await journalVersion(storage)) === found.version);
  }
}

const shortestPause = 20;

async function tryLock(storage: Storage, journal: Journal): Promise<Lock | undefined> {
  // held before it is written, so that nothing on this thread takes it for a dead writer's
  const hold = new Hold(storage, journal.id, 0);
  try {
    await writeJournal(storage, journal, false);
    return { journal, hold };
  } catch (error) {
    hold.letGo();
    if (error instanceof BacktestExportError && error.code === 'FILE_EXISTS') return undefined;
    // it may have been written if only the last step failed; the next writer undoes a remaining one
    await removeOwn(storage, journal).catch(() => undefined);
    throw error;
  }
}

async function removeOwn(storage: Storage, { id }: Journal): Promise<void> {
  if ((await readJournal(storage))?.journal.id === id) await storage.remove(journalName);
}

function busy(storage: Storage, holder: Holder | undefined): BacktestExportError {
  const problem = `expected to be the only writer of ${quoteText(storage.location)}, found ${describeHolder(holder)} writing to it`;
  return new BacktestExportError('EXPORT_BUSY', problem);
}

/** Describes a holder in a few words. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process';
  const { owner } = holder;
  if (owner.run === currentOwner().run) return 'this process';
  return ownerState(owner, Date.now()) === 'elsewhere' ? 'a process on another machine' : `the process ${owner.pid}`;
}
