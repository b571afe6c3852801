import { readMember } from '../describe-value.ts';
import { BacktestExportError, quoteText, type ErrorCode } from '../errors.ts';
import { given } from '../given.ts';
import { assertKind } from '../options.ts';

/**
 * Checks that a path has the form of storage paths: segments joined by `/`, none of them empty, `.` or `..`.
 * @throws `FILE_OUTSIDE_FOLDER` otherwise; `OPTION_INVALID` for what is no text
 */
export function assertStoragePath(path: string): void {
  assertKind('path', path, 'text');
  for (const piece of path.split('/')) {
    if (piece === '' || piece === '.' || piece === '..' || piece.includes('\0')) throw outsideFolder(path);
  }
}

/**
 * {@link assertStoragePath} for a file to be written; its name must also be printable.
 * @throws `OPTION_INVALID` for control characters, line separators and lone surrogates.
 */
export function assertOutputPath(path: string): void {
  assertStoragePath(path);
  if (unwritable.test(path)) {
    const problem = `expected a file name without control characters, found ${quoteText(path)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
}

/** The option of `create` and `move`; without it, an existing file is refused. */
export function mayOverwrite(options: unknown): boolean {
  return readMember(options, 'overwrite') === true;
}

/** The error for a path that leaves the root by its segments or, with its own `problem`, through a link. */
export function outsideFolder(path: string, problem?: string): BacktestExportError {
  const text = problem ?? `expected a path below the folder, found ${quoteText(path)}`;
  return new BacktestExportError('FILE_OUTSIDE_FOLDER', text, path === '' ? {} : { position: { file: path } });
}

/** The error for a file or folder that does not exist. */
export function notFound(path: string, what: 'file' | 'folder', cause?: unknown): BacktestExportError {
  return fileError('FILE_NOT_FOUND', `there is no such ${what}`, path, cause);
}

/** Whether an error says that a file or folder does not exist, rather than that it cannot be reached. */
export function isMissing(error: unknown): boolean {
  return error instanceof BacktestExportError && error.code === 'FILE_NOT_FOUND';
}

/** Awaits work on a file or folder; undefined if that does not exist. */
export async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The error for something that exists but is not a regular file; `found` begins with its article. */
export function notRegular(path: string, found: string): BacktestExportError {
  return fileError('FILE_NOT_REGULAR', `expected a regular file, found ${found}`, path);
}

/** The error for an output that already exists. */
export function fileExists(path: string, cause?: unknown): BacktestExportError {
  return fileError('FILE_EXISTS', 'the file already exists, and overwrite is not set', path, cause);
}

/** The error for a file that changed after it was opened. */
export function fileChanged(path: string, found: string): BacktestExportError {
  return fileError('FILE_CHANGED', `the file changed while it was read: ${found}`, path);
}

function fileError(code: ErrorCode, problem: string, file: string, cause?: unknown): BacktestExportError {
  return new BacktestExportError(code, problem, { position: { file }, cause });
}

/** The error for using a writer after its end. */
export function writerClosed(file?: string): BacktestExportError {
  return new BacktestExportError('WRITE_FAILED', 'the writer is finished or aborted', { position: given({ file }) });
}

/** The folder of a path with its slash: `a/b/` of `a/b/c`, `''` of `a`. */
export function folderPrefix(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Compares by UTF-16 code units, as `Array.prototype.sort` does by default: the same on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

// eslint-disable-next-line no-control-regex -- the characters to refuse
const unwritable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u;
