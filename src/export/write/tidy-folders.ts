import { tableNames } from '../../schema/schema.ts';
import type { Storage } from '../../storage/storage.ts';

/** Does work that writes an export; where it fails, the folders that it made are removed again, as far as they are empty. */
export async function orRemoveFolders<Result>(storage: Storage, work: () => Promise<Result>): Promise<Result> {
  const remove = await storage.watchFolders?.(tableNames);
  try {
    return await work();
  } catch (error) {
    await remove?.();
    throw error;
  }
}
