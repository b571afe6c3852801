import { given } from './given.ts';
import { boundMessage, quoteText } from './quote-text.ts';

export { quoteText } from './quote-text.ts';

/**
 * Every code that an error of this library can carry. The list is closed: each is explained in `docs/errors.md` and
 * provoked in a test, and `test/errors-documented.test.ts` holds the three together.
 */
export const errorCodes = [
  // what the caller asked for
  'OPTION_INVALID',
  'COLUMN_UNKNOWN',
  'FORMAT_UNSUPPORTED',
  'DEPENDENCY_MISSING',
  'DEPENDENCY_FAILED',
  'TOO_MANY_GROUPS',
  'SQL_UNSUPPORTED',
  // names
  'PART_NAME_INVALID',
  'EXPORT_TIMESTAMP_INVALID',
  // files
  'FILE_NOT_FOUND',
  'FILE_NOT_REGULAR',
  'FILE_OUTSIDE_FOLDER',
  'FILE_CHANGED',
  'FILE_EXISTS',
  'READ_FAILED',
  'WRITE_FAILED',
  'STORAGE_INVALID',
  'TOO_MANY_OPEN_FILES',
  'TIMED_OUT',
  // folders
  'EXPORT_NOT_FOUND',
  'EXPORT_AMBIGUOUS',
  'EXPORT_MIXED_FORMATS',
  'TABLE_NOT_FOUND',
  // tables
  'SCHEMA_INVALID',
  'SCHEMA_DUPLICATE_COLUMN',
  'SCHEMA_INDEX_COLUMN',
  'SCHEMA_CONFLICT',
  // CSV text
  'CSV_NOT_TEXT',
  'CSV_HEADER_MISSING',
  'CSV_HEADER_REPEATED',
  'CSV_FIELD_COUNT',
  'CSV_QUOTE_UNCLOSED',
  'CSV_QUOTE_STRAY',
  'CSV_LINE_END_INVALID',
  'CSV_RECORD_TOO_LONG',
  'CSV_UTF8_INVALID',
  // values
  'NUMBER_INVALID',
  'NUMBER_OVERFLOW',
  'TIME_INVALID',
  'NUMBER_INEXACT',
  'VALUE_MISSING',
  'TEXT_TOO_LONG',
  // Parquet
  'PARQUET_FOOTER_INVALID',
  'PARQUET_UNSUPPORTED',
  'PARQUET_PAGE_INVALID',
  'PARQUET_CRC_MISMATCH',
  'PARQUET_TOO_LARGE',
  'PARQUET_ROW_COUNT',
  // writing and conversion
  'ROW_INVALID',
  'EXPORT_EXISTS',
  'EXPORT_BUSY',
  'JOURNAL_INVALID',
  'DESTINATION_INVALID',
  'VALUE_NOT_RESTORABLE',
  'CONVERSION_UNPROVEN',
  'ROW_CONFLICT',
  // plans and states of work that is shared out
  'PLAN_INVALID',
  'STATE_INVALID',
  'VERSION_UNSUPPORTED',
  'STATE_FOREIGN',
  'STATE_REPEATED',
  'STATE_CONFLICT',
  'STATE_MISSING',
  // the export job
  'EXPORT_JOB_FAILED',
  // engines that run SQL
  'ENGINE_UNREACHABLE',
  'ENGINE_FORBIDDEN',
  'ENGINE_SETTING_INVALID',
  'ENGINE_CANCELLED',
  'ENGINE_FAILED',
  'ENGINE_RESULT_INVALID',
  'TABLE_MISMATCH',
  'CELLS_UNREADABLE',
  'SUMS_INEXACT',
  // work on threads, in WebAssembly, and what the process has
  'WORKER_FAILED',
  'WEBASSEMBLY_MISSING',
  'MEMORY_REFUSED',
  'KERNEL_FAILED',
  'OUT_OF_MEMORY',
] as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Codes of a file that cannot be reached or was replaced: they say nothing about its content. A reader that skips
 * damaged parts stops at these, because a second read may succeed and give another answer.
 */
export const accessErrorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DEPENDENCY_MISSING',
  'DEPENDENCY_FAILED',
  'FILE_NOT_FOUND',
  'FILE_NOT_REGULAR',
  'FILE_OUTSIDE_FOLDER',
  'FILE_CHANGED',
  'READ_FAILED',
  'STORAGE_INVALID',
  'TOO_MANY_OPEN_FILES',
  'TIMED_OUT',
  'WORKER_FAILED',
  'WEBASSEMBLY_MISSING',
  'MEMORY_REFUSED',
  'OUT_OF_MEMORY',
]);

/** Where in the input something was found; a field is absent where it does not apply or is not known. */
export interface ErrorPosition {
  /** The file, as the storage names it (a path relative to the opened folder, or the path the user gave). */
  readonly file?: string;
  /** Offset from the start of the file, in bytes, from 0. */
  readonly byte?: number;
  /** The data record, from 1; the header is record 0. */
  readonly record?: number;
  /** The line of text, from 1; the header is line 1. A quoted line break counts. */
  readonly line?: number;
  /** The column (field) of the table, by its name in the header. */
  readonly column?: string;
  /** The row group of a Parquet file, from 1. */
  readonly rowGroup?: number;
  /** The page of a Parquet column chunk, from 1; the dictionary page counts. */
  readonly page?: number;
}

