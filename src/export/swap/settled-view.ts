import { openAbove } from '../../storage/open-storage.ts';
import { isForbidden } from '../../storage/s3/s3-error.ts';
import type { Storage } from '../../storage/storage.ts';
import { StorageView, type ViewNames } from '../../storage/view.ts';
import { withSignal } from '../../storage/with-signal.ts';
import type { ExportWarning } from '../entries/export-catalog.ts';
import { isTableName } from '../../schema/schema.ts';
import { findHolder, type Holder } from './holder.ts';
import { journalVersion } from './journal-file.ts';
import { asidePath, journalName, type Journal } from './journal.ts';
import { awaitWriter, describeHolder } from './take-lock.ts';

/** A consistent view of a folder, despite running writers and leftovers of killed ones. */
export interface SettledView {
  /** The storage itself, or one that shows the complete side of an unfinished swap. */
  readonly storage: Storage;
  /** About that swap. */
  readonly warnings: readonly ExportWarning[];
  /** Whether no swap has begun or ended since, so that entries listed meanwhile belong together. */
  readonly holds: () => Promise<boolean>;
}

/** Milliseconds that a reader waits for a writer, which usually needs only a few. */
const readersWait = 2000;

/**
 * Looks for a swap journal in the folder or, for a table's folder, in its parent. Writes nothing. Tries to open two
 * files.
 * @throws `JOURNAL_INVALID`
 */
export async function viewSettled(storage: Storage, signal?: AbortSignal): Promise<SettledView> {
  const above = isTableName(storage.folderName) ? openAbove(storage) : undefined;
  const places = [storage, ...(above === undefined ? [] : [above])];
  for (const each of places) {
    const place = withSignal(each, signal);
    const found = await awaitWriter(place, { wait: readersWait, signal }).catch((error: unknown) => {
      // without permission to list, whether there is a swap cannot be known
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

/** Describes a swap: its writer, the number of changes, which files are read, and what happens next. */
function describeSwap({ state, added, replaced }: Journal, holder: Holder): string {
  const isStarted = state === 'started';
  const counts = `${added.length} to add, ${replaced.length} to remove`;
  const side = isStarted ? 'the old files are read' : 'the new files are read';
  if (holder.alive) return `${describeHolder(holder)} is replacing files here (${counts}): ${side}`;
  const next = isStarted ? 'undoes it' : 'finishes it';
  return `a writer ended before it had replaced all files here (${counts}): ${side}; the next write ${next}`;
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

/** The names that a reader sees: the old files under their original names, or the new ones, as paths below `prefix`. */
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
