import { hasMember, readMember } from '../../describe-value.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import { assertKind, describeValue } from '../../options.ts';
import { assertStoragePath } from '../storage-path.ts';
import type { Storage } from '../storage.ts';
import { BlobFolder } from './blob-folder.ts';
import type { NamedBlob } from './transfer.ts';

/** Files that a page has got: a `FileList`, a list of files or of blobs with their paths. */
export type GivenFiles = Iterable<File | NamedBlob> | ArrayLike<File | NamedBlob>;

/**
 * The files of a page as a storage that is only read: of an input element, with or without `webkitdirectory`, of a drop, or
 * made by the page. A file's path is its `webkitRelativePath`, or else its name; blobs bring their own. The folder that all
 * paths begin with is the storage's root. No file is read, and none leaves the machine.
 *
 * @param location what messages call it; by default the name of that folder, or `files`
 * @throws `OPTION_INVALID` for anything else and for two files of one path, `FILE_OUTSIDE_FOLDER` for a path such as `../a`
 */
export function createFileStorage(files: GivenFiles, location?: string): Storage {
  if (location !== undefined) assertKind('createFileStorage: location', location, 'text');
  const named = [...listOf(files)].map(toNamed);
  const root = rootOf(named);
  const blobs = new Map<string, Blob>();
  for (const { path, blob } of named) {
    const own = path.slice(root === undefined ? 0 : root.length + 1);
    assertStoragePath(own);
    if (blobs.has(own)) throw givenTwice(own);
    blobs.set(own, blob);
  }
  return new BlobFolder(location ?? root ?? 'files', blobs);
}

function listOf(files: GivenFiles): Iterable<unknown> {
  const given: unknown = files;
  if (typeof given === 'object' && given !== null) {
    if (Symbol.iterator in given) return given as Iterable<unknown>;
    if (typeof readMember(given, 'length') === 'number') return Array.from(given as ArrayLike<unknown>);
  }
  throw wrong(given);
}

function toNamed(file: unknown): NamedBlob {
  if (isBlob(file)) {
    const path = readMember(file, 'webkitRelativePath') || readMember(file, 'name');
    if (typeof path === 'string' && path !== '') return { path, blob: file };
  } else if (hasMember(file, 'path') && hasMember(file, 'blob')) {
    const [path, blob] = [readMember(file, 'path'), readMember(file, 'blob')];
    if (typeof path === 'string' && isBlob(blob)) return { path, blob };
  }
  throw wrong(file);
}

function isBlob(value: unknown): value is Blob {
  return ['slice', 'arrayBuffer'].every((name) => typeof readMember(value, name) === 'function');
}

/** The first folder of all paths, if it is the same; undefined where a file is not in a folder. */
function rootOf(files: readonly NamedBlob[]): string | undefined {
  const [first = ''] = files.map(({ path }) => path.slice(0, Math.max(0, path.indexOf('/'))));
  const isTable = first === 'forecasted-values' || first === 'accuracy-metrics-values';
  if (first === '' || isTable || !files.every(({ path }) => path.startsWith(`${first}/`))) return undefined;
  return first;
}

function wrong(found: unknown): BacktestExportError {
  const wanted = 'a FileList, or a list of files or of blobs with their paths';
  const problem = `createFileStorage: expected ${wanted}, found ${describeValue(found)}`;
  return new BacktestExportError('OPTION_INVALID', problem);
}

function givenTwice(path: string): BacktestExportError {
  const hint = 'the two tables of an export have parts of the same names: choose the folder that holds both';
  const problem = `createFileStorage: expected each path once, found two files ${quoteText(path)}; ${hint}`;
  return new BacktestExportError('OPTION_INVALID', problem);
}
