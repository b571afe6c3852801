import { openAbove, openStorage, type StorageLocation } from '../../storage/open-storage.ts';
import { ifThere } from '../../storage/storage-path.ts';
import { withSignal } from '../../storage/with-signal.ts';
import type { viewSettled } from './settled-view.ts';

/**
 * The folder and name of a local file that is missing only because a swap has set it aside, and is still to be read;
 * undefined for any other missing file. Costs three attempts to open a file.
 */
export async function findSetAside(
  location: string,
  look: typeof viewSettled,
  signal: AbortSignal | undefined,
): Promise<StorageLocation | undefined> {
  const missing = openStorage(location);
  const folder = openAbove(missing);
  if (folder === undefined) return undefined;
  const view = await look(folder, signal);
  if (view.warnings.length === 0) return undefined;
  const file = await ifThere(withSignal(view.storage, signal).open(missing.folderName));
  await file?.close();
  return file === undefined ? undefined : { storage: folder, file: missing.folderName };
}
