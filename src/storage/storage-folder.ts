import type { Storage } from './storage.ts';

/** A folder of a storage; `''` is the root. It need not exist. */
export interface StorageFolder {
  readonly storage: Storage;
  readonly folder: string;
}

/** Whether a path is a folder or below it; `''` is the root. */
export function isBelowPath(outer: string, inner: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
}