/** What an error of this library adds to its code and message. */
export interface ErrorDetails {
  readonly position?: ErrorPosition;
  readonly cause?: unknown;
}

/**
 * The one error class of this library. The message says what was expected, what was found, and where. It has no
 * terminal control characters and at most 2,000 characters besides the place. `code` is for programs, `position` for
 * editors; `cause` keeps the original error. {@link serializeError} and {@link reviveError} carry it between threads.
 */
export class BacktestExportError extends Error {
  override readonly name = 'BacktestExportError';
  readonly code: ErrorCode;
  readonly position: ErrorPosition;
  /** The message without its place. */
  readonly problem: string;

  /** An error of another copy of this library is one too: a program may have loaded it twice, and pass storages between them. */
  static override [Symbol.hasInstance](value: unknown): value is BacktestExportError {
    if (this !== BacktestExportError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return isError(value) && value.name === 'BacktestExportError' && 'code' in value && 'problem' in value;
  }

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const place = formatPosition(details.position ?? {});
    const shown = boundMessage(problem);
    super(place === '' ? shown : `${place}: ${shown}`, given({ cause: details.cause }));
    this.code = code;
    this.problem = shown;
    this.position = details.position ?? {};
  }
}

/** Whether a value is an error, of another realm too: in a context of `node:vm`, as of Jest, Node's errors are of another class. */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  if (typeof value !== 'object' || value === null || !('name' in value) || !('message' in value)) return false;
  return typeof value.name === 'string' && typeof value.message === 'string';
}

/** `part0.csv, record 12, line 13, column p90, byte 1042`; empty when nothing is known. */
export function formatPosition(position: ErrorPosition): string {
  const pieces: string[] = [];
  if (position.file !== undefined) pieces.push(quoteText(position.file, ''));
  if (position.record !== undefined) pieces.push(position.record === 0 ? 'header' : `record ${position.record}`);
  if (position.line !== undefined) pieces.push(`line ${position.line}`);
  if (position.rowGroup !== undefined) pieces.push(`row group ${position.rowGroup}`);
  if (position.column !== undefined) pieces.push(`column ${quoteText(position.column, '')}`);
  if (position.page !== undefined) pieces.push(`page ${position.page}`);
  if (position.byte !== undefined) pieces.push(`byte ${position.byte}`);
  return pieces.join(', ');
}

/** `TOO_MANY_OPEN_FILES` if that is why the system refused a call; otherwise undefined. `problem` says what failed. */
export function tooManyOpenFiles(
  problem: string,
  cause: unknown,
  position: ErrorPosition = {},
): BacktestExportError | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code !== 'EMFILE' && code !== 'ENFILE') return undefined;
  const reason =
    code === 'ENFILE'
      ? 'the system has too many files open (ENFILE); close other programs, or raise its limit'
      : 'this process has too many files open (EMFILE); raise its limit (ulimit -n 4096 in the shell), or use fewer threads';
  return new BacktestExportError('TOO_MANY_OPEN_FILES', `${problem}: ${reason}`, { position, cause });
}

/**
 * `OUT_OF_MEMORY` if the engine ran out of memory or stack; otherwise undefined. `problem` says what failed.
 * (Exhausting V8's own heap cannot be caught: it ends the process or the thread.)
 */
export function outOfMemory(problem: string, cause: unknown): BacktestExportError | undefined {
  if (!isError(cause) || !(cause.name === 'RangeError' || cause.name === 'RuntimeError')) return undefined;
  const found = exhaustions.find(({ pattern }) => pattern.test(cause.message));
  if (found === undefined) return undefined;
  return new BacktestExportError('OUT_OF_MEMORY', `${problem}: ${found.reason} (${cause.message})`, { cause });
}

/** The engine's messages about memory and stack, anchored so that no other RangeError matches. */
const exhaustions = [
  { pattern: /^Maximum call stack size exceeded/, reason: 'nesting too deep, or too many arguments, for the stack' },
  {
    pattern:
      /^(?:Array buffer allocation failed|Invalid (?:typed array|array buffer|array|string) length|WebAssembly\.Memory)/,
    reason: 'the system has no more memory to give, or an object is too large',
  },
  { pattern: /^(?:Map|Set) maximum size exceeded/, reason: 'more distinct entries than one Map or Set can hold' },
] as const;

/**
 * Whether a code describes a temporary failure to reach a file, not the file itself: the same read may succeed later.
 * Such an error never counts as a damaged part to skip or report.
 */
export function isPassing(code: ErrorCode): boolean {
  return code === 'TIMED_OUT' || code === 'TOO_MANY_OPEN_FILES';
}

/** An error as plain data, for a message between threads. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly position: ErrorPosition;
}

/** Turns an error into plain data; an error of any other class becomes `WORKER_FAILED` with its text. */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof BacktestExportError) {
    return { code: error.code, problem: error.problem, position: error.position };
  }
  const known = outOfMemory('the worker thread failed', error) ?? tooManyOpenFiles('the worker thread failed', error);
  if (known !== undefined) return serializeError(known);
  const text = isError(error) ? (error.stack ?? error.message).replaceAll(/\n\s*/g, ' < ') : String(error);
  return { code: 'WORKER_FAILED', problem: `the worker thread failed: ${text}`, position: {} };
}

/** The mirror of {@link serializeError}. */
export function reviveError(error: SerializedError): BacktestExportError {
  return new BacktestExportError(error.code, error.problem, { position: error.position });
}
