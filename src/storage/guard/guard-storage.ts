import { describeValue } from '../../describe-value.ts';
import type { PreparedFile, Storage, StorageEntry, StorageFile, StorageTransfer, StorageWriter } from '../storage.ts';
import { isTrusted, trust } from '../trusted.ts';
import { ask, lookAt, methodOf, storageInvalid, type Question } from './ask.ts';
import { checkEntries } from './check-answer.ts';
import { GuardedFile } from './guard-file.ts';
import { guardWriter } from './guard-writer.ts';

const guards = new WeakMap<Storage, GuardedStorage>();

/**
 * A storage whose answers can be believed: one of this library as it is, any other behind checks. The same storage gets
 * the same guard.
 * @throws `STORAGE_INVALID` for a storage without a name, or with one that is not text
 */
export function guardStorage(storage: Storage): Storage {
  if (isTrusted(storage)) return storage;
  const known = guards.get(storage);
  if (known !== undefined) return known;
  const guard = trust(new GuardedStorage(storage));
  guards.set(storage, guard);
  return guard;
}

/** What a guard with a signal adds to the one without. */
interface Signalled {
  readonly base: Storage;
  readonly signal: AbortSignal | undefined;
}

/** Somebody else's storage: its answers are checked, its errors named, and it cannot make anything wait for ever. */
class GuardedStorage implements Storage {
  readonly location: string;
  readonly folderName: string;
  readonly transfer: StorageTransfer | undefined;
  readonly movesByCopy: boolean;
  readonly base?: Storage;
  readonly watchFolders?: (folders: readonly string[]) => Promise<() => Promise<void>>;
  readonly #storage: Storage;
  readonly #signal: AbortSignal | undefined;

  constructor(storage: Storage, signalled?: Signalled) {
    this.#storage = storage;
    this.#signal = signalled?.signal;
    this.location = textOf(storage, 'location');
    this.folderName = textOf(storage, 'folderName');
    this.transfer = transferOf(storage);
    this.movesByCopy = memberOf(storage, 'movesByCopy') === true;
    const seen = signalled?.base ?? memberOf(storage, 'base');
    if (seen !== undefined) this.base = guardStorage(seen);
    if (memberOf(storage, 'watchFolders') !== undefined) this.watchFolders = (folders) => this.#watch(folders);
  }

  /** Ends listing, opening and reading with the signal, even if the storage itself knows nothing of signals. */
  withSignal(signal: AbortSignal, then: 'end' | 'hurry' = 'end'): Storage {
    const question = { method: 'withSignal', path: '' };
    const given = lookAt(question, () => this.#storage.withSignal?.(signal, then) ?? this.#storage);
    if (!isObject(given)) throw storageInvalid('withSignal', '', `expected a storage, found ${describeValue(given)}`);
    const ends = then === 'end' ? [signal] : [];
    const signals = this.#signal === undefined ? ends : [this.#signal, ...ends];
    const joined = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    return trust(new GuardedStorage(given, { base: this.base ?? this, signal: joined }));
  }

  async list(folder: string): Promise<StorageEntry[]> {
    const question = { method: 'list', path: folder, signal: this.#signal };
    const answer = await this.#call(question, folder);
    return lookAt(question, () => checkEntries(folder, answer));
  }

  async open(path: string): Promise<StorageFile> {
    const release = (late: unknown): unknown => (isObject(late) ? methodOf(late, 'close', path)() : undefined);
    return new GuardedFile(path, await this.#call({ method: 'open', path, signal: this.#signal, release }, path));
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    return guardWriter(path, await this.#call({ method: 'create', path, writes: true }, path, options));
  }

  async publish(file: PreparedFile): Promise<void> {
    await this.#call({ method: 'publish', path: file.path, writes: true }, file);
  }

  async discard(file: PreparedFile): Promise<void> {
    await this.#call({ method: 'discard', path: file.path, writes: true }, file);
  }

  async remove(path: string): Promise<void> {
    await this.#call({ method: 'remove', path, writes: true }, path);
  }

  async move(from: string, to: string, options?: { readonly overwrite?: boolean }): Promise<void> {
    await this.#call({ method: 'move', path: from, writes: true }, from, to, options);
  }

  async sync(folders: readonly string[]): Promise<void> {
    await this.#call({ method: 'sync', path: '', writes: true }, folders);
  }

  async #watch(folders: readonly string[]): Promise<() => Promise<void>> {
    const question = { method: 'watchFolders', path: '', writes: true };
    const remove = await this.#call(question, folders);
    if (typeof remove !== 'function') {
      throw storageInvalid('watchFolders', '', `expected a function, found ${describeValue(remove)}`);
    }
    return async () => void (await ask(question, () => Reflect.apply(remove, undefined, []) as unknown));
  }

  #call(question: Question, ...values: unknown[]): Promise<unknown> {
    return ask(question, () => methodOf(this.#storage, question.method, question.path)(...values));
  }
}

/** What a storage has under a name. @throws `READ_FAILED` if its getter throws */
function memberOf<Name extends keyof Storage>(storage: Storage, name: Name): Storage[Name] {
  return lookAt({ method: name, path: '' }, () => storage[name]);
}

function textOf(storage: Storage, name: 'location' | 'folderName'): string {
  const found: unknown = memberOf(storage, name);
  if (typeof found === 'string') return found;
  throw storageInvalid(name, '', `expected text, found ${describeValue(found)}`);
}

function transferOf(storage: Storage): StorageTransfer | undefined {
  const found = memberOf(storage, 'transfer');
  if (found === undefined) return undefined;
  const { kind, root, location, access }: Partial<Record<string, unknown>> = lookAt(
    { method: 'transfer', path: '' },
    () => (isObject(found) ? { ...found } : {}),
  );
  // of another copy of this library, such as that for browsers in Node: it need not be openable here
  if (kind === 'blobs' || kind === 'directory' || kind === 'urls') return undefined;
  const isLocal = kind === 'local' && typeof root === 'string';
  const isS3 = kind === 's3' && typeof location === 'string' && isObject(access);
  if (isLocal || isS3) return found;
  const problem = `expected undefined, or that of a storage of this library, found ${describeValue(found)}`;
  throw storageInvalid('transfer', '', problem);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
