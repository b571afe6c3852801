import { BacktestExportError } from '../errors.ts';
import { clearLeftovers } from '../export/swap/leftovers.ts';
import { loadZod } from '../options.ts';
import { createFile } from '../storage/create-file.ts';
import { openLatest } from '../storage/read-latest.ts';
import type { Storage, StorageFile } from '../storage/storage.ts';
import { formatState, parseState, type JobState } from './job-state.ts';
import { messageOf } from './short-text.ts';

/** The name of the state file. */
const stateFileName = 'backtest-export-jobs.json';

/** More than any allowed number of jobs needs. */
const longestState = 256 * 1024 * 1024;

/**
 * Reads and checks the state of an earlier service. A damaged file is set aside under a name with the time and reported
 * to `onProblem`, and the service starts without jobs.
 * @throws if the file cannot be read or set aside; it is never overwritten
 */
export async function readState(
  storage: Storage,
  now: number,
  onProblem: (message: string) => void,
): Promise<JobState> {
  // hidden files of killed services
  await clearLeftovers(storage, undefined);
  const file = await openLatest(storage, stateFileName);
  if (file === undefined) return { jobs: new Map(), used: [] };
  try {
    const { z } = await loadZod();
    let problem: string;
    try {
      if (file.size > longestState) throw new Error(`expected at most ${longestState} bytes, found ${file.size}`);
      const bytes = new Uint8Array(file.size);
      await file.read(bytes, 0);
      return parseState(z, bytes);
    } catch (error) {
      // an unreadable file is not a damaged one
      if (error instanceof BacktestExportError) throw error;
      problem = messageOf(error);
    }
    const aside = await setAside(storage, file, now);
    onProblem(`the jobs in ${stateFileName} are damaged and were set aside as ${aside}: ${problem}`);
    return { jobs: new Map(), used: [] };
  } finally {
    await file.close();
  }
}

/** Replaces the whole file. */
export async function writeState(storage: Storage, state: JobState): Promise<void> {
  const bytes = new TextEncoder().encode(formatState(state));
  await createFile(storage, stateFileName, true, (file) => file.write(bytes));
}

/** Copies the file to an unused name, then removes it; returns the new name. */
async function setAside(storage: Storage, file: StorageFile, now: number): Promise<string> {
  const time = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  for (let number = 1; ; number++) {
    const name = stateFileName.replace('.json', `.damaged-${time}${number === 1 ? '' : `-${number}`}.json`);
    try {
      await copyTo(storage, file, name);
    } catch (error) {
      if (error instanceof BacktestExportError && error.code === 'FILE_EXISTS' && number < 100) continue;
      throw error;
    }
    await storage.remove(stateFileName);
    return name;
  }
}

async function copyTo(storage: Storage, file: StorageFile, name: string): Promise<void> {
  await createFile(storage, name, false, async (copy) => {
    const chunk = new Uint8Array(1024 * 1024);
    for (let at = 0; at < file.size; at += chunk.length) {
      await copy.write(chunk.subarray(0, await file.read(chunk, at)));
    }
  });
}
