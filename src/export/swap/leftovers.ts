import type { Storage, StorageEntry } from '../../storage/storage.ts';
import { folderPrefix } from '../../storage/storage-path.ts';
import { isTemporaryName, temporaryState } from '../../storage/temporary-name.ts';
import type { HiddenFile } from '../entries/export-catalog.ts';
import { swapOfName } from './holder.ts';
import { isAsideName, journalName, type Journal } from './journal.ts';
import { listSwapFolders, swapFolders } from './list-swapped.ts';

/** Classifies a writer's hidden file by its name; undefined for any other entry. */
export function describeHidden({ path, size, modified, kind }: StorageEntry): HiddenFile | undefined {
  if (kind !== 'file') return undefined;
  const name = path.slice(folderPrefix(path).length);
  if (isTemporaryName(name)) return { path, size, kind: 'temporary', writer: temporaryState(name, modified) };
  if (isAsideName(name)) return { path, size, kind: 'set-aside', writer: null };
  if (name === journalName || swapOfName(name) !== undefined) return { path, size, kind: 'journal', writer: null };
  return undefined;
}

/**
 * Removes leftovers of killed writers in the folders of an export: temporary files and uploads of ended processes, those
 * of other machines after a day without change, and records of swaps other than `journal`, none of them among those to
 * `keep`. Never fails.
 */
export async function removeLeftovers(
  storage: Storage,
  journal: Journal | undefined,
  keep?: ReadonlySet<string>,
): Promise<void> {
  try {
    for (const entry of (await listSwapFolders(storage)).values()) {
      if (isRemovable(entry, journal) && keep?.has(entry.path) !== true) await storage.remove(entry.path);
    }
    await removeUploads(storage);
  } catch {
    // best effort: leftovers only take space
  }
}

/** The uploads to an export's folders that never became files; none where that cannot be found out. One request. */
export async function findUploads(storage: Storage): Promise<HiddenFile[]> {
  try {
    return (await listOwnUploads(storage)).map(({ path, size, modified }) => {
      const writer = temporaryState(path.slice(folderPrefix(path).length), modified);
      return { path, size, kind: 'upload', writer };
    });
  } catch {
    return []; // a reader need not be allowed to list them
  }
}

async function removeUploads(storage: Storage): Promise<void> {
  for (const upload of await listOwnUploads(storage)) {
    if (isRemovable(upload, undefined)) await storage.abortUpload?.(upload);
  }
}

async function listOwnUploads(storage: Storage): Promise<StorageEntry[]> {
  const uploads = (await storage.listUploads?.()) ?? [];
  return uploads.filter(({ path }) => {
    const prefix = folderPrefix(path);
    return swapFolders.includes(prefix.slice(0, -1)) && isTemporaryName(path.slice(prefix.length));
  });
}

/** Milliseconds without change after which another machine's temporary file counts as a leftover. */
const longestWriting = 24 * 60 * 60 * 1000;

function isRemovable(entry: StorageEntry, journal: Journal | undefined): boolean {
  const hidden = describeHidden(entry);
  if (hidden === undefined) return false;
  if (hidden.kind === 'journal') {
    const swap = swapOfName(entry.path);
    return swap !== undefined && swap !== journal?.id;
  }
  if (hidden.kind !== 'temporary' || hidden.writer === 'alive') return false;
  return hidden.writer === 'dead' || Date.now() - (entry.modified ?? Date.now()) > longestWriting;
}
