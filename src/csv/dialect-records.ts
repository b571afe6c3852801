import type { CsvError, Parser } from 'csv-parse';
import { BacktestExportError, type ErrorCode } from '../errors.ts';
import type { StorageFile } from '../storage/storage.ts';
import { decodeDefaults, type CsvDialect, type DecodeOptions } from '../batch/decode-options.ts';

/** One record of a dialect file, as text. */
export interface DialectRecord {
  readonly cells: readonly string[];
  /** The line it ends on, from 1. */
  readonly line: number;
}

const codes = new Map<string, ErrorCode>([
  ['CSV_RECORD_INCONSISTENT_FIELDS_LENGTH', 'CSV_FIELD_COUNT'],
  ['CSV_RECORD_INCONSISTENT_COLUMNS', 'CSV_FIELD_COUNT'],
  ['CSV_QUOTE_NOT_CLOSED', 'CSV_QUOTE_UNCLOSED'],
  ['INVALID_OPENING_QUOTE', 'CSV_QUOTE_STRAY'],
  ['CSV_INVALID_CLOSING_QUOTE', 'CSV_QUOTE_STRAY'],
  ['CSV_MAX_RECORD_SIZE', 'CSV_RECORD_TOO_LONG'],
]);

/**
 * The records of a file through `csv-parse`, in bounded memory. Empty lines are skipped, a byte-order mark is dropped.
 * @throws codes under CSV text of `docs/errors.md`, with record and line; `READ_FAILED` for what has no code.
 */
export async function* parseDialect(
  file: StorageFile,
  options: DecodeOptions & { readonly dialect: CsvDialect },
): AsyncGenerator<DialectRecord, void, undefined> {
  const { parse } = await import('csv-parse');
  const { dialect } = options;
  const quote = dialect.quote ?? '"';
  const parser = parse({
    delimiter: dialect.delimiter ?? ',',
    quote,
    escape: dialect.escape ?? quote,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: options.recordLimit ?? decodeDefaults.recordLimit,
    info: true,
  });
  const feeding = feed(parser, file, options);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { cells: record, line: info.lines };
    }
  } catch (error) {
    throw translate(error, file);
  } finally {
    parser.destroy();
    await feeding;
  }
}

/** Writes the file's text into the parser as fast as it is taken; never rejects: the parser carries the error. */
async function feed(
  parser: Parser,
  file: StorageFile,
  options: DecodeOptions & { readonly dialect: CsvDialect },
): Promise<void> {
  try {
    const decoder = new TextDecoder(options.dialect.encoding ?? 'utf-8', { fatal: true });
    const buffer = new Uint8Array(options.chunkBytes ?? decodeDefaults.chunkBytes);
    for (let position = 0; position < file.size && !parser.destroyed;) {
      options.signal?.throwIfAborted();
      const length = await file.read(buffer, position);
      const text = decodeText(decoder, buffer.subarray(0, length), file, position);
      position += length;
      if (!parser.destroyed && !parser.write(text)) await drained(parser);
    }
    decodeText(decoder, undefined, file, file.size);
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

function decodeText(decoder: TextDecoder, bytes: Uint8Array | undefined, file: StorageFile, byte: number): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    const problem = `the text from here on is not ${decoder.encoding}`;
    throw new BacktestExportError('CSV_UTF8_INVALID', problem, { position: { file: file.path, byte }, cause });
  }
}

function drained(parser: Parser): Promise<void> {
  return new Promise((resolve) => {
    parser.once('drain', resolve);
    parser.once('close', resolve);
  });
}

function translate(error: unknown, file: StorageFile): unknown {
  const code = (error as Partial<CsvError>).code;
  if (error instanceof BacktestExportError || typeof code !== 'string' || !(error instanceof Error)) return error;
  const { records, lines } = error as CsvError & { records?: number; lines?: number };
  const position = {
    file: file.path,
    ...(records === undefined ? {} : { record: records }),
    ...(lines === undefined ? {} : { line: lines }),
  };
  return new BacktestExportError(codes.get(code) ?? 'READ_FAILED', error.message, { position, cause: error });
}
