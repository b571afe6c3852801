import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { BacktestExportError, quoteText } from '../errors.ts';
import { assertKind } from '../options.ts';
import { toGuarded, type OpenLocation, type StorageLocation } from './given-storage.ts';
import { createLocalStorage } from './local.ts';
import { systemError } from './system-error.ts';
import type { Side } from './s3/s3-ask.ts';
import { isForbidden } from './s3/s3-error.ts';
import { S3Folder } from './s3/s3-folder.ts';
import { parseS3Location } from './s3/s3-location.ts';
import { ifThere } from './storage-path.ts';
import { baseOf } from './view.ts';
import { withSignal } from './with-signal.ts';
import type { Storage, StorageTransfer } from './storage.ts';

/**
 * Opens the folder at a location: a local path or `s3://bucket/prefix`. Nothing is accessed yet: a missing folder is
 * `FILE_NOT_FOUND` when it is listed.
 * @throws `FORMAT_UNSUPPORTED` for any other URL, `OPTION_INVALID` for an empty location.
 */
export function openStorage(location: string, { s3 = {}, side }: OpenLocation = {}): Storage {
  assertKind('location', location, 'text');
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\//.exec(location)?.[1];
  if (scheme === 's3') return withSide(new S3Folder(location, s3), side);
  if (scheme !== undefined) {
    const problem = `expected a local path or s3://bucket/prefix, found ${quoteText(location)}`;
    throw new BacktestExportError('FORMAT_UNSUPPORTED', problem);
  }
  if (location === '' || location.includes('\0')) {
    const problem = `expected the path of a folder or file, found ${quoteText(location)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  return createLocalStorage(location);
}

/** The same storage, which errors name as the source or the destination, if it is in S3. */
export function withSide(storage: Storage, side: Side | undefined): Storage {
  return storage instanceof S3Folder && side !== undefined ? storage.as(side) : storage;
}

/**
 * The storage to write to, opened if given as a location.
 * @throws `OPTION_INVALID` for what is neither; as {@link openStorage}
 */
export function toStorage(what: string, destination: string | Storage): Storage {
  if (typeof destination === 'string') return openStorage(destination, { side: 'destination' });
  return withSide(toGuarded(what, destination, 'a destination, a path or a storage'), 'destination');
}

/**
 * Opens a location: a folder, or a single file through its folder. `signal` ends only this call.
 * @throws as {@link openStorage}; `FILE_NOT_FOUND` if nothing exists there.
 */
export async function openLocation(
  location: string,
  signal?: AbortSignal,
  how: OpenLocation = {},
): Promise<StorageLocation> {
  const storage = openStorage(location, how);
  if (storage instanceof S3Folder) return openS3Location(storage, signal, how);
  try {
    if ((await stat(location)).isDirectory()) return { storage, file: undefined };
  } catch (cause) {
    throw systemError('READ_FAILED', 'the path cannot be read', location, cause);
  }
  const path = resolve(location);
  return { storage: createLocalStorage(dirname(path)), file: basename(path) };
}

/** The parent of a storage's root; undefined if it has none that can be opened. */
export function openAbove(storage: Storage): Storage | undefined {
  const { transfer } = baseOf(storage);
  if (transfer === undefined) return undefined;
  if (transfer.kind === 'local') return createLocalStorage(dirname(transfer.root));
  if (transfer.kind !== 's3') return undefined;
  const { bucket, prefix } = parseS3Location(transfer.location);
  const end = prefix.lastIndexOf('/');
  if (prefix === '' || end === 0) return undefined;
  return openTransferred({ ...transfer, location: `s3://${bucket}/${prefix.slice(0, Math.max(0, end))}` });
}

/** Opens on this thread what another thread had opened; a storage itself is open. */
export function openTransferred(transfer: StorageTransfer | Storage): Storage {
  if ('list' in transfer) return transfer;
  if (transfer.kind === 'local') return createLocalStorage(transfer.root);
  if (transfer.kind === 's3') return withSide(new S3Folder(transfer.location, transfer.access), transfer.side);
  throw new TypeError(`expected a storage of Node, found one of a page: ${transfer.kind}`);
}

/** A folder, unless an object with exactly that key exists. */
async function openS3Location(
  storage: S3Folder,
  signal: AbortSignal | undefined,
  how: OpenLocation,
): Promise<StorageLocation> {
  const { location } = storage;
  const { prefix, isFolder } = parseS3Location(location);
  const name = prefix.slice(prefix.lastIndexOf('/') + 1);
  if (isFolder) return { storage, file: undefined };
  const above = openStorage(location.slice(0, -name.length), how);
  try {
    const file = await ifThere(withSignal(above, signal).open(name));
    await file?.close();
    return file === undefined ? { storage, file } : { storage: above, file: name };
  } catch (error) {
    // a role for what is below a prefix may not look at an object of that name
    if (!isForbidden(error) || !(await holdsSomething(storage, signal))) throw error;
    return { storage, file: undefined };
  }
}

async function holdsSomething(storage: S3Folder, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return await (signal === undefined ? storage : storage.withSignal(signal)).hasAnything();
  } catch {
    return false;
  }
}
