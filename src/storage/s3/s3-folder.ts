import type {
  FileMove,
  KnownFile,
  PreparedFile,
  Storage,
  StorageEntry,
  StorageFile,
  StorageTransfer,
  StorageWriter,
} from '../storage.ts';
import {
  assertOutputPath,
  assertStoragePath,
  fileExists,
  folderPrefix,
  ifThere,
  mayOverwrite,
  notFound,
} from '../storage-path.ts';
import { trust } from '../trusted.ts';
import { assertTemporary, temporaryName } from '../temporary-name.ts';
import { given } from '../../given.ts';
import type { Place, Side } from './s3-ask.ts';
import type { S3Access } from './s3-access.ts';
import type { S3Connection } from './s3-client.ts';
import { resolveLimits } from './s3-limits.ts';
import { keyOf, parseS3Location, type S3Location } from './s3-location.ts';
import type { Encryption } from './s3-objects.ts';
import type { S3Requests } from './s3-requests.ts';
import { assertSettings } from './s3-settings.ts';
import type { UploadTarget } from './s3-writer.ts';
import { StopSignal } from './stop-signal.ts';

/** The code that works with S3. */
const load = (): Promise<typeof import('./s3-work.ts')> => import('./s3-work.ts');

/** What the storages of one location share, whatever signal each of them has. */
interface Shared {
  readonly connection: () => Promise<S3Connection>;
  readonly transfer: StorageTransfer | undefined;
  readonly signal: AbortSignal | undefined;
  readonly afterwards: 'end' | 'hurry';
  readonly side: Side | undefined;
}

/** The objects of a bucket below a prefix, as a folder. Sends nothing before the first method call. */
export class S3Folder implements Storage, UploadTarget {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: StorageTransfer | undefined;
  readonly movesByCopy = true;
  readonly encryption: Encryption;
  readonly #access: S3Access;
  readonly #place: S3Location;
  readonly #bounds: ReturnType<typeof resolveLimits>;
  readonly #connect: () => Promise<S3Connection>;
  readonly #signal: AbortSignal | undefined;
  readonly #side: Side | undefined;
  readonly #stop: StopSignal;
  #requests: Promise<S3Requests> | undefined;

