import { BacktestExportError, type ErrorCode } from '../errors.ts';
import type { BacktestExport, OpenOptions } from '../export/find/backtest-export.ts';
import { isOpen, openIfFolder, type ExportSource } from '../export/open-source.ts';

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

/** Opens an export unless it is open; `options` do not apply to an opened one. */
export async function toExport(given: ExportLike, options: OpenOptions = {}): Promise<BacktestExport> {
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
