import { BacktestExportError, quoteText, type ErrorPosition } from '../errors.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import { parseNumberText } from '../schema/number-text.ts';
import type { TableSchema } from '../schema/schema.ts';
import { parseTimeText } from '../schema/time-text.ts';
import type { StorageFile } from '../storage/storage.ts';
import { decodeUtf8, findInvalidUtf8 } from './utf8.ts';
import { decodeDefaults } from '../batch/decode-options.ts';
import { sepLine } from './dialect-text.ts';
import { byteOrderMarkAt, lineEndAt } from './line-end.ts';
import { readRecord, type RawRecord } from './read-record.ts';
import { assertCsvText } from './sniff.ts';

/** Makes a schema from the names in a header. */
export type InferSchema = (names: readonly string[], position: ErrorPosition) => TableSchema;

/** What precedes a part's data. */
export interface CsvHeader {
  readonly schema: TableSchema;
  /** The header record's bytes, without its line end. */
  readonly bytes: Uint8Array;
  /** Offset of the first byte after the header's line end. */
  readonly end: number;
  /** Lines up to there. */
  readonly lines: number;
  readonly blankLines: number;
  readonly byteOrderMark: boolean;
}

const firstRead = 16 * 1024;
const lf = 0x0a;

/**
 * Reads a part's header record and infers its schema, with `infer` if the file is not part of an export. A byte-order mark is
 * dropped; empty lines are skipped.
 *
 * @throws `CSV_NOT_TEXT`, `CSV_HEADER_MISSING`, `CSV_UTF8_INVALID`, `CSV_RECORD_TOO_LONG`, quoting errors, and what
 * `infer` throws.
 */
export async function readCsvHeader(
  file: StorageFile,
  recordLimit: number = decodeDefaults.recordLimit,
  infer: InferSchema = inferSchema,
): Promise<CsvHeader> {
  for (let length = firstRead; ; length *= 4) {
    const buffer = new Uint8Array(Math.min(length, file.size) + 1);
    const read = await file.read(buffer.subarray(0, -1), 0);
    const whole = read >= file.size;
    if (whole) buffer[read] = lf; // a header without a line end is accepted too
    const head = buffer.subarray(0, whole ? read + 1 : read);
    assertCsvText(head, file.path);
    const header = parseHeader(head, file, whole, infer);
    if (header !== undefined) return { ...header, end: Math.min(header.end, file.size) };
    if (length > recordLimit) {
      const problem = `the header record is longer than ${recordLimit} bytes`;
      const position = { file: file.path, record: 0, line: 1, byte: 0 };
      throw new BacktestExportError('CSV_RECORD_TOO_LONG', problem, { position });
    }
  }
}

function parseHeader(head: Uint8Array, file: StorageFile, whole: boolean, infer: InferSchema): CsvHeader | undefined {
  let start: number = byteOrderMarkAt(head, 0);
  const byteOrderMark = start > 0;
  let blankLines = 0;
  for (let length = lineEndAt(head, start); length > 0; length = lineEndAt(head, start)) {
    start += length;
    blankLines++;
  }
  if (start >= file.size) {
    throw headerMissing(file.path);
  }
  const position = { file: file.path, record: 0, line: blankLines + 1, byte: start };
  const sep = blankLines === 0 ? sepLine(decodeUtf8(head.subarray(start, start + 8)) ?? '') : undefined;
  if (sep !== undefined) {
    const problem =
      `the first line is Excel's delimiter declaration, 'sep=${sep.delimiter}'; ` +
      `pass dialect: { delimiter: ${quoteText(sep.delimiter)} } (--delimiter), and decimal if numbers have decimal commas`;
    throw new BacktestExportError('CSV_HEADER_MISSING', problem, { position });
  }
  const record = readRecord(head, start);
  if (record.kind === 'incomplete' && !whole) return undefined;
  if (record.kind !== 'record') throw brokenHeader(record, position);
  const names = record.fields.map((field) => {
    const name = decodeUtf8(field.content);
    if (name !== undefined) return name;
    const byte = field.start + findInvalidUtf8(head.subarray(field.start, record.end));
    throw new BacktestExportError('CSV_UTF8_INVALID', 'the header is not UTF-8', { position: { ...position, byte } });
  });
  if (names.some((name) => looksLikeData(name))) {
    const problem = `expected a header record, found what looks like data: ${quoteText(names.slice(0, 6).join(','))}`;
    throw new BacktestExportError('CSV_HEADER_MISSING', problem, { position });
  }
  const bytes = head.slice(start, record.end);
  const lines = blankLines + bytes.filter((byte) => byte === lf).length + 1;
  return { schema: infer(names, position), bytes, end: record.next, lines, blankLines, byteOrderMark };
}

/** The error for a file without any text. */
export function headerMissing(file: string): BacktestExportError {
  const problem = 'expected a header record, found no text';
  return new BacktestExportError('CSV_HEADER_MISSING', problem, { position: { file } });
}

/** The error for a header line among the data. */
export function headerRepeated(position: ErrorPosition): BacktestExportError {
  const problem =
    "the header line is repeated here, as if part files had been concatenated; repeatedHeaders: 'skip' skips it";
  return new BacktestExportError('CSV_HEADER_REPEATED', problem, { position });
}

/** Whether a field of what should be a header is a time or a number. */
export function looksLikeData(name: string): boolean {
  return parseTimeText(name) !== undefined || typeof parseNumberText(name) === 'number';
}

function brokenHeader(record: Exclude<RawRecord, { kind: 'record' }>, position: ErrorPosition): BacktestExportError {
  if (record.kind === 'incomplete') {
    return new BacktestExportError('CSV_QUOTE_UNCLOSED', 'a quote in the header is never closed', { position });
  }
  const place = { position: { ...position, byte: record.at } };
  if (record.kind === 'line-end') {
    const problem = 'a lone carriage return in the header; lines end in LF or CRLF';
    return new BacktestExportError('CSV_LINE_END_INVALID', problem, place);
  }
  return new BacktestExportError('CSV_QUOTE_STRAY', 'a quote inside an unquoted field of the header', place);
}
