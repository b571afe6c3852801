import { tableNames } from '../../schema/schema.ts';
import type { Storage } from '../../storage/storage.ts';

/** Runs work that writes an export; if it fails, removes the folders that it created, if empty. */
export async function orRemoveFolders<Result>(storage: Storage, work: () => Promise<Result>): Promise<Result> {
  const remove = await storage.watchFolders?.(tableNames);
  try {
    return await work();
  } catch (error) {
    await remove?.();
    throw error;
  }
}
