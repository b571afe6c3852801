import { setTimeout as wait } from 'node:timers/promises';
import { BacktestExportError } from '../../errors.ts';
import { fileChanged } from '../storage-path.ts';
import type { StorageFile } from '../storage.ts';
import type { S3Connection } from './s3-client.ts';
import { s3Error, statusOf } from './s3-error.ts';

/** Bytes of a block that is read ahead, and how many of them are under way at once. */
const blockBytes = 8 * 1024 * 1024;
const blocksAhead = 3;
/** How often a body that ended early is gone on with. */
const mostAttempts = 5;

/** What an open object is. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  readonly size: number;
  /** The ETag, which every read asks for. */
  readonly version: string;
}

/**
 * An object read by ranges, each of which S3 gives only as long as the ETag is the one that was opened. A body that ends
 * early is gone on with where it stopped. Once `readAhead` was called, blocks ahead of the last read are under way.
 */
export class S3File implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #connection: S3Connection;
  readonly #object: S3Object;
  readonly #stop = new AbortController();
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  /** Memory of blocks that were read, used again: new memory costs more than what is copied into it. */
  readonly #spare: ArrayBuffer[] = [];
  #ahead = false;

  constructor(connection: S3Connection, object: S3Object) {
    this.#connection = connection;
    this.#object = object;
    this.path = object.path;
    this.size = object.size;
    this.version = object.version;
  }

  readAhead(): void {
    this.#ahead = true;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (this.#stop.signal.aborted) {
      throw new BacktestExportError('READ_FAILED', 'the file is closed', { position: { file: this.path } });
    }
    const end = Math.max(position, Math.min(position + target.length, this.size));
    if (end === position) return 0;
    if (!this.#ahead) await this.#fetch(target.subarray(0, end - position), position);
    else await this.#readBlocks(target, position, end);
    return end - position;
  }

  async assertUnchanged(): Promise<void> {
    const { sdk, client } = this.#connection;
    const { bucket, key, path, version } = this.#object;
    let found: string | undefined;
    try {
      found = (await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }))).ETag;
    } catch (cause) {
      if (statusOf(cause) === 404) throw fileChanged(path, 'it is gone');
      throw s3Error('READ_FAILED', 'the object cannot be looked at', path, cause);
    }
    if (found !== version) throw fileChanged(path, `expected ETag ${version}, found ${found}`);
  }

  cancel(): void {
    this.#stop.abort();
  }

  async close(): Promise<void> {
    this.cancel();
    await Promise.allSettled(this.#blocks.values());
    this.#blocks.clear();
  }

  async #readBlocks(target: Uint8Array, position: number, end: number): Promise<void> {
    const first = Math.floor(position / blockBytes);
    const last = Math.floor((end - 1) / blockBytes);
    for (const [number, block] of this.#blocks) {
      if (number >= first) continue;
      this.#blocks.delete(number);
      void block.then(({ buffer }) => this.#spare.push(buffer as ArrayBuffer)).catch(() => undefined);
    }
    for (let number = first; number <= last + blocksAhead; number++) this.#start(number);
    for (let number = first; number <= last; number++) {
      const block = await this.#blocks.get(number);
      if (block === undefined) throw new TypeError('a block was dropped while it was read');
      const start = number * blockBytes;
      const from = Math.max(position, start);
      const to = Math.min(end, start + block.length);
      target.set(block.subarray(from - start, to - start), from - position);
    }
  }

  #start(number: number): void {
    const start = number * blockBytes;
    if (start >= this.size || this.#blocks.has(number)) return;
    const block = new Uint8Array(
      this.#spare.pop() ?? new ArrayBuffer(blockBytes),
      0,
      Math.min(blockBytes, this.size - start),
    );
    const fetched = this.#fetch(block, start).then(() => block);
    // whoever reads the block is told; until then nobody listens
    fetched.catch(() => undefined);
    this.#blocks.set(number, fetched);
  }

  /** Fills `target` with the bytes from `position` on, going on where a body ended early. */
  async #fetch(target: Uint8Array, position: number): Promise<void> {
    let done = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        done += await this.#fetchOnce(target, done, position + done);
        if (done === target.length) return;
        if (attempt >= mostAttempts) throw new Error(`the body ended after ${done} of ${target.length} bytes`);
      } catch (cause) {
        const broken = statusOf(cause) === 0 && !this.#stop.signal.aborted && !(cause instanceof BacktestExportError);
        if (!broken || attempt >= mostAttempts) {
          throw s3Error('READ_FAILED', `reading ${target.length} bytes at byte ${position} failed`, this.path, cause);
        }
      }
      await wait(Math.random() * 100 * 2 ** attempt, undefined, { signal: this.#stop.signal });
    }
  }

  /** Copies what one request gives behind the first `done` bytes; answers how many there were. */
  async #fetchOnce(target: Uint8Array, done: number, position: number): Promise<number> {
    const { sdk, client } = this.#connection;
    const { bucket, key, version } = this.#object;
    const last = position + target.length - done - 1;
    const request = new sdk.GetObjectCommand({
      Bucket: bucket,
      Key: key,
      Range: `bytes=${position}-${last}`,
      IfMatch: version,
    });
    const { Body: body } = await client.send(request, { abortSignal: this.#stop.signal });
    if (body === undefined) return 0;
    let read = 0;
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        if (chunk.length > target.length - done - read) throw new Error('the body is longer than the range');
        target.set(chunk, done + read);
        read += chunk.length;
      }
    } catch (error) {
      // what has come is kept; nothing new means a failure
      if (read === 0 || this.#stop.signal.aborted) throw error;
    }
    return read;
  }
}
