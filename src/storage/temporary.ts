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
 * Makes a new folder in `parent`, by default the system's folder for temporary files.
 * @throws `WRITE_FAILED`, also if `parent` does not exist.
 */
export async function createTemporaryStorage(parent: string = tmpdir()): Promise<TemporaryStorage> {
  try {
    const folder = await mkdtemp(join(parent, 'backtest-export-'));
    return { storage: createLocalStorage(folder), remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (cause) {
    throw systemError('WRITE_FAILED', 'no temporary folder can be created here', parent, cause, 'folder');
  }
}
