import type { CompletedPart } from '@aws-sdk/client-s3';
import { joinPieces } from '../join-bytes.ts';
import type { PreparedFile, StorageWriter } from '../storage.ts';
import { writerClosed } from '../storage-path.ts';
import { shareOfThread } from '../thread-share.ts';
import type { Ask, Place } from './s3-ask.ts';
import { contradiction, statusOf, wasSentAgain } from './s3-error.ts';
import { assertChecksum, assertStored, checksumOf, deleteObject, type Encryption } from './s3-objects.ts';
import type { S3Requests } from './s3-requests.ts';
import { abortUpload } from './s3-uploads.ts';

/** Bytes of an upload part: S3 accepts 5 MiB to 5 GiB and 10,000 parts. Grows with the upload, to 1.2 TB in total. */
const firstPart = 8 * 1024 * 1024;
const partsBeforeGrowth = 1000;
/** Parts that all threads together send at a time for each file, beside reading and encoding. */
const mostSending = 4;

/** What a writer needs from its folder. */
export interface UploadTarget {
  readonly encryption: Encryption;
  requests(): Promise<S3Requests>;
  /** Bucket and key of a path. */
  object(path: string): Place;
  /** Writes a whole object, and returns its ETag. */
  put(path: string, body: Uint8Array, overwrite: boolean): Promise<string>;
  publish(file: PreparedFile): Promise<void>;
  discard(file: PreparedFile): Promise<void>;
}

/**
 * Writes an object. Up to 8 MiB are held in memory; more is uploaded in parts under a temporary key, which S3 shows
 * only when the upload is completed. A failed upload is aborted, so that its parts cost nothing.
 */
export class S3Writer implements StorageWriter {
  readonly path: string;
  readonly #folder: UploadTarget;
  readonly #temporary: string;
  readonly #overwrite: boolean;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #size = 0;
  #upload: { readonly id: string; readonly parts: CompletedPart[] } | undefined;
  /** Parts that are under way, how many were begun, and what the first that failed failed with. */
  readonly #sending = new Set<Promise<void>>();
  #sent = 0;
  #failure: { readonly error: unknown } | undefined;
  readonly #stop = new AbortController();
  /** Whether an object may exist under the temporary key. */
  #named = false;
  #open = true;

  constructor(folder: UploadTarget, path: string, temporary: string, overwrite: boolean) {
    this.#folder = folder;
    this.path = path;
    this.#temporary = temporary;
    this.#overwrite = overwrite;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    this.#waiting.push(new Uint8Array(bytes));
    this.#waitingBytes += bytes.length;
    this.#size += bytes.length;
    if (this.#waitingBytes >= firstPart * 2 ** Math.floor(this.#sent / partsBeforeGrowth)) {
      await this.#orAbort(`writing ${bytes.length} bytes failed`, () => this.#sendPart());
    }
  }

  async prepare(): Promise<PreparedFile> {
    this.#assertOpen();
    this.#named = true;
    let version = '';
    await this.#orAbort('finishing the object failed', async () => {
      version = await (this.#upload === undefined
        ? this.#folder.put(this.#temporary, this.#take(), true)
        : this.#complete());
    });
    this.#open = false;
    return { path: this.path, temporary: this.#temporary, size: this.#size, overwrite: this.#overwrite, version };
  }

