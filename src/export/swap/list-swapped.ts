import { ifThere } from '../../storage/storage-path.ts';
import type { Storage, StorageEntry } from '../../storage/storage.ts';
import { tableNames } from '../../schema/schema.ts';

/** The folders of an export: the root and one for each table. */
export const swapFolders: readonly string[] = ['', ...tableNames];

/** All entries of those folders by path; missing folders are ignored. */
export async function listSwapFolders(storage: Storage): Promise<Map<string, StorageEntry>> {
  const entries = new Map<string, StorageEntry>();
  for (const folder of swapFolders) {
    for (const entry of (await ifThere(storage.list(folder))) ?? []) entries.set(entry.path, entry);
  }
  return entries;
}
