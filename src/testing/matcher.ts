import { BacktestExportError, type ErrorCode } from '../errors.ts';
import type { BacktestExport, OpenOptions } from '../export/backtest-export.ts';
import { isOpen, openIfFolder, type ExportSource } from '../export/open-source.ts';

/** What the matchers take for an export: a path, a storage, or one that is open. */
export type ExportLike = ExportSource;

/** What a matcher needs of vitest or Jest: they give it as `this`. */
export interface MatcherContext {
  readonly isNot?: boolean;
  /** Deep equality that knows asymmetric matchers such as `expect.closeTo`. */
  equals(one: unknown, other: unknown): boolean;
  readonly utils: { stringify(value: unknown): string };
}

/** What a matcher answers. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A matcher as `expect.extend` takes it; what stands behind the received value is its own. */
export type Matcher = {
  // a method, so that its parameters may be narrower
  bivariant(this: MatcherContext, received: unknown, ...expected: unknown[]): Promise<MatcherResult>;
}['bivariant'];

/** The export, opened if it is not yet; `options` say nothing of one that is open. */
export async function toExport(given: ExportLike, options: OpenOptions = {}): Promise<BacktestExport> {
  return isOpen('expect', given) ? given : openIfFolder('expect', given, options);
}

/** Failures of the test itself, such as a misspelled path: no matcher takes them for an answer. */
const misuses = new Set<ErrorCode>([
  'FILE_NOT_FOUND',
  'FILE_OUTSIDE_FOLDER',
  'READ_FAILED',
  'TIMED_OUT',
  'TOO_MANY_OPEN_FILES',
  'OPTION_INVALID',
  'EXPORT_TIMESTAMP_INVALID',
]);

/** What is wrong with something that does not open as an export; throws what says nothing about it. */
export function refusalOf(error: unknown): string {
  if (error instanceof BacktestExportError && !misuses.has(error.code)) return `${error.code}: ${error.message}`;
  throw error;
}

/** How an export is called in messages. */
export function nameOf({
  jobName,
  exportedAt,
  location,
}: Pick<BacktestExport, 'jobName' | 'exportedAt' | 'location'>): string {
  if (jobName === undefined || exportedAt === undefined) return location;
  return `${location} (${jobName}, ${exportedAt.toISOString()})`;
}

/** A small table as text, its columns padded, each line indented by two. */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, (row[index] ?? '').length), 0),
  );
  return rows
    .map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
