import { readMember } from '../describe-value.ts';
import { BacktestExportError } from '../errors.ts';
import { describeValue } from '../options.ts';
import { guardStorage } from './guard/guard-storage.ts';
import type { S3Access } from './s3/s3-access.ts';
import type { Side } from './s3/s3-ask.ts';
import type { Storage } from './storage.ts';

/** How to open a location. */
export interface OpenLocation {
  /** How to reach S3; without effect on local paths. */
  readonly s3?: S3Access | undefined;
  /** What the location is to the work, for messages. */
  readonly side?: Side | undefined;
}

/** A folder, and the file in it if the location named a file. */
export interface StorageLocation {
  readonly storage: Storage;
  /** The file's path in the storage; undefined for a folder. */
  readonly file: string | undefined;
}

/**
 * A storage that was given by somebody, with its answers checked.
 * @throws `OPTION_INVALID` for what is none; `STORAGE_INVALID`
 */
export function toGuarded(what: string, storage: Storage, expected = 'a storage'): Storage {
  if (isStorage(storage)) return guardStorage(storage);
  const problem = `${what}: expected ${expected}, found ${describeValue(storage)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** Whether a value has the methods of a storage. */
export function isStorage(given: unknown): given is Storage {
  return ['list', 'open', 'create'].every((name) => typeof readMember(given, name) === 'function');
}
