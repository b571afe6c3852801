import { BacktestExportError } from '../../errors.ts';
import type { PreparedFile, StorageWriter } from '../storage.ts';

/** The writing half of a storage that only reads: each method is `WRITE_FAILED`. */
export class ReadOnly {
  readonly #what: string;

  /** `what` says what the storage is made of, with its article. */
  constructor(what: string) {
    this.#what = what;
  }

  create(path: string): Promise<StorageWriter> {
    return this.#refuse(path);
  }

  publish({ path }: PreparedFile): Promise<void> {
    return this.#refuse(path);
  }

  async discard(): Promise<void> {}

  remove(path: string): Promise<void> {
    return this.#refuse(path);
  }

  move(from: string): Promise<void> {
    return this.#refuse(from);
  }

  async sync(): Promise<void> {}

  #refuse(file: string): Promise<never> {
    const problem = `expected a storage that can be written to, found ${this.#what}`;
    return Promise.reject(new BacktestExportError('WRITE_FAILED', problem, { position: { file } }));
  }
}
