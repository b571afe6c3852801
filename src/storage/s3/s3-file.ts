import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { BacktestExportError } from '../../errors.ts';
import { fileChanged } from '../storage-path.ts';
import type { StorageFile } from '../storage.ts';
import { fetchRange } from './fetch-range.ts';
import type { S3Object } from './s3-ask.ts';
import { statusOf } from './s3-error.ts';
import { headObject } from './s3-objects.ts';
import type { S3Requests } from './s3-requests.ts';

/** Bytes of a read-ahead block, and how many blocks are requested in advance. */
const blockBytes = 8 * 1024 * 1024;
const blocksAhead = 3;
/** How many attempts a body that ends early gets. */
const mostAttempts = 5;

/**
 * An object read by ranges, each of which requires the ETag that was opened. A body that ends early is resumed. After
 * `readAhead`, the blocks after the last read are requested in advance.
 */
export class S3File implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #requests: S3Requests;
  readonly #object: S3Object;
  readonly #stop = new AbortController();
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  /** Reused memory of finished blocks: allocating costs more than copying. */
  readonly #spare: ArrayBuffer[] = [];
  #ahead = false;

  constructor(requests: S3Requests, object: S3Object) {
    setMaxListeners(0, this.#stop.signal);
    this.#requests = requests;
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
    const { path, version, size } = this.#object;
    const found = await headObject(this.#requests, this.#object, 'read', this.#stop.signal);
    if (found === undefined) throw fileChanged(path, 'it no longer exists');
    if (found.etag !== version) throw fileChanged(path, `expected ETag ${version}, found ${found.etag}`);
    if (found.size !== size) throw fileChanged(path, `expected ${size} bytes, found ${found.size}`);
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
    // reported when the block is read
    fetched.catch(() => undefined);
    this.#blocks.set(number, fetched);
  }

  /** Fills `target` with the bytes from `position`, resuming a body that ends early. */
  async #fetch(target: Uint8Array, position: number): Promise<void> {
    const { signal } = this.#stop;
    let done = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        done += await fetchRange(this.#requests, this.#object, target.subarray(done), position + done, signal);
        if (done === target.length) return;
        if (attempt >= mostAttempts) throw new Error(`the body ended after ${done} of ${target.length} bytes`);
      } catch (cause) {
        const broken = statusOf(cause) === 0 && !signal.aborted && !(cause instanceof BacktestExportError);
        if (!broken || attempt >= mostAttempts) {
          const problem = `reading ${target.length} bytes at byte ${position} failed`;
          throw this.#requests.failure('READ_FAILED', problem, this.#object, cause);
        }
      }
      await wait(Math.random() * 100 * 2 ** attempt, undefined, { signal });
    }
  }
}
