import { BacktestExportError } from '../../errors.ts';
import { joinBytes } from '../join-bytes.ts';
import type { PreparedFile, StorageWriter } from '../storage.ts';
import { s3Error } from './s3-error.ts';
import type { S3Connection } from './s3-client.ts';

/** Bytes of a part of an upload: S3 takes 5 MiB to 5 GiB, and 10,000 parts. Grows with the upload, to 1.2 TB in all. */
const firstPart = 8 * 1024 * 1024;
const partsBeforeGrowth = 1000;

/** What a writer needs of the folder that it writes to. */
export interface UploadTarget {
  /** Members of requests that write. */
  readonly encryption: { readonly ServerSideEncryption?: 'aws:kms'; readonly SSEKMSKeyId?: string };
  connection(): Promise<S3Connection>;
  /** Bucket and key of a path. */
  object(path: string): { readonly Bucket: string; readonly Key: string };
  /** Writes a whole object. */
  put(path: string, body: Uint8Array, overwrite: boolean): Promise<void>;
  publish(file: PreparedFile): Promise<void>;
  discard(file: PreparedFile): Promise<void>;
}

/**
 * Writes an object. Up to 8 MiB wait in memory; more goes up in parts under a temporary key, which S3 shows when the upload
 * is completed, or never. A failed upload is aborted, so that its parts cost nothing.
 */
export class S3Writer implements StorageWriter {
  readonly path: string;
  readonly #folder: UploadTarget;
  readonly #temporary: string;
  readonly #overwrite: boolean;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #size = 0;
  #upload:
    { readonly id: string; readonly parts: { readonly ETag: string; readonly PartNumber: number }[] } | undefined;
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
    const parts = this.#upload?.parts.length ?? 0;
    if (this.#waitingBytes >= firstPart * 2 ** Math.floor(parts / partsBeforeGrowth)) {
      await this.#orAbort(`writing ${bytes.length} bytes failed`, () => this.#sendPart());
    }
  }

  async prepare(): Promise<PreparedFile> {
    this.#assertOpen();
    await this.#orAbort('finishing the object failed', async () => {
      if (this.#upload === undefined) await this.#folder.put(this.#temporary, this.#take(), true);
      else await this.#complete();
    });
    this.#open = false;
    return { path: this.path, temporary: this.#temporary, size: this.#size, overwrite: this.#overwrite };
  }

  async finish(): Promise<void> {
    this.#assertOpen();
    if (this.#upload === undefined) {
      await this.#orAbort('finishing the object failed', () =>
        this.#folder.put(this.path, this.#take(), this.#overwrite),
      );
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
    const { client, sdk } = await this.#folder.connection();
    const upload = this.#upload;
    if (upload === undefined) return;
    const request = new sdk.AbortMultipartUploadCommand({
      ...this.#folder.object(this.#temporary),
      UploadId: upload.id,
    });
    // an attempt: the error that led here is the one to tell
    await client.send(request).catch(() => undefined);
  }

  async #sendPart(): Promise<void> {
    const { client, sdk } = await this.#folder.connection();
    const object = this.#folder.object(this.#temporary);
    if (this.#upload === undefined) {
      const { UploadId: id = '' } = await client.send(
        new sdk.CreateMultipartUploadCommand({ ...object, ...this.#folder.encryption }),
      );
      this.#upload = { id, parts: [] };
    }
    const { id, parts } = this.#upload;
    const PartNumber = parts.length + 1;
    const Body = this.#take();
    const { ETag = '' } = await client.send(new sdk.UploadPartCommand({ ...object, UploadId: id, PartNumber, Body }));
    parts.push({ ETag, PartNumber });
  }

  async #complete(): Promise<void> {
    if (this.#waitingBytes > 0) await this.#sendPart();
    const { client, sdk } = await this.#folder.connection();
    const { id, parts } = this.#upload ?? { id: '', parts: [] };
    const object = this.#folder.object(this.#temporary);
    await client.send(
      new sdk.CompleteMultipartUploadCommand({ ...object, UploadId: id, MultipartUpload: { Parts: parts } }),
    );
  }

  #take(): Uint8Array {
    const bytes = joinBytes(...this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  async #orAbort(problem: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await this.abort();
      throw s3Error('WRITE_FAILED', problem, this.path, cause);
    }
  }

  #assertOpen(): void {
    if (this.#open) return;
    throw new BacktestExportError('WRITE_FAILED', 'the writer is finished or aborted', {
      position: { file: this.path },
    });
  }
}