  /** `own` is the caller's own connection, which cannot move to another thread. */
  constructor(location: string, access: S3Access, own?: S3Connection, shared?: Shared) {
    this.location = location;
    this.#access = access;
    this.#place = parseS3Location(location);
    this.#bounds = resolveLimits(access);
    assertSettings(access);
    this.#signal = shared?.signal;
    this.#side = shared?.side;
    this.#stop = new StopSignal(this.#signal, shared?.afterwards);
    const { bucket, prefix } = this.#place;
    this.folderName = prefix === '' ? bucket : prefix.slice(prefix.lastIndexOf('/') + 1);
    const open = async (): Promise<S3Connection> => own ?? (await load()).connect(access);
    const known = own === undefined ? connections.get(access) : undefined;
    this.#connect = shared?.connection ?? known ?? once(open);
    if (shared !== undefined) this.transfer = shared.transfer;
    else
      this.transfer =
        own === undefined ? { kind: 's3', location, access: withConnection(access, this.#connect) } : undefined;
    this.encryption = encryptionOf(access);
    trust(this);
  }

  withSignal(signal: AbortSignal, afterwards: 'end' | 'hurry' = 'end'): S3Folder {
    const both = this.#signal === undefined ? signal : AbortSignal.any([this.#signal, signal]);
    return this.#again({ signal: both, afterwards });
  }

  /** The same folder, which errors name as the source or the destination of the work. */
  as(side: Side): S3Folder {
    const { transfer } = this;
    return this.#again({ side, ...given({ transfer: transfer?.kind === 's3' ? { ...transfer, side } : undefined }) });
  }

  #again(change: Partial<Shared>): S3Folder {
    const connection = this.#connect;
    const [{ transfer }, signal, side, { afterwards }] = [this, this.#signal, this.#side, this.#stop];
    const shared = { connection, transfer, signal, afterwards, side, ...change };
    return new S3Folder(this.location, this.#access, undefined, shared);
  }

  /** Sends requests with this folder's time limits and signal. */
  requests(): Promise<S3Requests> {
    this.#requests ??= this.#startRequests();
    return this.#requests;
  }

  async #startRequests(): Promise<S3Requests> {
    const { S3Requests: Requests } = await load();
    return new Requests(await this.#connect(), this.#bounds.timeouts, this.#stop);
  }

  /** Whether anything is in the folder. Costs one request. @throws what the SDK throws; `TIMED_OUT` */
  async hasAnything(): Promise<boolean> {
    const { firstKey } = await load();
    const place = this.object('');
    const below = place.key === '' ? '' : `${place.key}/`;
    return (await firstKey(await this.requests(), { place, purpose: 'read' }, below)) !== undefined;
  }

  /** Bucket and key of a path. */
  object(path: string): Place {
    return { bucket: this.#place.bucket, key: keyOf(this.#place, path), path, ...given({ side: this.#side }) };
  }

  async list(folder: string): Promise<StorageEntry[]> {
    if (folder !== '') assertStoragePath(folder);
    const { listObjects } = await load();
    return listObjects(await this.requests(), this.#place, this.object(folder), this.#bounds.limits);
  }

  async open(path: string, known?: KnownFile): Promise<StorageFile> {
    assertStoragePath(path);
    const { headObject, S3File } = await load();
    const requests = await this.requests();
    const place = this.object(path);
    // of an object without bytes no read would check anything
    if (known !== undefined && known.size > 0 && known.version !== '')
      return new S3File(requests, { ...place, ...known });
    const head = await headObject(requests, place, 'read');
    if (head === undefined) throw notFound(path, 'file');
    return new S3File(requests, { ...place, size: head.size, version: head.etag });
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    assertOutputPath(path);
    const { headObject, S3Writer } = await load();
    const overwrite = mayOverwrite(options);
    if (!overwrite && (await headObject(await this.requests(), this.object(path), 'read')) !== undefined) {
      throw fileExists(path);
    }
    const temporary = folderPrefix(path) + temporaryName();
    return new S3Writer(this, path, temporary, overwrite);
  }

  async remove(path: string): Promise<void> {
    assertStoragePath(path);
    const { deleteObject, headObject } = await load();
    const requests = await this.requests();
    if ((await headObject(requests, this.object(path), 'settle')) === undefined) throw notFound(path, 'file');
    await deleteObject(requests, this.object(path), 'settle');
  }

  /** Copies the object (at most 5 GB) to its key, checks the copy, and removes the temporary object. */
  async publish({ path, temporary, size, overwrite }: PreparedFile): Promise<void> {
    assertOutputPath(path);
    assertTemporary(temporary);
    const { copyObject, deleteObject } = await load();
    const requests = await this.requests();
    const { encryption } = this;
    const [from, to] = [this.object(temporary), this.object(path)];
    await copyObject(requests, { from, to, size, overwrite, encryption });
    await deleteObject(requests, from, 'settle');
  }

  /**
   * Copies the object (at most 5 GB) to its new key and removes the old one, or the copy if that fails and the old one
   * is certainly there. Without `overwrite` S3 itself refuses an existing key, if the service supports conditional copies.
   */
  async move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void> {
    const overwrite = mayOverwrite(options);
    assertOutputPath(to);
    assertStoragePath(from);
    const { copyObject, deleteObject, headObject } = await load();
    const requests = await this.requests();
    const { encryption } = this;
    const [source, target] = [this.object(from), this.object(to)];
    await copyObject(requests, { from: source, to: target, overwrite, encryption });
    try {
      await deleteObject(requests, source, 'settle');
    } catch (error) {
      // it may be gone although S3 says otherwise, and the copy is then the only one
      const left = await headObject(requests, source, 'settle').catch(() => 'unknown' as const);
      if (left === undefined) return;
      // best effort: the original error is reported
      if (!overwrite && left !== 'unknown') await deleteObject(requests, target, 'clean').catch(() => undefined);
      throw error;
    }
  }

  /** One copy for each object; listings say what was there, and what is. */
  async moveAll(
    moves: readonly FileMove[],
    { overwrite = false, before }: { readonly overwrite?: boolean; readonly before: () => Promise<void> },
  ): Promise<void> {
    for (const { from, to } of moves) {
      assertStoragePath(from);
      assertOutputPath(to);
    }
    const { moveObjects } = await load();
    const places = moves.map(({ from, to }) => ({ from: this.object(from), to: this.object(to) }));
    const { encryption } = this;
    await moveObjects(await this.requests(), places, {
      overwrite,
      encryption,
      before,
      list: async (paths) => {
        const folders = new Set(paths.map((path) => folderPrefix(path).slice(0, -1)));
        const lists = await Promise.all([...folders].map(async (folder) => (await ifThere(this.list(folder))) ?? []));
        return new Map(lists.flat().map((entry) => [entry.path, entry]));
      },
    });
  }

  /** Nothing to do: S3 responds only when a change is durable. */
  async sync(): Promise<void> {}

  async discard({ temporary }: PreparedFile): Promise<void> {
    assertTemporary(temporary);
    const { deleteObject } = await load();
    await deleteObject(await this.requests(), this.object(temporary), 'clean').catch(() => undefined);
  }

  async assertWritable(folder: string): Promise<void> {
    if (folder !== '') assertStoragePath(folder);
    const { checkAccess } = await load();
    const name = temporaryName();
    // the hidden name would say nothing in a message
    const place = { ...this.object(folder === '' ? name : `${folder}/${name}`), path: folder };
    await checkAccess(await this.requests(), place, this.encryption);
  }

  async listUploads(): Promise<StorageEntry[]> {
    const { listUploads } = await load();
    return listUploads(await this.requests(), this.#place, this.object(''));
  }

  async abortUpload({ path, version }: StorageEntry): Promise<void> {
    assertTemporary(path);
    const { abortUpload } = await load();
    await abortUpload(await this.requests(), this.object(path), version);
  }

  /** Writes a whole object, and returns its ETag if it is known. Without `overwrite` S3 itself refuses an existing key. */
  async put(path: string, body: Uint8Array, overwrite: boolean): Promise<string> {
    const { encryption } = this;
    const { putObject } = await load();
    return putObject(await this.requests(), this.object(path), body, { overwrite, encryption });
  }
}

/** The connections of storages whose access was handed over, so that what is opened again on this thread has the same one. */
const connections = new WeakMap<S3Access, () => Promise<S3Connection>>();

/** A copy that stands for the connection too, as long as it does not change threads. */
function withConnection(access: S3Access, connection: () => Promise<S3Connection>): S3Access {
  if (connections.has(access)) return access;
  const copy = { ...access };
  connections.set(copy, connection);
  return copy;
}

/** Calls a function once and returns its first result on every call. */
function once<Answer>(make: () => Promise<Answer>): () => Promise<Answer> {
  let made: Promise<Answer> | undefined;
  return () => (made ??= make());
}

function encryptionOf({ kmsKeyArn, bucketKey }: S3Access): Encryption {
  return {
    ...(kmsKeyArn === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn }),
    ...(bucketKey === undefined ? {} : { BucketKeyEnabled: bucketKey }),
  };
}
