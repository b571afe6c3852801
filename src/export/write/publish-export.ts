import type { PreparedFile, Storage } from '../../storage/storage.ts';
import { currentOwner } from '../../storage/owner.ts';
import { hurryAfter } from '../../storage/with-signal.ts';
import { successMarker } from '../classify-entry.ts';
import { journalName, type Journal } from '../swap/journal.ts';
import { listSwapFolders } from '../swap/list-swapped.ts';
import { planSwap, type SwapPlan } from '../swap/plan-swap.ts';
import { runSwap } from '../swap/run-swap.ts';
import { takeLock, type Patience } from '../swap/take-lock.ts';

/** How an export is published. */
export interface PublishOptions extends Patience {
  /** Replaces the export of the same job and time, in either format, and files of the same names. */
  readonly overwrite: boolean;
  /** Whether everything is there, so that it gets `_SUCCESS`; true by default. */
  readonly complete?: boolean;
  /** Whether `_CHECK` and, where it is complete, `_SUCCESS` are written; true by default. Else they are among the files. */
  readonly markers?: boolean;
  /** Told what will be removed, when nothing is changed yet and nobody else can change it; may throw. */
  readonly spare?: (paths: readonly string[]) => Promise<void>;
}

/**
 * Gives an export's files, all of them complete, their names in one swap: whatever happens meanwhile, a reader finds what
 * was there before or all of the new export. The lock is taken first, and what is to be replaced is looked for then, so
 * that of two writers one finds the other's export. Order: old parts aside, `_CHECK`, the parts, `_SUCCESS` last.
 * `_SUCCESS` of other exports in the folder is away meanwhile.
 *
 * After a failure everything is as it was, and the files are discarded. Without the signal it takes a rename for each file
 * and about ten syncs, however many files there are; the signal undoes what was not committed.
 * @throws `EXPORT_EXISTS`, `EXPORT_BUSY`, `FILE_EXISTS`, `JOURNAL_INVALID`, `WRITE_FAILED`; the signal's reason
 */
export async function publishExport(
  given: Storage,
  files: readonly PreparedFile[],
  options: PublishOptions,
): Promise<void> {
  const { complete = true, markers = true } = options;
  const storage = hurryAfter(given, options.signal);
  const all = [...files];
  try {
    options.signal?.throwIfAborted();
    if (markers) all.push(await prepareMarker(storage, '_CHECK'));
    if (markers && complete) all.push(await prepareMarker(storage, successMarker));
    await swapIn(storage, all, options);
    // where `_CHECK` was there already, it stays
    await discardFiles(
      storage,
      all.filter(({ path }) => path === '_CHECK'),
    );
  } catch (error) {
    await discardFiles(storage, all);
    throw error;
  }
}

/** Removes prepared files as far as that is possible. */
export async function discardFiles(storage: Storage, files: readonly PreparedFile[]): Promise<void> {
  for (const file of files) await storage.discard(file).catch(() => undefined);
}

async function swapIn(storage: Storage, files: readonly PreparedFile[], options: PublishOptions): Promise<void> {
  const { location } = storage;
  const request = { location, files, ifMissing: new Set(['_CHECK']), overwrite: options.overwrite };
  const plan = async (): Promise<SwapPlan> => planSwap(await listSwapFolders(storage), request);
  const makeJournal = async (): Promise<Journal> => ({
    id: crypto.randomUUID(),
    owner: currentOwner(),
    at: Date.now(),
    state: 'started',
    ...(await plan()),
  });
  for (;;) {
    const { journal, hold } = await takeLock(storage, makeJournal, options);
    try {
      if (await isStillRight(storage, journal, plan, options))
        return await runSwap(storage, journal, hold, options.signal);
    } finally {
      hold.letGo();
    }
  }
}

/** Looks again, now that nobody else can change the folder; removes the journal where it says something else by now. */
async function isStillRight(
  storage: Storage,
  { added, replaced }: Journal,
  plan: () => Promise<SwapPlan>,
  { spare }: PublishOptions,
): Promise<boolean> {
  try {
    const now = await plan();
    const right = JSON.stringify(now) === JSON.stringify({ added, replaced });
    if (right) await spare?.(replaced.map(({ path }) => path));
    else await storage.remove(journalName);
    return right;
  } catch (error) {
    // nothing was changed yet; a journal that stays is undone by the next writer, which changes nothing
    await storage.remove(journalName).catch(() => undefined);
    throw error;
  }
}

async function prepareMarker(storage: Storage, path: string): Promise<PreparedFile> {
  const writer = await storage.create(path, { overwrite: true });
  return writer.prepare();
}
