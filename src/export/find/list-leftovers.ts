import { BacktestExportError } from '../../errors.ts';
import { assertOptions } from '../../options.ts';
import { toGuarded } from '../../storage/given-storage.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { S3Access } from '../../storage/s3/s3-access.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Leftover } from '../swap/list-leftovers.ts';
import { findLeftovers, removeFound, type LeftoversSearch } from './find-leftovers.ts';

/** Options of {@link listLeftovers} and {@link removeLeftovers}. */
export interface LeftoversOptions {
  /** Hours without a change after which what another machine or container wrote counts as left; default 24. */
  readonly olderThan?: number;
  /** Levels of folders below the location that are searched; 0 is the folder of one export alone. Default 8. */
  readonly depth?: number;
  /** How to reach a location `s3://…`. */
  readonly s3?: S3Access;
  readonly signal?: AbortSignal;
}

/** What writers have in a folder and below it. Plain data. */
export interface LeftoverList {
  readonly location: string;
  /** By path. */
  readonly leftovers: readonly Leftover[];
  /** Why uploads could not be listed; null if they could, or if the storage has none. */
  readonly uploadsUnknown: string | null;
  /** Folders that lie too deep to be searched. */
  readonly tooDeep: readonly string[];
}

/** What was removed, and what writers have there now. Plain data. */
export interface RemovedLeftovers extends LeftoverList {
  readonly removed: readonly Leftover[];
}

/**
 * Lists what writers have in a folder and below it, or have left there: hidden files, files of a swap that did not end, uploads to S3
 * that were never completed. Changes nothing. Costs a listing of each folder, a few more where there is an export, and one of uploads.
 * @throws `FILE_NOT_FOUND`, `READ_FAILED`, `JOURNAL_INVALID`, `OPTION_INVALID`; the signal's reason
 */
export async function listLeftovers(location: string | Storage, options: LeftoversOptions = {}): Promise<LeftoverList> {
  const { storage, search, shown } = openPlace('listLeftovers', location, options);
  return { location: shown, ...(await findLeftovers(storage, search)) };
}

/**
 * Does what the next write into each of these folders would do: removes what is left, and finishes or undoes the swap of a dead
 * writer. What a running process of this machine writes is never touched. What could not be removed is still among `leftovers`.
 * @throws as {@link listLeftovers}; `WRITE_FAILED` if a swap can be neither undone nor finished
 */
export async function removeLeftovers(
  location: string | Storage,
  options: LeftoversOptions = {},
): Promise<RemovedLeftovers> {
  const { storage, search, shown } = openPlace('removeLeftovers', location, options);
  const before = await findLeftovers(storage, search);
  await removeFound(storage, before.leftovers, search);
  options.signal?.throwIfAborted(); // removing does not fail for it
  const after = before.leftovers.length === 0 ? before : await findLeftovers(storage, search);
  const left = new Set(after.leftovers.map(keyOf));
  return { location: shown, ...after, removed: before.leftovers.filter((each) => !left.has(keyOf(each))) };
}

function openPlace(
  what: string,
  location: string | Storage,
  options: LeftoversOptions,
): { readonly storage: Storage; readonly search: LeftoversSearch; readonly shown: string } {
  assertOptions(what, options, { olderThan: 'a number', depth: 'a number', s3: 'an object', signal: 'an AbortSignal' });
  const { olderThan = 24, depth = 8, s3, signal } = options;
  if (!(olderThan >= 0)) throw invalid(`${what}.olderThan: expected hours from 0, found ${olderThan}`);
  if (!Number.isSafeInteger(depth) || depth < 0) {
    throw invalid(`${what}.depth: expected a whole number from 0, found ${depth}`);
  }
  const storage = typeof location === 'string' ? openStorage(location, { s3 }) : toGuarded(what, location);
  const shown = typeof location === 'string' ? location : storage.location;
  return { storage, search: { silence: olderThan * hour, depth, signal }, shown };
}

function invalid(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', problem);
}

function keyOf({ kind, path }: Leftover): string {
  return `${kind} ${path}`;
}

const hour = 60 * 60 * 1000;
