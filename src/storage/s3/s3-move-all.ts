import { inParallel } from '../in-parallel.ts';
import type { StorageEntry } from '../storage.ts';
import { fileExists, notFound } from '../storage-path.ts';
import type { Ask, Place } from './s3-ask.ts';
import { assertStored, bare, deleteObject, headObject, sendCopy, type Encryption } from './s3-objects.ts';
import type { S3Requests } from './s3-requests.ts';

/** Requests of one call at a time. */
const mostAtATime = 16;
/** Keys of one request that removes objects: as many as S3 accepts. */
const mostKeys = 1000;

/** An object that gets another key. */
export interface ObjectMove {
  readonly from: Place;
  readonly to: Place;
}

/** How to move objects. */
export interface MoveAllOptions {
  readonly overwrite: boolean;
  readonly encryption: Encryption;
  /** Called before each copy; may throw. */
  readonly before: () => Promise<void>;
  /** The entries of the folders of these paths, by path. */
  readonly list: (paths: readonly string[]) => Promise<ReadonlyMap<string, StorageEntry>>;
}

/**
 * Moves objects as `copyObject` and `deleteObject` would one by one, with one copy each: listings before and after say
 * what a HEAD for each would. No source is removed before all copies were found to have its length and the reported ETag.
 * @throws `FILE_NOT_FOUND`, `FILE_EXISTS`, `WRITE_FAILED`; what `before` and `list` throw
 */
export async function moveObjects(
  requests: S3Requests,
  moves: readonly ObjectMove[],
  { overwrite, encryption, before, list }: MoveAllOptions,
): Promise<void> {
  const there = await list(moves.flatMap(({ from, to }) => [from.path, to.path]));
  const known = moves.map(({ from, to }) => {
    const source = there.get(from.path);
    if (source?.kind !== 'file') throw notFound(from.path, 'file');
    if (!overwrite && there.has(to.path)) throw fileExists(to.path);
    return { from, to, overwrite, encryption, source: { size: source.size, etag: source.version } };
  });
  const copies = await inParallel(known, mostAtATime, async (move) => {
    await before();
    const { size } = move.source;
    const etag = await sendCopy(requests, move, move.source);
    return { to: move.to, size, etag };
  });
  const now = await list(moves.map(({ to }) => to.path));
  const doubtful = copies.filter(({ to, size, etag }) => {
    const found = now.get(to.path);
    return found?.size !== size || bare(found.version) !== bare(etag);
  });
  await inParallel(doubtful, mostAtATime, ({ to, size, etag }) => assertStored(requests, to, { size, etag }, 'settle'));
  await removeObjects(
    requests,
    moves.map(({ from }) => from),
  );
}

/** Removes objects, a thousand with each request; one by one what cannot be removed so. @throws `WRITE_FAILED` */
async function removeObjects(requests: S3Requests, places: readonly Place[]): Promise<void> {
  for (let at = 0; at < places.length; at += mostKeys) {
    const some = places.slice(at, at + mostKeys);
    const left = await removeTogether(requests, some);
    await inParallel(left, mostAtATime, (place) => removeOne(requests, place));
  }
}

/** Returns those that may still be there. */
async function removeTogether(requests: S3Requests, places: readonly Place[]): Promise<readonly Place[]> {
  const { sdk, client } = requests.connection;
  const [first] = places;
  if (first === undefined) return [];
  const Objects = places.map(({ key: Key }) => ({ Key }));
  const command = new sdk.DeleteObjectsCommand({ Bucket: first.bucket, Delete: { Objects, Quiet: true } });
  const ask: Ask = { operation: 'DeleteObjects', purpose: 'settle', ...first };
  try {
    const { Errors: refused = [] } = await requests.ask(ask, command, (sending) => client.send(command, sending));
    const keys = new Set(refused.map(({ Key }) => Key));
    return places.filter(({ key }) => keys.has(key));
  } catch {
    return places; // not every service has this request, and each object has a reason of its own
  }
}

async function removeOne(requests: S3Requests, place: Place): Promise<void> {
  try {
    await deleteObject(requests, place, 'settle');
  } catch (error) {
    // it may be gone although S3 says otherwise
    const left = await headObject(requests, place, 'settle').catch(() => 'unknown' as const);
    if (left !== undefined) throw error;
  }
}
