import { BacktestExportError } from '../errors.ts';
import type { StorageFile } from '../storage/storage.ts';
import { looksLikeData } from './header.ts';
import { byteOrderMarkAt } from './line-end.ts';
import { readRecord } from './read-record.ts';
import { decodeUtf8 } from './utf8.ts';

/** A file without a header, as a file with one, and a translation of its errors. */
export interface MadeHeader {
  readonly file: StorageFile;
  /** The names given to its columns: `column 1`, `column 2` … */
  readonly names: readonly string[];
  /** Translates the position of an error to that in the file itself. */
  readonly toFile: (error: unknown) => unknown;
}

const mostBytes = 1_048_576;
const lf = 0x0a;

/**
 * Adds a header to a file whose first record looks like data, so that it can be decoded by the names of its columns.
 * Undefined if the first record is a header, or cannot be read, which decoding then reports.
 */
export async function makeHeader(file: StorageFile): Promise<MadeHeader | undefined> {
  const head = new Uint8Array(Math.min(file.size, mostBytes) + 1);
  const read = await file.read(head.subarray(0, -1), 0);
  head[read] = lf;
  const skipped = byteOrderMarkAt(head, 0);
  const first = readRecord(head.subarray(0, read + 1), skipped);
  if (first.kind !== 'record') return undefined;
  const fields = first.fields.map(({ content }) => decodeUtf8(content) ?? '');
  if (!fields.some((field) => looksLikeData(field))) return undefined;
  const names = fields.map((_, index) => `column ${index + 1}`);
  const header = new TextEncoder().encode(`${names.join(',')}\n`);
  const shift = header.length - skipped;
  return {
    file: {
      path: file.path,
      size: file.size + shift,
      version: file.version,
      async read(target, position) {
        if (position >= header.length) return file.read(target, position - shift);
        const own = header.subarray(position, position + target.length);
        target.set(own);
        const rest = target.subarray(own.length);
        return own.length + (rest.length === 0 ? 0 : await file.read(rest, skipped));
      },
      assertUnchanged: () => file.assertUnchanged(),
      close: () => file.close(),
    },
    names,
    toFile: (error) => moveUp(error, shift),
  };
}

/** One line less, and as many bytes. */
function moveUp(error: unknown, shift: number): unknown {
  if (!(error instanceof BacktestExportError)) return error;
  const { line, byte } = error.position;
  const position = {
    ...error.position,
    ...(line === undefined ? {} : { line: Math.max(1, line - 1) }),
    ...(byte === undefined ? {} : { byte: Math.max(0, byte - shift) }),
  };
  return new BacktestExportError(error.code, error.problem, { position, cause: error });
}
