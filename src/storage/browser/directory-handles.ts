import { BacktestExportError, isError, type ErrorCode } from '../../errors.ts';
import { notFound, notRegular } from '../storage-path.ts';
import type { DirectoryHandle, FileHandle } from './handles.ts';

/** The handle of a folder below another one; `''` is that itself. @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `READ_FAILED` */
export async function folderAt(root: DirectoryHandle, folder: string, create = false): Promise<DirectoryHandle> {
  let handle = root;
  try {
    for (const name of folder === '' ? [] : folder.split('/'))
      handle = await handle.getDirectoryHandle(name, { create });
  } catch (cause) {
    throw handleError(create ? 'WRITE_FAILED' : 'READ_FAILED', folder, 'folder', cause);
  }
  return handle;
}

/** The handle of a file. @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `READ_FAILED` */
export async function fileAt(root: DirectoryHandle, path: string): Promise<FileHandle> {
  const [folder, name] = splitPath(path);
  try {
    return await (await folderAt(root, folder)).getFileHandle(name);
  } catch (cause) {
    const error = handleError('READ_FAILED', path, 'file', cause);
    throw error.code === 'FILE_NOT_FOUND' ? notFound(path, 'file', cause) : error;
  }
}

/** Whether there is such a file. @throws `FILE_NOT_REGULAR` for a folder, `READ_FAILED` */
export async function hasFile(root: DirectoryHandle, path: string): Promise<boolean> {
  try {
    await fileAt(root, path);
    return true;
  } catch (error) {
    if (error instanceof BacktestExportError && error.code === 'FILE_NOT_FOUND') return false;
    throw error;
  }
}

/** The folder and the name of a path. */
export function splitPath(path: string): readonly [folder: string, name: string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
}

/** What a browser throws, as this library's error. */
export function handleError(
  code: Extract<ErrorCode, 'READ_FAILED' | 'WRITE_FAILED'>,
  path: string,
  what: 'file' | 'folder',
  cause: unknown,
): BacktestExportError {
  if (cause instanceof BacktestExportError) return cause;
  const name = isError(cause) ? cause.name : '';
  if (name === 'NotFoundError') return notFound(path, what, cause);
  if (name === 'TypeMismatchError') return notRegular(path, what === 'file' ? 'a folder' : 'a file');
  const reason = reasons.get(name) ?? (isError(cause) ? cause.message : String(cause));
  const problem = `the ${what} cannot be ${code === 'READ_FAILED' ? 'read' : 'written'}: ${reason}`;
  return new BacktestExportError(code, problem, { position: { file: path }, cause });
}

const reasons = new Map([
  ['NotAllowedError', 'the page has no permission for it (NotAllowedError); ask for it with requestPermission()'],
  ['QuotaExceededError', 'the browser gives the page no more space (QuotaExceededError)'],
  ['NoModificationAllowedError', 'something else writes to it (NoModificationAllowedError)'],
]);
