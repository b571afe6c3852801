import type { Storage } from './storage.ts';

/** Files named one by one, and the storage that contains them all. */
export interface NamedFiles {
  readonly storage: Storage;
  /** Their paths in the storage, in the order of their names. */
  readonly paths: readonly string[];
}
