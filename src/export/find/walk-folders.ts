import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { isTableName } from '../../schema/schema.ts';
import { inParallel } from '../../storage/in-parallel.ts';
import { ifThere } from '../../storage/storage-path.ts';
import type { Storage, StorageEntry } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';

/** How far a walk goes. */
export interface WalkLimits {
  /** Levels of folders below the root; 0 is the root alone. */
  readonly depth: number;
  /** The most folders to list; more are refused. */
  readonly maxFolders: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a walk has listed. */
export interface Walk {
  /** How many folders were listed. */
  readonly searched: number;
  /** Folders that lie too deep to be listed. */
  readonly tooDeep: readonly string[];
}

/**
 * Calls `visit` with each folder of a storage and what is in it, level by level, eight folders at a time. Folders of tables, those whose
 * names begin with a dot or an underscore, and links to folders are not entered. Costs one listing of each folder.
 * @throws `READ_FAILED`, also for more folders than `maxFolders`; `FILE_NOT_FOUND` for the root; what `visit` throws
 */
export async function walkFolders(
  root: Storage,
  { depth, maxFolders, signal }: WalkLimits,
  visit: (folder: string, entries: readonly StorageEntry[]) => Promise<void>,
): Promise<Walk> {
  const abortable = withSignal(root, signal);
  let searched = 0;
  let level = [''];
  for (let deep = 0; deep <= depth && level.length > 0; deep++) {
    searched += level.length;
    if (searched > maxFolders) throw tooMany(root.location, maxFolders);
    const below = await inParallel(level, mostAtOnce, async (folder): Promise<string[]> => {
      signal?.throwIfAborted();
      const entries = folder === '' ? await abortable.list('') : await ifThere(abortable.list(folder));
      if (entries === undefined) return [];
      await visit(folder, entries);
      return entries.filter(isEntered).map(({ path }) => path);
    });
    level = below.flat();
  }
  return { searched, tooDeep: level };
}

/** Whether an entry is the folder of a table. */
export function isTableFolder(entry: StorageEntry): boolean {
  return entry.kind === 'folder' && isTableName(nameOf(entry));
}

function isEntered(entry: StorageEntry): boolean {
  const name = nameOf(entry);
  return entry.kind === 'folder' && !isTableFolder(entry) && !name.startsWith('.') && !name.startsWith('_');
}

function nameOf({ path }: StorageEntry): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const mostAtOnce = 8;

function tooMany(location: string, most: number): BacktestExportError {
  const problem = `expected at most ${most} folders below ${quoteText(location)}, found more; maxFolders raises it, or search a folder below`;
  return new BacktestExportError('READ_FAILED', problem);
}
