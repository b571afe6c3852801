import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import { fileChanged, fileExists, notFound } from '../storage-path.ts';

/** The HTTP status of an error of the SDK, or 0. */
export function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return 0;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}

/** Makes one of our errors of the SDK's; one of ours, and the reason of an abort, pass as they are. */
export function s3Error(
  code: Extract<ErrorCode, 'READ_FAILED' | 'WRITE_FAILED'>,
  problem: string,
  path: string,
  cause: unknown,
): Error {
  if (cause instanceof BacktestExportError || (cause instanceof Error && cause.name === 'AbortError')) return cause;
  const status = statusOf(cause);
  const name = cause instanceof Error ? cause.name : '';
  if (code === 'READ_FAILED' && status === 404 && name !== 'NoSuchBucket') return notFound(path, 'file', cause);
  if (status === 412) {
    if (code === 'WRITE_FAILED') return fileExists(path, cause);
    return fileChanged(path, 'its ETag is another one');
  }
  const text = cause instanceof Error ? `${name}: ${cause.message}` : String(cause);
  const place = path === '' ? {} : { position: { file: path } };
  return new BacktestExportError(code, `${problem}: ${text}${status === 0 ? '' : ` (HTTP ${status})`}`, {
    ...place,
    cause,
  });
}
