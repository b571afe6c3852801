import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemError } from './system-error.ts';
import { createLocalStorage } from './local.ts';
import { currentOwner, ownerState } from './owner.ts';
import type { TemporaryStorage } from './temporary-storage.ts';

/**
 * Makes a new folder in `parent`, by default the system's folder for temporary files. Its name contains its owner: folders
 * there whose owners are dead, as they were killed, are removed first, as far as that is allowed.
 * @throws `WRITE_FAILED`, also if `parent` does not exist.
 */
export async function createTemporaryStorage(parent: string = tmpdir()): Promise<TemporaryStorage> {
  await removeDead(parent);
  const { host, pid, start } = currentOwner();
  try {
    const folder = await mkdtemp(join(parent, `backtest-export-p${host}-${pid}-${start}-`));
    return { storage: createLocalStorage(folder), remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (cause) {
    throw systemError('WRITE_FAILED', 'no temporary folder can be created here', parent, cause, 'folder');
  }
}

/** Removes what dead processes left. Whatever cannot be removed is left to others. */
async function removeDead(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, host, pid, start] = /^backtest-export-p([\da-f]{8})-(\d{1,10})-(\d{1,20})-\w{6}$/.exec(name) ?? [];
    if (host === undefined || pid === undefined || start === undefined) continue;
    const folder = join(parent, name);
    try {
      const { mtimeMs } = await lstat(folder);
      if (ownerState({ host, pid: Number(pid), start }, mtimeMs) !== 'dead') continue;
      await rm(folder, { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}
