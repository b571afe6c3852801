import { BacktestExportError, quoteText, type ErrorCode } from '../errors.ts';
import { given } from '../given.ts';
import { notDefined, parseNumberText } from '../schema/number-text.ts';
import type { ColumnSchema } from '../schema/schema.ts';
import { parseTimeText } from '../schema/time-text.ts';
import { readRecord, type RawField, type RawRecord } from './read-record.ts';
import { decodeUtf8, findInvalidUtf8 } from './utf8.ts';

/**
 * Bytes beyond the longest record that are examined to distinguish a record that is too long from an unclosed quote; less
 * than is carried over to the next chunk (`kernel/decode-regions.ts`).
 */
const lookAhead = 64;

/** A record that the kernel refused, and where it is. */
export interface SuspectRecord {
  /** From the record's first byte to the end of what was read. */
  readonly bytes: Uint8Array;
  readonly fields: readonly ColumnSchema[];
  readonly wanted: ReadonlySet<string>;
  /** Whether `bytes` reaches the end of the file. */
  readonly final: boolean;
  /** Whether the file ends without a line end. */
  readonly unterminated: boolean;
  readonly recordLimit: number;
  readonly file: string;
  readonly byte: number;
  readonly record: number;
  readonly line: number;
}

/**
 * Finds what is wrong with a record, slowly; undefined if it is only cut off by the end of what has been read so far. The
 * number of fields is checked before their values, because a decimal comma or a lost quote changes both.
 */
export function judgeRecord(suspect: SuspectRecord): BacktestExportError | undefined {
  const { recordLimit } = suspect;
  // only these bytes decide, however many have been read: the result does not depend on where chunks end
  const deciding = recordLimit + lookAhead;
  const isDecided = suspect.bytes.length >= deciding;
  const record = readRecord(suspect.bytes.subarray(0, deciding), 0);
  if (record.kind === 'incomplete') {
    if (!suspect.final && !isDecided) return undefined;
    if (record.openQuote !== undefined) return openQuote(suspect, record.openQuote, record.fields, isDecided);
    return isDecided
      ? refuse(suspect, 'CSV_RECORD_TOO_LONG', `the record is longer than ${recordLimit} bytes`, 0)
      : refuse(suspect, 'CSV_FIELD_COUNT', 'the file ends within this record', 0);
  }
  if (record.kind !== 'record') return badQuoting(suspect, record);
  if (record.end > recordLimit) {
    return refuse(suspect, 'CSV_RECORD_TOO_LONG', `the record is longer than ${recordLimit} bytes`, 0);
  }
  if (record.fields.length !== suspect.fields.length) return badCount(suspect, record.fields.length, record.next);
  for (const [index, field] of record.fields.entries()) {
    const column = suspect.fields[index];
    if (column === undefined || !suspect.wanted.has(column.name)) continue;
    const error = judgeField(suspect, column, field);
    if (error !== undefined) return error;
  }
  const problem = 'the decoder rejected a record that its own check accepts; please report this';
  return refuse(suspect, 'READ_FAILED', problem, 0);
}

function badCount(suspect: SuspectRecord, found: number, next: number): BacktestExportError {
  const expected = suspect.fields.length;
  const cut = suspect.unterminated && next >= suspect.bytes.length;
  const reason = cut && found < expected ? '; the file ends in the middle of this record' : '';
  return refuse(suspect, 'CSV_FIELD_COUNT', `expected ${expected} fields, found ${found}${reason}`, 0);
}

function openQuote(suspect: SuspectRecord, byte: number, field: number, isDecided: boolean): BacktestExportError {
  const limit = isDecided ? `the next ${suspect.recordLimit} bytes` : 'the end of the file';
  const problem = `the quote that opens here is not closed before ${limit}`;
  return refuse(suspect, 'CSV_QUOTE_UNCLOSED', problem, byte, field);
}

function badQuoting(
  suspect: SuspectRecord,
  record: Exclude<RawRecord, { kind: 'record' | 'incomplete' }>,
): BacktestExportError {
  if (record.kind === 'line-end') {
    const problem = 'a carriage return without a line feed; lines end in LF or CRLF';
    return refuse(suspect, 'CSV_LINE_END_INVALID', problem, record.at, record.field);
  }
  // the quote that should not be there is more often the one that opens than the one that closes
  const problem =
    record.opens === undefined
      ? 'a quote inside an unquoted field'
      : `text after a closing quote, at byte ${suspect.byte + record.at + 1}, of the quote that opens here`;
  return refuse(suspect, 'CSV_QUOTE_STRAY', problem, record.opens ?? record.at, record.field);
}

function judgeField(suspect: SuspectRecord, column: ColumnSchema, field: RawField): BacktestExportError | undefined {
  const index = suspect.fields.indexOf(column);
  const text = decodeUtf8(field.content);
  if (text === undefined) {
    const inner = suspect.bytes[field.start] === 0x22 ? 1 : 0;
    const bad = findInvalidUtf8(inner === 0 ? field.content : suspect.bytes.subarray(field.start + inner));
    const value = suspect.bytes[field.start + inner + bad] ?? 0;
    const problem = `the byte 0x${value.toString(16).padStart(2, '0')} is not UTF-8 here`;
    return refuse(suspect, 'CSV_UTF8_INVALID', problem, field.start + inner + bad, index);
  }
  if (column.kind === 'text' || text === '') return undefined;
  if (column.kind === 'time') {
    if (parseTimeText(text) !== undefined) return undefined;
    const problem = `expected a time such as 2017-06-19T00:00:00, found ${quoteText(text)}`;
    return refuse(suspect, 'TIME_INVALID', problem, field.start, index);
  }
  if (column.allowsNotDefined && text === notDefined) return undefined;
  const value = parseNumberText(text);
  if (typeof value === 'number') return undefined;
  if (value === 'overflow') {
    return refuse(suspect, 'NUMBER_OVERFLOW', `${quoteText(text)} is out of range for a double`, field.start, index);
  }
  const expected = column.allowsNotDefined ? "a number or 'not defined'" : 'a number';
  return refuse(suspect, 'NUMBER_INVALID', `expected ${expected}, found ${quoteText(text)}`, field.start, index);
}

function refuse(
  suspect: SuspectRecord,
  code: ErrorCode,
  problem: string,
  offset: number,
  field?: number,
): BacktestExportError {
  const column = field === undefined ? undefined : suspect.fields[field]?.name;
  const breaks = suspect.bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length;
  return new BacktestExportError(code, problem, {
    position: {
      file: suspect.file,
      record: suspect.record,
      line: suspect.line + breaks,
      ...given({ column }),
      byte: suspect.byte + offset,
    },
  });
}
