import { BacktestExportError } from '../../errors.ts';
import { openAbove } from '../../storage/open-storage.ts';
import { statusOf } from '../../storage/s3/s3-error.ts';
import type { Storage } from '../../storage/storage.ts';
import { StorageView, type ViewNames } from '../../storage/view.ts';
import { withSignal } from '../../storage/with-signal.ts';
import type { ExportWarning } from '../export-catalog.ts';
import { isTableName } from '../../schema/schema.ts';
import { findHolder, type Holder } from './holder.ts';
import { journalVersion } from './journal-file.ts';
import { asidePath, journalName, type Journal } from './journal.ts';
import { awaitWriter, describeHolder } from './take-lock.ts';

/** A folder to read from, whatever writers are at or have left in it. */
export interface SettledView {
  /** The storage itself, or one that shows the side of an unfinished swap that is whole. */
  readonly storage: Storage;
  /** About that swap. */
  readonly warnings: readonly ExportWarning[];
  /** Whether no swap has begun or ended since: what was listed meanwhile belongs together. */
  readonly holds: () => Promise<boolean>;
}

/** Milliseconds for which a reader waits for a writer, which mostly needs a few. */
const readersWait = 2000;

/**
 * Looks for the journal of a swap, in the folder itself or, where it is the folder of a table, in the one above. Nothing is
 * written. Costs two attempts to open a file.
 * @throws `JOURNAL_INVALID`
 */
export async function viewSettled(storage: Storage, signal?: AbortSignal): Promise<SettledView> {
  const above = isTableName(storage.folderName) ? openAbove(storage) : undefined;
  const places = [storage, ...(above === undefined ? [] : [above])];
  for (const each of places) {
    const place = withSignal(each, signal);
    const found = await awaitWriter(place, { wait: readersWait, signal }).catch((error: unknown) => {
      if (isForbidden(error)) return undefined;
      throw error;
    });
    if (found === undefined) continue;
    const { journal, version } = found;
    const names = namesOf(journal, each === storage ? '' : `${storage.folderName}/`);
    const holder = await findHolder(place, journal);
    return {
      storage: new StorageView(storage, names),
      warnings: [{ code: 'SWAP_UNFINISHED', message: describeSwap(journal, holder), paths: [journalName] }],
      holds: async () => (await journalVersion(place)) === version,
    };
  }
  return { storage, warnings: [], holds: () => haveNone(places.map((place) => withSignal(place, signal))) };
}

/** Who is at it, how much is to change, what is read meanwhile, and what becomes of it. */
function describeSwap({ state, added, replaced }: Journal, holder: Holder): string {
  const isStarted = state === 'started';
  const counts = `${added.length} to add, ${replaced.length} to remove`;
  const side = isStarted ? 'the old files are read' : 'the new files are read';
  if (holder.alive) return `${describeHolder(holder)} is replacing files here (${counts}): ${side}`;
  const next = isStarted ? 'undoes it' : 'finishes it';
  return `a writer ended before it had replaced all files here (${counts}): ${side}; the next write ${next}`;
}

/**
 * S3 answers so for an object that is not there to whoever may not list the bucket: such a reader names each file, and nobody
 * can tell it of swaps.
 */
function isForbidden(error: unknown): boolean {
  return error instanceof BacktestExportError && error.code === 'READ_FAILED' && statusOf(error.cause) === 403;
}

async function haveNone(places: readonly Storage[]): Promise<boolean> {
  for (const place of places) {
    try {
      if ((await journalVersion(place)) !== undefined) return false;
    } catch (error) {
      if (!isForbidden(error)) throw error;
    }
  }
  return true;
}

/** What a reader sees: the old files wherever they lie, or the new ones, as paths below `prefix`. */
function namesOf(journal: Journal, prefix: string): ViewNames {
  const isStarted = journal.state === 'started';
  const below = (path: string): string[] => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []);
  const shown = new Map<string, string>();
  for (const [index, file] of journal.replaced.entries()) {
    const [stored, path] = [...below(asidePath(journal, file, index)), ...below(file.path)];
    if (stored !== undefined && path !== undefined && (isStarted || file.kept)) shown.set(stored, path);
  }
  const old = new Set(journal.replaced.map(({ path }) => path));
  const added = isStarted ? journal.added.filter(({ path }) => !old.has(path)) : [];
  return { shown, hidden: new Set(added.flatMap(({ path }) => below(path))) };
}
