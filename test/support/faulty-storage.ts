import { BacktestExportError } from '#src/index.js';
import type { Storage, StorageFile, StorageWriter } from '#src/storage/storage.js';

/**
 * How a storage goes wrong at one call: the call fails without or after having done its work, or the process ends before or
 * after it, so that this call and all later ones do nothing.
 */
export type Fault = 'fails' | 'fails after' | 'ends before' | 'ends after';

/** A storage that goes wrong at its n-th call, from 1; 0 is never. Every method counts, those of files and writers too. */
export class FaultyStorage implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: undefined;
  readonly movesByCopy: boolean;
  /** What was called, in order. */
  readonly calls: string[] = [];
  readonly #storage: Storage;
  readonly #at: number;
  readonly #fault: Fault;
  #ended = false;

  constructor(storage: Storage, at: number, fault: Fault) {
    this.#storage = storage;
    this.#at = at;
    this.#fault = fault;
    this.location = storage.location;
    this.folderName = storage.folderName;
    this.movesByCopy = storage.movesByCopy === true;
  }

  list: Storage['list'] = (folder) => this.#call(`list ${folder}`, () => this.#storage.list(folder));
  publish: Storage['publish'] = (file) => this.#call(`publish ${file.path}`, () => this.#storage.publish(file));
  discard: Storage['discard'] = (file) => this.#call(`discard ${file.path}`, () => this.#storage.discard(file));
  remove: Storage['remove'] = (path) => this.#call(`remove ${path}`, () => this.#storage.remove(path));
  move: Storage['move'] = (from, to, options) =>
    this.#call(`move ${from} ${to}`, () => this.#storage.move(from, to, options));
  sync: Storage['sync'] = (folders) => this.#call('sync', () => this.#storage.sync(folders));

  async open(path: string): Promise<StorageFile> {
    const opened = (): Promise<StorageFile> => this.#storage.open(path);
    const file = await this.#call(`open ${path}`, opened, (lost) => lost.close());
    return {
      path: file.path,
      size: file.size,
      version: file.version,
      read: (target, position) => this.#call(`read ${path}`, () => file.read(target, position)),
      assertUnchanged: () => this.#call(`look at ${path}`, () => file.assertUnchanged()),
      close: () => file.close(), // cannot be lost: the system closes what a process leaves open
    };
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    const created = (): Promise<StorageWriter> => this.#storage.create(path, options);
    const writer = await this.#call(`create ${path}`, created, (lost) => lost.abort());
    return {
      path: writer.path,
      write: (bytes) => this.#call(`write ${path}`, () => writer.write(bytes)),
      finish: () => this.#call(`finish ${path}`, () => writer.finish()),
      prepare: () => this.#call(`prepare ${path}`, () => writer.prepare()),
      abort: () => writer.abort(), // closes the file, as a system does that a process has left
    };
  }

  /** `release` frees what nobody gets to see. */
  async #call<Result>(
    what: string,
    work: () => Promise<Result>,
    release: (lost: Result) => Promise<void> = async () => undefined,
  ): Promise<Result> {
    if (this.#ended) throw fault(what);
    this.calls.push(what);
    if (this.calls.length !== this.#at) return work();
    this.#ended = this.#fault.startsWith('ends');
    if (this.#fault.endsWith('after')) await release(await work());
    throw fault(what);
  }
}

function fault(what: string): BacktestExportError {
  return new BacktestExportError('WRITE_FAILED', `a fault at: ${what}`);
}
