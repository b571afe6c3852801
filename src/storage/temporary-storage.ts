import type { Storage } from './storage.ts';

/** A new folder for intermediate files, readable by this user alone. */
export interface TemporaryStorage {
  readonly storage: Storage;
  /** Removes the folder and everything in it. */
  remove(): Promise<void>;
}
