import { BacktestExportError, quoteText } from '../../errors.ts';

/** A bucket and a key prefix: segments joined by `/`, some of which may be empty; `''` for the whole bucket. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
  /** Whether it must be a folder, because it ends in `/` or has no prefix. */
  readonly isFolder: boolean;
}

/**
 * Parses `s3://bucket/prefix`.
 * @throws `OPTION_INVALID` for an impossible bucket name, for prefixes with the segments `.` or `..`, and for `/` alone.
 */
export function parseS3Location(location: string): S3Location {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)(?:\/([^]*))?$/.exec(location) ?? [];
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..')) {
    throw invalid(location, 'a bucket name of 3 to 63 lower-case letters, digits, dots and hyphens');
  }
  const prefix = rest.endsWith('/') ? rest.slice(0, -1) : rest;
  const isEmpty = prefix === '' && rest !== '';
  if (isEmpty || prefix.split('/').some((piece) => piece === '.' || piece === '..')) {
    throw invalid(location, 'a prefix that is not / alone and has no segments . and ..');
  }
  return { bucket, prefix, isFolder: rest === '' || rest.endsWith('/') };
}

/** The key of a path below a prefix. */
export function keyOf({ prefix }: Pick<S3Location, 'prefix'>, path: string): string {
  if (path === '') return prefix;
  return prefix === '' ? path : `${prefix}/${path}`;
}

/** The inverse of {@link keyOf}; undefined for a key elsewhere, or one that is no valid path (with empty segments, say). */
export function pathOf(key: string, { prefix }: Pick<S3Location, 'prefix'>): string | undefined {
  if (prefix !== '' && !key.startsWith(`${prefix}/`)) return undefined;
  const path = prefix === '' ? key : key.slice(prefix.length + 1);
  return path.split('/').some((piece) => piece === '' || piece === '.' || piece === '..') ? undefined : path;
}

function invalid(location: string, expected: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', `expected ${expected}, found ${quoteText(location)}`);
}
