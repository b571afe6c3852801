import { BacktestExportError } from '../../errors.ts';
import { assertOptionNames, describeValue } from '../../options.ts';
import type { S3Access, S3Limits, S3Timeouts } from './s3-access.ts';

/** Every time-out, in milliseconds, and the tries. */
export const defaultTimeouts: Required<S3Timeouts> = { connect: 10_000, firstByte: 30_000, idle: 30_000, tries: 3 };

/** Every bound of a listing. */
export const defaultLimits: Required<S3Limits> = { entries: 500_000, pages: 20_000 };

/** Pages in a row that may bring no new name (a bucket with versions has such), and the keys that one page has at most. */
export const mostIdlePages = 100;
export const mostPageKeys = 1000;

/** Bytes that an answer without an object may have: a page of 1,000 keys of 1 KiB, escaped, is 10 MB. */
export const mostAnswerBytes: number = 64 * 1024 * 1024;

/** What an answer must bring each second, and what a request may take each second, in bytes. */
export const slowestAnswer = 1024;
export const slowestUpload: number = 64 * 1024;

/** How many times longer a copy and the completion of an upload may take: S3 answers them when it is done. */
export const slowRequests = 10;

/**
 * Time-outs and bounds with their defaults.
 * @throws `OPTION_INVALID`
 */
export function resolveLimits({ timeouts = {}, limits = {} }: Pick<S3Access, 'timeouts' | 'limits'>): {
  readonly timeouts: Required<S3Timeouts>;
  readonly limits: Required<S3Limits>;
} {
  return {
    timeouts: resolve('timeouts', defaultTimeouts, timeouts),
    limits: resolve('limits', defaultLimits, limits),
  };
}

function resolve<Values extends object>(option: string, defaults: Required<Values>, given: Values): Required<Values> {
  assertOptionNames(`S3 ${option}`, given, defaults);
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1 && value <= 2 ** 31 - 1)) {
      throw invalid(`S3 ${option}.${name}`, value);
    }
  }
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(known) };
}

function invalid(option: string, found: unknown): BacktestExportError {
  const problem = `${option}: expected a whole number from 1, found ${describeValue(found)}`;
  return new BacktestExportError('OPTION_INVALID', problem);
}
