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

/** Which leftovers to remove. */
export interface Clearing {
  /** Hidden files that stay, whoever wrote them. */
  readonly keep?: ReadonlySet<string> | undefined;
  /** Milliseconds without a change after which what another machine wrote is removed; default a day. */
  readonly silence?: number | undefined;
}

/**
 * Removes leftovers of killed writers in the folders of an export: temporary files and uploads of ended processes, those
 * of other machines that were silent for long, and records of swaps other than `journal`. Never fails.
 */
export async function clearLeftovers(
  storage: Storage,
  journal: Journal | undefined,
  { keep, silence = longestWriting }: Clearing = {},
): Promise<void> {
  try {
    for (const entry of (await listSwapFolders(storage)).values()) {
      if (keep?.has(entry.path) !== true && isRemovable(entry, journal, silence)) await storage.remove(entry.path);
    }
    await removeUploads(storage, silence);
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

async function removeUploads(storage: Storage, silence: number): Promise<void> {
  for (const upload of await listOwnUploads(storage)) {
    if (isRemovable(upload, undefined, silence)) await storage.abortUpload?.(upload);
  }
}

/** The uploads of this library's writers to an export's folders. @throws what S3 throws */
async function listOwnUploads(storage: Storage): Promise<StorageEntry[]> {
  const uploads = (await storage.listUploads?.()) ?? [];
  return uploads.filter(({ path }) => {
    const prefix = folderPrefix(path);
    return swapFolders.includes(prefix.slice(0, -1)) && isTemporaryName(path.slice(prefix.length));
  });
}

/** Milliseconds without change after which another machine's temporary file counts as a leftover. */
const longestWriting = 24 * 60 * 60 * 1000;

function isRemovable(entry: StorageEntry, journal: Journal | undefined, silence: number): boolean {
  const hidden = describeHidden(entry);
  if (hidden === undefined) return false;
  if (hidden.kind === 'journal') {
    const swap = swapOfName(entry.path);
    return swap !== undefined && swap !== journal?.id;
  }
  return hidden.kind === 'temporary' && isGivenUp(hidden.writer, entry.modified, silence);
}

/** Whether a writer has ended, or given no sign for so many milliseconds that it must have. */
export function isGivenUp(writer: HiddenFile['writer'], since: number | undefined, silence: number): boolean {
  if (writer === 'dead') return true;
  return writer !== 'alive' && Date.now() - (since ?? Date.now()) > silence;
}