  async finish(): Promise<void> {
    this.#assertOpen();
    if (this.#upload === undefined) {
      await this.#orAbort('finishing the object failed', async () => {
        await this.#folder.put(this.path, this.#take(), this.#overwrite);
      });
      this.#open = false;
      return;
    }
    const file = await this.prepare();
    try {
      await this.#folder.publish(file);
    } catch (error) {
      await this.#folder.discard(file);
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#waiting = [];
    // a part that arrives after the upload was aborted would stay
    this.#stop.abort(new Error('the upload was aborted'));
    await Promise.all(this.#sending);
    // best effort: the original error is reported
    if (this.#upload !== undefined) {
      await abortUpload(await this.#folder.requests(), this.#place(), this.#upload.id).catch(() => undefined);
    }
    if (!this.#named) return;
    await deleteObject(await this.#folder.requests(), this.#place(), 'clean').catch(() => undefined);
  }

  async #begin(requests: S3Requests): Promise<string> {
    const { sdk, client } = requests.connection;
    const input = { ...this.#key(), ChecksumAlgorithm: 'CRC32' as const, ...this.#folder.encryption };
    const command = new sdk.CreateMultipartUploadCommand(input);
    const ask: Ask = { operation: 'CreateMultipartUpload', purpose: 'write', ...this.#place() };
    const { UploadId: id = '' } = await requests.ask(ask, command, (sending) => client.send(command, sending));
    if (id === '') throw this.#contradiction('expected an upload id, found none');
    return id;
  }

  /** Begins to send what is held as the next part, when few enough others are under way. */
  async #sendPart(): Promise<void> {
    const requests = await this.#folder.requests();
    this.#upload ??= { id: await this.#begin(requests), parts: [] };
    const { id } = this.#upload;
    while (this.#sending.size >= shareOfThread(mostSending)) await Promise.race(this.#sending);
    if (this.#failure !== undefined) throw this.#failure.error;
    const number = ++this.#sent;
    const sending = this.#uploadPart(requests, id, number, this.#take())
      .then((part) => void (this.#upload === undefined || (this.#upload.parts[number - 1] = part)))
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #uploadPart(
    requests: S3Requests,
    UploadId: string,
    PartNumber: number,
    Body: Uint8Array,
  ): Promise<CompletedPart> {
    const { sdk, client } = requests.connection;
    const ChecksumCRC32 = checksumOf(Body);
    const command = new sdk.UploadPartCommand({ ...this.#key(), UploadId, PartNumber, Body, ChecksumCRC32 });
    const { signal } = this.#stop;
    const ask: Ask = { operation: 'UploadPart', purpose: 'write', bytes: Body.length, ...this.#place(), signal };
    const reported = await requests.ask(ask, command, (sending) => client.send(command, sending));
    if (reported.ETag === undefined || reported.ETag === '') {
      throw this.#contradiction(`expected the ETag of part ${PartNumber}, found none`);
    }
    assertChecksum(reported.ChecksumCRC32, ChecksumCRC32, this.#place());
    // S3 requires a part's checksum again if it has one; other servers may not support checksums
    const sum = reported.ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 };
    return { ETag: reported.ETag, PartNumber, ...sum };
  }

  /** Waits for all parts. @throws what the first that failed failed with */
  async #allSent(): Promise<void> {
    await Promise.all(this.#sending);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Completes the upload, checks the object, and returns its ETag. */
  async #complete(): Promise<string> {
    if (this.#waitingBytes > 0) await this.#sendPart();
    await this.#allSent();
    const requests = await this.#folder.requests();
    const { sdk, client } = requests.connection;
    const { id, parts } = this.#upload ?? { id: '', parts: [] };
    const command = new sdk.CompleteMultipartUploadCommand({
      ...this.#key(),
      UploadId: id,
      MultipartUpload: { Parts: parts },
    });
    const ask: Ask = { operation: 'CompleteMultipartUpload', purpose: 'complete', ...this.#place() };
    try {
      await requests.ask(ask, command, (sending) => client.send(command, sending));
    } catch (error) {
      // nobody else knows this upload: if it is gone when it is completed again, the first answer was lost
      if (statusOf(error) !== 404 || !wasSentAgain(error)) throw error;
    }
    // the upload is now an object
    this.#upload = undefined;
    return assertStored(requests, this.#place(), { size: this.#size, etag: undefined }, 'read');
  }

  #take(): Uint8Array {
    const bytes = joinPieces(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  async #orAbort(problem: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await this.abort();
      throw (await this.#folder.requests()).failure('WRITE_FAILED', problem, this.#place(), cause);
    }
  }

  /** Where the bytes go, with the final path for messages. */
  #place(): Place {
    return { ...this.#folder.object(this.#temporary), path: this.path };
  }

  #key(): { readonly Bucket: string; readonly Key: string } {
    const { bucket: Bucket, key: Key } = this.#place();
    return { Bucket, Key };
  }

  #contradiction(problem: string): Error {
    return contradiction('WRITE_FAILED', problem, this.#place());
  }

  #assertOpen(): void {
    if (!this.#open) throw writerClosed(this.path);
  }
}
