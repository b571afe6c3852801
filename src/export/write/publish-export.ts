import type { PreparedFile, Storage } from '../../storage/storage.ts';
import { currentOwner } from '../../storage/owner.ts';
import { hurryAfter } from '../../storage/with-signal.ts';
import { checkMarker, successMarker } from '../entries/classify-entry.ts';
import { journalName, type Journal, type SwapPlan } from '../swap/journal.ts';
import { listSwapFolders } from '../swap/list-swapped.ts';
import { planSwap } from '../swap/plan-swap.ts';
import { runSwap } from '../swap/run-swap.ts';
import { takeLock, type Patience } from '../swap/take-lock.ts';

/** How to publish an export. */
export interface PublishOptions extends Patience {
  /** Replaces the export of the same job and time, in either format, and files of the same names. */
  readonly overwrite: boolean;
  /** Whether the export is complete and so gets `_SUCCESS`; default true. */
  readonly complete?: boolean;
  /**
   * Whether to write `_CHECK` and, for a complete export, `_SUCCESS`; default true. Otherwise they are among the files.
   */
  readonly markers?: boolean;
  /** Called under the lock, before any change, with the paths that will be removed; may throw. */
  readonly spare?: (paths: readonly string[]) => Promise<void>;
}

/**
 * Publishes an export's complete files in one swap: at any time a reader finds the previous state or the whole new
 * export. The lock is taken before looking for what to replace, so that one of two writers finds the other's export.
 * Order: old parts aside, `_CHECK`, the parts, `_SUCCESS` last. `_SUCCESS` of other exports in the folder is missing
 * meanwhile.
 *
 * A failure restores the previous state and discards the files. Costs a rename a file and about ten syncs, however many
 * files there are; the signal undoes what is not committed.
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
    if (markers) all.push(await prepareMarker(storage, checkMarker));
    if (markers && complete) all.push(await prepareMarker(storage, successMarker));
    await swapIn(storage, all, options);
    // an existing `_CHECK` stays
    await discardFiles(
      storage,
      all.filter(({ path }) => path === checkMarker),
    );
  } catch (error) {
    await discardFiles(storage, all);
    throw error;
  }
}

/** Removes prepared files, best effort. */
export async function discardFiles(storage: Storage, files: readonly PreparedFile[]): Promise<void> {
  for (const file of files) await storage.discard(file).catch(() => undefined);
}

async function swapIn(storage: Storage, files: readonly PreparedFile[], options: PublishOptions): Promise<void> {
  const { location } = storage;
  const request = { location, files, overwrite: options.overwrite };
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

/** Plans again under the lock; removes the journal if the plan has changed. */
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
    // nothing has changed yet; if the journal remains, the next writer's undo changes nothing
    await storage.remove(journalName).catch(() => undefined);
    throw error;
  }
}

async function prepareMarker(storage: Storage, path: string): Promise<PreparedFile> {
  const writer = await storage.create(path, { overwrite: true });
  return writer.prepare();
}
