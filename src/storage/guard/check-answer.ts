import { describeValue } from '../../describe-value.ts';
import { given } from '../../given.ts';
import { compareText, folderPrefix } from '../storage-path.ts';
import type { PreparedFile, StorageEntry, SyncingFile } from '../storage.ts';
import { showPath, storageInvalid } from './ask.ts';

/**
 * The entries of a folder as a storage lists them, sorted. @throws `STORAGE_INVALID` for what is no list, for an entry
 * with a wrong field or outside of the folder, and for a path that is listed twice
 */
export function checkEntries(folder: string, answer: unknown): StorageEntry[] {
  if (!Array.isArray(answer)) {
    throw storageInvalid('list', folder, `expected a list of entries, found ${describeValue(answer)}`);
  }
  const entries = [...answer].map((entry: unknown) => checkEntry(folder, entry));
  entries.sort((left, right) => compareText(left.path, right.path));
  const twice = entries.find(({ path }, index) => entries[index + 1]?.path === path);
  if (twice !== undefined) throw storageInvalid('list', twice.path, 'expected each path once, found it twice');
  return entries;
}

function checkEntry(folder: string, entry: unknown): StorageEntry {
  if (typeof entry !== 'object' || entry === null) {
    throw storageInvalid('list', folder, `expected an entry, found ${describeValue(entry)}`);
  }
  const { path, kind, size, version, identity, modified }: Partial<Record<keyof StorageEntry, unknown>> = entry;
  if (!isDirectlyIn(folder, path)) {
    const place = folder === '' ? 'the root' : showPath(folder);
    throw storageInvalid('list', folder, `expected a path directly in ${place}, found ${showPath(path)}`);
  }
  if (kind !== 'file' && kind !== 'folder' && kind !== 'link' && kind !== 'other') {
    const problem = `expected the kind file, folder, link or other, found ${describeValue(kind)}`;
    throw storageInvalid('list', path, problem);
  }
  const [name, time] = [optional('list', path, { identity }, isText), optional('list', path, { modified }, isTime)];
  return {
    path,
    kind,
    size: kind === 'file' ? checkSize('list', path, size) : 0,
    version: checkVersion('list', path, version),
    ...given({ ...name, ...time }),
  };
}

/** @throws `STORAGE_INVALID` unless it is a number of bytes */
export function checkSize(method: string, path: string, size: unknown): number {
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
  const problem = `expected the size in bytes, a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, found ${describeValue(size)}`;
  throw storageInvalid(method, path, problem);
}

/** @throws `STORAGE_INVALID` unless it is text */
export function checkVersion(method: string, path: string, version: unknown): string {
  if (typeof version === 'string') return version;
  throw storageInvalid(method, path, `expected the version as text, found ${describeValue(version)}`);
}

/** What a writer says about a file of `written` bytes that it syncs, and what it will say then. @throws `STORAGE_INVALID` */
export function checkSyncing(
  path: string,
  answer: unknown,
  written: number,
): { readonly file: PreparedFile; readonly synced: PromiseLike<unknown> } {
  const { file, synced }: Partial<Record<keyof SyncingFile, unknown>> = Object(answer) as object;
  if (!isPromise(synced)) {
    throw storageInvalid('prepareEarly', path, `expected synced as a promise, found ${describeValue(synced)}`);
  }
  // nobody waits for it where the file is refused
  void Promise.resolve(synced).catch(() => undefined);
  return { file: checkPrepared(path, file, written), synced };
}

/** What a writer says about a file of `written` bytes. @throws `STORAGE_INVALID` */
export function checkPrepared(path: string, answer: unknown, written: number): PreparedFile {
  if (typeof answer !== 'object' || answer === null) {
    throw storageInvalid('prepare', path, `expected a prepared file, found ${describeValue(answer)}`);
  }
  const { path: named, temporary, size, overwrite }: Partial<Record<keyof PreparedFile, unknown>> = answer;
  if (named !== path) throw storageInvalid('prepare', path, `expected this path, found ${showPath(named)}`);
  if (!isDirectlyIn(folderPrefix(path).slice(0, -1), temporary)) {
    const problem = `expected the path of a temporary file beside it, found ${showPath(temporary)}`;
    throw storageInvalid('prepare', path, problem);
  }
  const bytes = checkSize('prepare', path, size);
  if (bytes !== written) {
    throw storageInvalid('prepare', path, `expected the ${written} bytes that were written, found ${bytes}`);
  }
  return { path, temporary, size: bytes, overwrite: overwrite === true };
}

function optional<Name extends string, Value>(
  method: string,
  path: string,
  field: Readonly<Record<Name, unknown>>,
  has: (value: unknown) => value is Value,
): { [Field in Name]?: Value } {
  const kept: { [Field in Name]?: Value } = {};
  for (const name in field) {
    const value: unknown = field[name];
    if (value === undefined) continue;
    if (!has(value)) {
      const expected = name === 'modified' ? 'a time in milliseconds since 1970' : 'text';
      throw storageInvalid(method, path, `expected ${name} as ${expected}, found ${describeValue(value)}`);
    }
    kept[name] = value;
  }
  return kept;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof Object(value).then === 'function';
}

const isText = (value: unknown): value is string => typeof value === 'string';
/** No `Date` holds more. */
const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 8.64e15;

/** Whether a path has the form of storage paths and lies in a folder, not deeper. */
function isDirectlyIn(folder: string, path: unknown): path is string {
  if (typeof path !== 'string' || folderPrefix(path) !== (folder === '' ? '' : `${folder}/`)) return false;
  const name = path.slice(folderPrefix(path).length);
  return name !== '' && name !== '.' && name !== '..' && !name.includes('\0');
}
