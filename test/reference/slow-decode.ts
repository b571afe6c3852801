import { decodeUtf8 } from '#src/csv/utf8.js';
import { inferSchema } from '#src/schema/infer-schema.js';
import { notDefined, parseNumberText } from '#src/schema/number-text.js';
import { parseTimeText } from '#src/schema/time-text.js';

/** What reading a text must give: its rows, or the code and data record of the first thing wrong with it. */
export type SlowResult = { rows: string[][] } | { code: string; record: number };

/** Cells as comparable text: numbers by their bits, times by milliseconds. */
export const comparable = (value: unknown): string =>
  value instanceof Date
    ? `t${value.getTime()}`
    : Object.is(value, -0)
      ? 'n-0'
      : typeof value === 'number'
        ? `n${value}`
        : `s${String(value)}`;

/**
 * CSV by the grammar of docs/architecture.md, one character after another: shares neither the kernel's code nor its
 * method. The header must be whole and sound.
 */
export function slowDecode(bytes: Uint8Array, recordLimit = 1_048_576): SlowResult {
  const [header, afterHeader] = splitHeader(bytes);
  const schema = inferSchema(header);
  const rows: string[][] = [];
  const text =
    bytes[bytes.length - 1] === 0x0a || afterHeader === bytes.length ? bytes : Uint8Array.from([...bytes, 0x0a]);
  for (let start = afterHeader; start < text.length;) {
    if (text[start] === 0x0a) start++;
    else if (text[start] === 0x0d && text[start + 1] === 0x0a) start += 2;
    else {
      const record = rows.length + 1;
      // so many bytes decide whether a record is too long, or has a quote that is not closed in time
      const read = splitRecord(text.subarray(0, start + recordLimit + 64), start);
      if (typeof read === 'string') return { code: read, record };
      if (read.end - start > recordLimit) return { code: 'CSV_RECORD_TOO_LONG', record };
      if (Buffer.compare(text.subarray(start, read.end), bytes.subarray(0, headerEnd(bytes))) === 0)
        return { code: 'CSV_HEADER_REPEATED', record };
      if (read.fields.length !== schema.columns.length) return { code: 'CSV_FIELD_COUNT', record };
      const cells: string[] = [];
      for (const [index, field] of read.fields.entries()) {
        const column = schema.columns[index]!;
        const cell = readCell(field, column.kind, column.allowsNotDefined);
        if (cell.code !== undefined) return { code: cell.code, record };
        cells.push(comparable(cell.value));
      }
      rows.push(cells);
      start = read.next;
    }
  }
  return { rows };
}

function headerEnd(bytes: Uint8Array): number {
  const end = bytes.indexOf(0x0a);
  return bytes[end - 1] === 0x0d ? end - 1 : end;
}

function splitHeader(bytes: Uint8Array): [string[], number] {
  return [
    Buffer.from(bytes.subarray(0, headerEnd(bytes)))
      .toString()
      .split(','),
    bytes.indexOf(0x0a) + 1,
  ];
}

function splitRecord(text: Uint8Array, start: number): string | { fields: Uint8Array[]; end: number; next: number } {
  const fields: Uint8Array[] = [];
  let field: number[] = [];
  let state: 'start' | 'bare' | 'quoted' | 'closed' = 'start';
  for (let p = start; p < text.length; p++) {
    const c = text[p]!;
    if (state === 'quoted') {
      if (c !== 0x22) field.push(c);
      else if (text[p + 1] === 0x22) field.push(text[p++]!);
      else state = 'closed';
    } else if (c === 0x2c || c === 0x0a || c === 0x0d) {
      fields.push(Uint8Array.from(field));
      field = [];
      state = 'start';
      if (c === 0x0a) return { fields, end: p, next: p + 1 };
      if (c === 0x0d) return text[p + 1] === 0x0a ? { fields, end: p, next: p + 2 } : 'CSV_LINE_END_INVALID';
    } else if (state === 'closed' || (c === 0x22 && state === 'bare')) return 'CSV_QUOTE_STRAY';
    else if (c === 0x22) state = 'quoted';
    else {
      field.push(c);
      state = 'bare';
    }
  }
  return state === 'quoted' ? 'CSV_QUOTE_UNCLOSED' : 'CSV_RECORD_TOO_LONG';
}

function readCell(bytes: Uint8Array, kind: string, allowsNotDefined: boolean): { code?: string; value?: unknown } {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { code: 'CSV_UTF8_INVALID' };
  if (kind === 'text') return { value: text };
  if (text === '') return { value: null };
  if (kind === 'time') {
    const time = parseTimeText(text);
    return time === undefined ? { code: 'TIME_INVALID' } : { value: new Date(time.milliseconds) };
  }
  if (allowsNotDefined && text === notDefined) return { value: text };
  const value = parseNumberText(text);
  return typeof value === 'number' ? { value } : { code: value === 'overflow' ? 'NUMBER_OVERFLOW' : 'NUMBER_INVALID' };
}
