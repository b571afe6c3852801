import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { BacktestExportError } from '../../errors.ts';
import { fileChanged } from '../storage-path.ts';
import type { StorageFile } from '../storage.ts';
import { fetchRange } from './fetch-range.ts';
import type { S3Object } from './s3-ask.ts';
import { statusOf } from './s3-error.ts';
import { blockMemory } from '../block-memory.ts';
import { ReadBlocks } from '../read-blocks.ts';
import { headObject } from './s3-objects.ts';
import type { S3Requests } from './s3-requests.ts';

/** How many attempts a body that ends early gets. */
const mostAttempts = 5;

/**
 * An object read by ranges, each of which requires the ETag that was opened. A body that ends early is resumed. After
 * `readAhead`, blocks are requested in advance, and all reads of the file share them.
 */
export class S3File implements StorageFile {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #requests: S3Requests;
  readonly #object: S3Object;
  readonly #stop = new AbortController();
  #blocks: ReadBlocks | undefined;
  #isOpen = true;
  #hasFailed = false;

  constructor(requests: S3Requests, object: S3Object) {
    setMaxListeners(0, this.#stop.signal);
    this.#requests = requests;
    this.#object = object;
    this.path = object.path;
    this.size = object.size;
    this.version = object.version;
    blockMemory.openFile();
  }

  readAhead({ from, to }: { readonly from: number; readonly to: number } = { from: 0, to: this.size }): void {
    if (this.#blocks !== undefined || this.#stop.signal.aborted) return;
    this.#blocks = new ReadBlocks((target, position) => this.#fetch(target, position), from, Math.min(to, this.size));
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (this.#stop.signal.aborted) {
      throw new BacktestExportError('READ_FAILED', 'the file is closed', { position: { file: this.path } });
    }
    const end = Math.max(position, Math.min(position + target.length, this.size));
    if (end === position) return 0;
    const wanted = target.subarray(0, end - position);
    await (this.#blocks === undefined ? this.#fetch(wanted, position) : this.#blocks.read(wanted, position));
    return end - position;
  }

  /** Asks nothing where the file was read ahead: each read required the ETag, so that all bytes are of one version. */
  async assertUnchanged(): Promise<void> {
    if (this.#blocks !== undefined && !this.#hasFailed) return;
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
    await this.#blocks?.close();
    if (this.#isOpen) blockMemory.closeFile();
    this.#isOpen = false;
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
          this.#hasFailed = true;
          const problem = `reading ${target.length} bytes at byte ${position} failed`;
          throw this.#requests.failure('READ_FAILED', problem, this.#object, cause);
        }
      }
      await wait(Math.random() * 100 * 2 ** attempt, undefined, { signal });
    }
  }
}
