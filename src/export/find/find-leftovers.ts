import { tableNames } from '../../schema/schema.ts';
import { openBelow } from '../../storage/open-below.ts';
import type { Storage } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { describeHidden } from '../swap/leftovers.ts';
import { listHidden, listUploadsBelow, type Leftover, type Leftovers } from '../swap/list-leftovers.ts';
import { settleFolder } from '../swap/settle-folder.ts';
import { isTableFolder, walkFolders } from './walk-folders.ts';

/** Where to look for leftovers, and what counts as left. */
export interface LeftoversSearch {
  /** Milliseconds without a change after which what another machine wrote counts as left. */
  readonly silence: number;
  /** Levels of folders below that are searched; 0 is the folder of one export alone. */
  readonly depth: number;
  readonly signal?: AbortSignal | undefined;
}

/** What writers have below a location. */
export interface FoundLeftovers extends Leftovers {
  /** Folders that lie too deep to be searched. */
  readonly tooDeep: readonly string[];
}

/**
 * Lists the hidden files and uploads of writers in the folders of exports, from a location downwards, by path. Changes nothing. Costs
 * a listing of each folder, a few more where there is an export, and one of uploads.
 * @throws `JOURNAL_INVALID`; `READ_FAILED`, `FILE_NOT_FOUND`
 */
export async function findLeftovers(
  root: Storage,
  { silence, depth, signal }: LeftoversSearch,
): Promise<FoundLeftovers> {
  const leftovers: Leftover[] = [];
  const { tooDeep } = await walkFolders(root, { depth, maxFolders, signal }, async (folder, entries) => {
    if (!entries.some((entry) => isTableFolder(entry) || describeHidden(entry) !== undefined)) return;
    const prefix = folder === '' ? '' : `${folder}/`;
    for (const left of await listHidden(withSignal(openBelow(root, folder), signal), silence)) {
      leftovers.push({ ...left, path: prefix + left.path });
    }
  });
  const uploads = await listUploadsBelow(withSignal(root, signal), silence);
  const near = uploads.leftovers.filter(({ path }) => levelOf(exportFolderOf(path)) <= depth);
  const byPath = (one: Leftover, other: Leftover): number => (one.path < other.path ? -1 : 1);
  return { ...uploads, leftovers: [...leftovers, ...near].sort(byPath), tooDeep };
}

/**
 * Does in the folders of these leftovers what the next write there would do: removes what is left, and finishes or undoes a swap.
 * @throws as {@link settleFolder}
 */
export async function removeFound(
  root: Storage,
  leftovers: readonly Leftover[],
  { silence, signal }: LeftoversSearch,
): Promise<void> {
  for (const folder of new Set(leftovers.map(({ path }) => exportFolderOf(path)))) {
    await settleFolder(withSignal(openBelow(root, folder), signal), { silence });
  }
}

/** The folder of the export that a hidden file or an upload belongs to, `''` for the root. */
function exportFolderOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  if (tableNames.some((table) => table === folders.at(-1))) folders.pop();
  return folders.join('/');
}

function levelOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
}

const maxFolders = 10_000;
