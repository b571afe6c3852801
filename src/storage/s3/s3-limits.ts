import { BacktestExportError } from '../../errors.ts';
import { assertOptions, describeValue } from '../../options.ts';
import type { S3Access, S3Limits, S3Timeouts } from './s3-access.ts';

/** The default timeouts, in milliseconds, and the tries. */
const defaultTimeouts: Required<S3Timeouts> = { connect: 10_000, firstByte: 30_000, idle: 30_000, tries: 3 };

/** The default limits of a listing. */
const defaultLimits: Required<S3Limits> = { entries: 500_000, pages: 20_000 };

/**
 * How many pages in a row may contain no new name (versioned buckets have such pages), and the most keys in one page.
 */
export const mostIdlePages = 100;
export const mostPageKeys = 1000;

/** The most bytes of a response that is not an object: a page of 1,000 keys of 1 KiB, escaped, has 10 MB. */
export const mostAnswerBytes: number = 64 * 1024 * 1024;

/** Bytes that a response must deliver each second, and bytes of a request that add one second to its limit. */
export const slowestAnswer = 1024;
export const slowestUpload: number = 64 * 1024;

/** How many times longer a copy and the completion of an upload may take: S3 responds only when it has finished. */
export const slowRequests = 10;

/**
 * Fills in the default timeouts and limits.
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
  const kinds = Object.fromEntries(Object.keys(defaults).map((name) => [name, 'anything' as const]));
  assertOptions(`S3 ${option}`, given, kinds as Record<keyof Values, 'anything'>);
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
