import { BacktestExportError, type ErrorCode } from '../errors.ts';
import type { BacktestExport, OpenOptions } from '../export/find/backtest-export.ts';
import { isOpen, openIfFolder, type ExportSource } from '../export/open-source.ts';
import { hasMember, readMember } from '../describe-value.ts';

/** What the matchers accept as an export: a location or an opened export. */
export type ExportLike = ExportSource;

/** What a matcher uses of vitest's or Jest's `this`. */
export interface MatcherContext {
  readonly isNot?: boolean;
  /** Deep equality that supports asymmetric matchers such as `expect.closeTo`. */
  equals(one: unknown, other: unknown): boolean;
  readonly utils: { stringify(value: unknown): string };
}

/** The result of a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A matcher for `expect.extend`; the arguments after the received value are its own. */
export type Matcher = {
  // a method, so that its parameters may be narrower
  bivariant(this: MatcherContext, received: unknown, ...expected: unknown[]): Promise<MatcherResult>;
}['bivariant'];

/**
 * The answer of an asynchronous matcher, for a framework that waits for it. Inside of another matcher (`toEqual({ a:
 * expect.not.toEqualExport(b) })`) frameworks do not wait: they take `pass` from the promise, and undefined counts as a
 * mismatch, which is a match with `not`. Reading it throws instead.
 */
export function asynchronous(name: string, answer: Promise<MatcherResult>): Promise<MatcherResult> {
  const get = (): never => {
    answer.catch(() => undefined);
    const problem = `${name} is asynchronous and cannot be used inside of another matcher: await expect(…).${name}(…) by itself`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  };
  return Object.defineProperty(answer, 'pass', { get });
}

/** Whether an expected value is a matcher such as `expect.closeTo`, of any framework. */
export function isAsymmetric(value: unknown): value is { asymmetricMatch(found: unknown): boolean } {
  return typeof readMember(value, 'asymmetricMatch') === 'function';
}

/** Refuses what can only be a mistake, such as a promise that was not awaited. @throws `OPTION_INVALID` */
export function assertReceived(received: unknown): void {
  if (!hasMember(received, 'then')) return;
  const problem = 'expect: expected an export, found a promise: await it first, or use expect(…).resolves';
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** Opens an export unless it is open; `options` do not apply to an opened one. */
export async function toExport(given: ExportLike, options: OpenOptions = {}): Promise<BacktestExport> {
  assertReceived(given);
  return isOpen('expect', given) ? given : openIfFolder('expect', given, options);
}

/** Failures of the test itself, such as a misspelled path; no matcher counts them as a result. */
const misuses = new Set<ErrorCode>([
  'FILE_NOT_FOUND',
  'FILE_OUTSIDE_FOLDER',
  'READ_FAILED',
  'TIMED_OUT',
  'TOO_MANY_OPEN_FILES',
  'OPTION_INVALID',
  'EXPORT_TIMESTAMP_INVALID',
]);

/** Why something does not open as an export; rethrows errors that say nothing about it. */
export function refusalOf(error: unknown): string {
  if (error instanceof BacktestExportError && !misuses.has(error.code)) return `${error.code}: ${error.message}`;
  throw error;
}

/** The name of an export in messages. */
export function nameOf(source: Pick<BacktestExport, 'jobName' | 'exportedAt' | 'location'>): string {
  const { jobName, exportedAt, location } = source;
  if (jobName === undefined || exportedAt === undefined) return location;
  return `${location} (${jobName}, ${exportedAt.toISOString()})`;
}

/** A small table as text with padded columns, each line indented by two spaces. */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, (row[index] ?? '').length), 0),
  );
  return rows
    .map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
