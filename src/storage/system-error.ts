import { describeValue } from '../describe-value.ts';
import { BacktestExportError, isError, tooManyOpenFiles, type ErrorCode } from '../errors.ts';
import { notFound } from './storage-path.ts';

/** Wraps an error of the system; a {@link BacktestExportError} is returned unchanged. */
export function systemError(
  code: Extract<ErrorCode, 'READ_FAILED' | 'WRITE_FAILED'>,
  problem: string,
  path: string,
  cause: unknown,
  what: 'file' | 'folder' = 'file',
): BacktestExportError {
  if (cause instanceof BacktestExportError) return cause;
  const system = systemCode(cause);
  const tooMany = tooManyOpenFiles(problem, cause, { file: path });
  if (tooMany !== undefined) return tooMany;
  if (code === 'READ_FAILED' && (system === 'ENOENT' || system === 'ENOTDIR')) return notFound(path, what, cause);
  const reason = reasons.get(system) ?? messageOf(cause);
  return new BacktestExportError(code, `${problem}: ${reason}`, { position: { file: path }, cause });
}

/** The code of a system error, such as `ENOENT`, or `''`. In a test of Jest or a context of `node:vm` it is no Error there. */
export function systemCode(error: unknown): string {
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(cause: unknown): string {
  if (isError(cause)) return cause.message;
  return typeof cause === 'string' ? cause : describeValue(cause);
}

const reasons = new Map([
  ['ENOSPC', 'the disk is full (ENOSPC)'],
  ['EDQUOT', 'the disk quota is used up (EDQUOT)'],
  ['EFBIG', 'the file would be larger than is allowed here (EFBIG)'],
  ['EACCES', 'permission denied (EACCES)'],
  ['EPERM', 'operation not permitted (EPERM)'],
  ['EROFS', 'the file system is read-only (EROFS)'],
  ['ENOTDIR', 'a file exists where a folder is needed (ENOTDIR)'],
  ['EEXIST', 'a file exists where a folder is needed (EEXIST)'],
  ['ENAMETOOLONG', 'the name is too long (ENAMETOOLONG)'],
  ['ELOOP', 'symbolic links lead in a circle (ELOOP)'],
]);
