import { randomUUID } from 'node:crypto';
import type { CommonPrefix, _Object as ListedObject } from '@aws-sdk/client-s3';
import { BacktestExportError } from '../../errors.ts';
import type { PreparedFile, Storage, StorageEntry, StorageFile, StorageTransfer, StorageWriter } from '../storage.ts';
import {
  assertOutputPath,
  assertStoragePath,
  compareText,
  fileExists,
  notFound,
  outsideFolder,
} from '../storage-path.ts';
import type { S3Access } from './s3-access.ts';
import { connect, type S3Connection } from './s3-client.ts';
import { s3Error, statusOf } from './s3-error.ts';
import { S3File } from './s3-file.ts';
import { keyOf, parseS3Location, type S3Location } from './s3-location.ts';
import { S3Writer, type UploadTarget } from './s3-writer.ts';

/** The objects of a bucket below a prefix, as a folder. Nothing is sent before the first call of a method. */
export class S3Folder implements Storage, UploadTarget {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: StorageTransfer | undefined;
  /** Members of requests that write. */
  readonly encryption: UploadTarget['encryption'];
  readonly #place: S3Location;
  readonly #connect: () => Promise<S3Connection>;
  #connection: Promise<S3Connection> | undefined;

  /** `given` is a connection of the caller's own, which cannot move to another thread. */
  constructor(location: string, access: S3Access, given?: S3Connection) {
    this.location = location;
    this.#place = parseS3Location(location);
    const { bucket, prefix } = this.#place;
    this.folderName = prefix === '' ? bucket : prefix.slice(prefix.lastIndexOf('/') + 1);
    this.transfer = given === undefined ? { kind: 's3', location, access } : undefined;
    this.#connect = given === undefined ? () => connect(access) : async () => given;
    const { kmsKeyArn } = access;
    this.encryption = kmsKeyArn === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn };
  }

  /** The client, made once. */
  connection(): Promise<S3Connection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  /** Bucket and key of a path. */
  object(path: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#place.bucket, Key: keyOf(this.#place, path) };
  }

  /** Pages of 1,000 keys, as many as there are. A key that no path can name (with empty pieces, say) is passed over. */
  async list(folder: string): Promise<StorageEntry[]> {
    if (folder !== '') assertStoragePath(folder);
    const { client, sdk } = await this.connection();
    const key = keyOf(this.#place, folder);
    const Prefix = key === '' ? '' : `${key}/`;
    const entries = new Map<string, StorageEntry>();
    let ContinuationToken: string | undefined;
    do {
      const request = { Bucket: this.#place.bucket, Prefix, Delimiter: '/' };
      try {
        const page = await client.send(
          new sdk.ListObjectsV2Command(ContinuationToken === undefined ? request : { ...request, ContinuationToken }),
        );
        for (const entry of this.#entriesOf(page.Contents ?? [], page.CommonPrefixes ?? []))
          entries.set(entry.path, entry);
        ContinuationToken = page.NextContinuationToken;
      } catch (cause) {
        throw s3Error('READ_FAILED', 'the folder cannot be listed', folder, cause);
      }
    } while (ContinuationToken !== undefined);
    if (folder !== '' && entries.size === 0) throw notFound(folder, 'folder');
    return [...entries.values()].sort((left, right) => compareText(left.path, right.path));
  }

  async open(path: string): Promise<StorageFile> {
    assertStoragePath(path);
    const { client, sdk } = await this.connection();
    try {
      const { ContentLength: size = 0, ETag: version = '' } = await client.send(
        new sdk.HeadObjectCommand(this.object(path)),
      );
      const { Bucket: bucket, Key: key } = this.object(path);
      return new S3File({ client, sdk }, { bucket, key, path, size, version });
    } catch (cause) {
      throw s3Error('READ_FAILED', 'the object cannot be opened', path, cause);
    }
  }

  async create(path: string, options: { readonly overwrite?: boolean } = {}): Promise<StorageWriter> {
    assertOutputPath(path);
    const overwrite = options.overwrite ?? false;
    if (!overwrite && (await this.#exists(path))) throw fileExists(path);
    return new S3Writer(
      this,
      path,
      `${path.slice(0, path.lastIndexOf('/') + 1)}.backtest-export-${randomUUID()}.tmp`,
      overwrite,
    );
  }

  async remove(path: string): Promise<void> {
    assertStoragePath(path);
    if (!(await this.#exists(path))) throw notFound(path, 'file');
    await this.#delete(path);
  }

  /** Copies the object to its key, which takes 5 GB at most, and removes the temporary one. */
  async publish({ path, temporary, overwrite }: PreparedFile): Promise<void> {
    assertOutputPath(path);
    assertTemporary(temporary);
    const { client, sdk } = await this.connection();
    if (!(await this.#exists(temporary))) throw notFound(temporary, 'file');
    if (!overwrite && (await this.#exists(path))) throw fileExists(path);
    const { Bucket, Key } = this.object(temporary);
    const CopySource = `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`;
    try {
      await client.send(new sdk.CopyObjectCommand({ ...this.object(path), CopySource, ...this.encryption }));
    } catch (cause) {
      throw s3Error('WRITE_FAILED', 'the object cannot get its name', path, cause);
    }
    await this.#delete(temporary);
  }

  async discard({ temporary }: PreparedFile): Promise<void> {
    assertTemporary(temporary);
    // an attempt: whoever throws a file away has another error to tell
    await this.#delete(temporary).catch(() => undefined);
  }

  /** Writes a whole object. Without `overwrite` S3 itself refuses a key that is taken. */
  async put(path: string, Body: Uint8Array, overwrite: boolean): Promise<void> {
    const { client, sdk } = await this.connection();
    const condition = overwrite ? {} : { IfNoneMatch: '*' };
    try {
      await client.send(new sdk.PutObjectCommand({ ...this.object(path), Body, ...condition, ...this.encryption }));
    } catch (cause) {
      throw s3Error('WRITE_FAILED', 'the object cannot be written', path, cause);
    }
  }

  *#entriesOf(objects: readonly ListedObject[], prefixes: readonly CommonPrefix[]): Generator<StorageEntry> {
    for (const { Key = '', Size: size = 0, ETag: version = '' } of objects) {
      const path = this.#pathOf(Key);
      if (path !== undefined) yield { path, kind: 'file', size, version, identity: `${this.#place.bucket}/${Key}` };
    }
    for (const { Prefix = '' } of prefixes) {
      const path = this.#pathOf(Prefix.slice(0, -1));
      if (path !== undefined) yield { path, kind: 'folder', size: 0, version: '' };
    }
  }

  #pathOf(key: string): string | undefined {
    const { prefix } = this.#place;
    const path = prefix === '' ? key : key.slice(prefix.length + 1);
    return path.split('/').some((piece) => piece === '' || piece === '.' || piece === '..') ? undefined : path;
  }

  async #exists(path: string): Promise<boolean> {
    const { client, sdk } = await this.connection();
    try {
      await client.send(new sdk.HeadObjectCommand(this.object(path)));
      return true;
    } catch (cause) {
      if (statusOf(cause) === 404) return false;
      throw s3Error('READ_FAILED', 'the object cannot be looked at', path, cause);
    }
  }

  async #delete(path: string): Promise<void> {
    const { client, sdk } = await this.connection();
    try {
      await client.send(new sdk.DeleteObjectCommand(this.object(path)));
    } catch (cause) {
      throw s3Error('WRITE_FAILED', 'the object cannot be removed', path, cause);
    }
  }
}

/** Only keys that a writer gives are ever copied or removed. */
function assertTemporary(temporary: string): void {
  assertStoragePath(temporary);
  const name = temporary.slice(temporary.lastIndexOf('/') + 1);
  if (!/^\.backtest-export-[\da-f-]+\.tmp$/.test(name)) throw outsideFolder(temporary);
}

/** Whether an error says that there is no such object, rather than that it cannot be reached. */
export function isMissing(error: unknown): boolean {
  return error instanceof BacktestExportError && error.code === 'FILE_NOT_FOUND';
}
