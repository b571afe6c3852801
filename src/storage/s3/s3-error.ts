import { BacktestExportError, isError, quoteText, type ErrorCode } from '../../errors.ts';
import { fileChanged, fileExists, notFound } from '../storage-path.ts';
import type { Expiry } from './request-watch.ts';
import type { Ask, Place } from './s3-ask.ts';

/** The HTTP status of an error of the SDK, or 0. */
export function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return 0;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}

/** Whether the SDK sent the request more than once, so that an earlier sending may have been done. */
export function wasSentAgain(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return false;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('attempts' in metadata)) return false;
  return typeof metadata.attempts === 'number' && metadata.attempts > 1;
}

/** Whether an error is a response without a reason, as those to HEAD have no body. */
export function gaveNoReason(error: unknown): boolean {
  const status = statusOf(error);
  if (status === 0 || !isError(error)) return false;
  return [String(status), 'Unknown', 'UnknownError'].includes(error.name) || error.message === 'UnknownError';
}

/** Whether S3 refused access; for a missing object also where the role may not list the bucket. */
export function isForbidden(error: unknown): boolean {
  return error instanceof BacktestExportError && error.code === 'READ_FAILED' && statusOf(error.cause) === 403;
}

/** Wraps an SDK error, with bucket, key and S3's code; returns BacktestExportError and AbortError unchanged. */
export function s3Error(
  code: Extract<ErrorCode, 'READ_FAILED' | 'WRITE_FAILED'>,
  problem: string,
  place: Place,
  cause: unknown,
): Error {
  if (cause instanceof BacktestExportError || (isError(cause) && cause.name === 'AbortError')) return cause;
  const { path } = place;
  const status = statusOf(cause);
  const name = isError(cause) ? cause.name : '';
  if (code === 'READ_FAILED' && status === 404 && name !== 'NoSuchBucket') return notFound(path, 'file', cause);
  if (status === 412) return code === 'WRITE_FAILED' ? fileExists(path, cause) : fileChanged(path, 'its ETag differs');
  const text = `${problem}: ${addressOf(place)}: ${reasonOf(cause, status)}`;
  // the SDK's own connection timeout
  const timeout = name === 'TimeoutError';
  return new BacktestExportError(timeout ? 'TIMED_OUT' : code, text, { ...positionOf(path), cause });
}

/** The error for a request that timed out. */
export function timedOut(ask: Ask, { expected, within, found }: Expiry, sent: number, endpoint?: string): Error {
  const where = endpoint === undefined ? '' : ` at ${endpoint}`;
  const times = sent === 1 ? '' : `, sent ${sent} times`;
  const problem = `${ask.operation} of ${addressOf(ask)}${where}: expected ${expected} within ${within / 1000} s, found ${found}${times}`;
  return new BacktestExportError('TIMED_OUT', problem, positionOf(ask.path));
}

/** The error for a response that contradicts another one. */
export function contradiction(
  code: Extract<ErrorCode, 'READ_FAILED' | 'WRITE_FAILED'>,
  problem: string,
  place: Place,
): BacktestExportError {
  return new BacktestExportError(code, `${problem}: ${addressOf(place)}`, positionOf(place.path));
}

/** `s3://bucket/key`, and which side of the work it is, if that is known. */
export function addressOf({ bucket, key, side }: Place): string {
  const address = quoteText(`s3://${bucket}/${key}`, '');
  return side === undefined ? address : `${address} (${side})`;
}

function positionOf(path: string): { readonly position?: { readonly file: string } } {
  return path === '' ? {} : { position: { file: path } };
}

/** What a status may mean if S3 gives no reason, as for HEAD, whose responses have no body. */
const meanings: Readonly<Record<number, string>> = {
  301: 'the bucket is in another region',
  400: 'expired credentials, or another region',
  403: 'access denied, or a missing object without permission to list',
};

function reasonOf(cause: unknown, status: number): string {
  if (!isError(cause)) return quoteText(String(cause), '');
  const http = status === 0 ? '' : ` (HTTP ${status})`;
  if (!gaveNoReason(cause)) return `${quoteText(cause.name, '')}: ${quoteText(cause.message, '')}${http}`;
  const meaning = meanings[status];
  return `S3 gives no reason${meaning === undefined ? '' : `; it may be ${meaning}`}${http}`;
}
