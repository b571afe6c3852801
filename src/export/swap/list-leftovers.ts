import { isError } from '../../errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { folderPrefix } from '../../storage/storage-path.ts';
import { isTemporaryName, temporaryState } from '../../storage/temporary-name.ts';
import type { HiddenFile } from '../entries/export-catalog.ts';
import { findHolder, swapOfName } from './holder.ts';
import { readJournal } from './journal-file.ts';
import { describeHidden, isGivenUp } from './leftovers.ts';
import { listSwapFolders } from './list-swapped.ts';

/** Something that a writer has in the folder, or has left there. Plain data. */
export interface Leftover {
  readonly path: string;
  /** An upload is invisible to other programs, and costs money. */
  readonly kind: HiddenFile['kind'];
  /** Null for an upload. */
  readonly bytes: number | null;
  /** Whether its writer is running; null for what belongs to a swap. */
  readonly writer: HiddenFile['writer'];
  /** When it was last changed, in ISO 8601; null if unknown. */
  readonly modified: string | null;
  /** Whether the next writer removes it, or finishes or undoes the swap that it belongs to. */
  readonly removable: boolean;
}

/** What writers have in a folder and the folders below it. */
export interface Leftovers {
  readonly leftovers: readonly Leftover[];
  /** Why uploads could not be listed; null if they could, or if the storage has none. */
  readonly uploadsUnknown: string | null;
}

/**
 * Lists the hidden files of writers in the folders of an export. Changes nothing. `silence` is the time in milliseconds without a
 * change after which what another machine wrote counts as left.
 * @throws `JOURNAL_INVALID`; what listing throws
 */
export async function listHidden(storage: Storage, silence: number): Promise<Leftover[]> {
  const journal = (await readJournal(storage))?.journal;
  const swapEnded = journal === undefined || !(await findHolder(storage, journal)).alive;
  const leftovers: Leftover[] = [];
  for (const entry of (await listSwapFolders(storage)).values()) {
    const hidden = describeHidden(entry);
    if (hidden === undefined) continue;
    const { path, kind, size: bytes, writer } = hidden;
    const ofOther = kind === 'journal' && swapOfName(path) !== undefined && swapOfName(path) !== journal?.id;
    const removable = kind === 'temporary' ? isGivenUp(writer, entry.modified, silence) : ofOther || swapEnded;
    leftovers.push({ path, kind, bytes, writer, modified: timeOf(entry.modified), removable });
  }
  return leftovers;
}

/** Lists the uploads of writers to a storage, in whatever folder, and which of them count as left. Never fails. */
export async function listUploadsBelow(storage: Storage, silence: number): Promise<Leftovers> {
  try {
    const leftovers = ((await storage.listUploads?.()) ?? []).flatMap(({ path, modified }): Leftover[] => {
      const name = path.slice(folderPrefix(path).length);
      if (!isTemporaryName(name)) return [];
      const writer = temporaryState(name, modified);
      const removable = isGivenUp(writer, modified, silence);
      return [{ path, kind: 'upload', bytes: null, writer, modified: timeOf(modified), removable }];
    });
    return { leftovers, uploadsUnknown: null };
  } catch (error) {
    return { leftovers: [], uploadsUnknown: isError(error) ? error.message : String(error) };
  }
}

function timeOf(instant: number | undefined): string | null {
  return instant === undefined ? null : new Date(instant).toISOString();
}
