import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemError } from './local-path.ts';
import { createLocalStorage } from './local.ts';
import type { Storage } from './storage.ts';

/** A new folder for intermediate files, readable by this user alone. */
export interface TemporaryStorage {
  readonly storage: Storage;
  /** Removes the folder and everything in it. */
  remove(): Promise<void>;
}

/**
 * Makes a new folder in `parent`, by default where the system keeps temporary files.
 * @throws `WRITE_FAILED`, also when `parent` is not there.
 */
export async function createTemporaryStorage(parent: string = tmpdir()): Promise<TemporaryStorage> {
  try {
    const folder = await mkdtemp(join(parent, 'backtest-export-'));
    return { storage: createLocalStorage(folder), remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (cause) {
    throw systemError('WRITE_FAILED', 'no temporary folder can be made here', parent, cause, 'folder');
  }
}
