import { assertKind } from '../options.ts';
import { noLocation } from './browser/no-location.ts';
import { openBrowserStorage } from './browser/open-browser-storage.ts';
import { toGuarded, type OpenLocation, type StorageLocation } from './given-storage.ts';
import type { Side } from './s3/s3-ask.ts';
import type { Storage, StorageTransfer } from './storage.ts';

/** There are no paths in a browser. @throws `FORMAT_UNSUPPORTED`; `OPTION_INVALID` for what is no text */
export function openStorage(location: string, _how: OpenLocation = {}): Storage {
  assertKind('location', location, 'text');
  throw noLocation(location);
}

/** The same storage: only in S3 errors name its side. */
export function withSide(storage: Storage, _side: Side | undefined): Storage {
  return storage;
}

/**
 * The storage to write to.
 * @throws `OPTION_INVALID` for what is none; as {@link openStorage}
 */
export function toStorage(what: string, destination: string | Storage): Storage {
  if (typeof destination === 'string') return openStorage(destination);
  return toGuarded(what, destination, 'a destination, a storage');
}

/** There are no paths in a browser. @throws as {@link openStorage} */
export async function openLocation(
  location: string,
  _signal?: AbortSignal,
  how: OpenLocation = {},
): Promise<StorageLocation> {
  return { storage: openStorage(location, how), file: undefined };
}

/** Nothing above what somebody chose can be seen. */
export function openAbove(_storage: Storage): Storage | undefined {
  return undefined;
}

/** Opens on this thread what another thread had opened; a storage itself is open. */
export function openTransferred(transfer: StorageTransfer | Storage): Storage {
  if ('list' in transfer) return transfer;
  if (transfer.kind !== 'local' && transfer.kind !== 's3') return openBrowserStorage(transfer);
  throw new TypeError(`expected a storage of a page, found one of Node: ${transfer.kind}`);
}
