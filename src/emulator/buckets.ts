import { BacktestExportError } from '../errors.ts';
import type { JobServiceOptions } from '../job/service-options.ts';
import { describeValue } from '../options.ts';
import { createMemoryStorage } from '../storage/memory.ts';
import { parseS3Location } from '../storage/s3/s3-location.ts';
import type { Storage } from '../storage/storage.ts';
import { BucketFolder } from './bucket-folder.ts';

/** Where the exports of jobs are written: a folder, what a function opens, or memory. */
export class Buckets {
  readonly #data: string | JobServiceOptions['destination'] | undefined;
  readonly #memory = new Map<string, Storage>();

  /** @throws `OPTION_INVALID` */
  constructor(data: unknown) {
    if (data !== undefined && typeof data !== 'string' && typeof data !== 'function') {
      const problem = `listen.data: expected a folder or a function, found ${describeValue(data)}`;
      throw new BacktestExportError('OPTION_INVALID', problem);
    }
    this.#data = data as string | JobServiceOptions['destination'] | undefined;
  }

  /** The place of `s3://bucket/prefix`. @throws `OPTION_INVALID`; what the function throws */
  open(path: string, kmsKeyArn: string | undefined): Storage {
    if (typeof this.#data === 'function') return this.#data(path, kmsKeyArn);
    if (this.#data !== undefined) return new BucketFolder(this.#data, path);
    const { bucket, prefix } = parseS3Location(path);
    const place = `s3://${bucket}/${prefix}`;
    const storage = this.#memory.get(place) ?? createMemoryStorage([], place);
    this.#memory.set(place, storage);
    return storage;
  }
}
