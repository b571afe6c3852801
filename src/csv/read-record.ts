import { lineEndAt } from './line-end.ts';

/** One field of a record, as bytes. */
export interface RawField {
  /** Where the field starts in the bytes, including its opening quote. */
  readonly start: number;
  /** Its content, without quotes. */
  readonly content: Uint8Array;
}

/** What was found at a position in CSV text. */
export type RawRecord =
  | { readonly kind: 'record'; readonly fields: readonly RawField[]; readonly end: number; readonly next: number }
  | { readonly kind: 'incomplete'; readonly openQuote: number | undefined; readonly fields: number }
  | { readonly kind: 'line-end'; readonly at: number; readonly field: number }
  /** `at` is a quote inside an unquoted field, or the closing quote that is followed by text; `opens` is where that one opens. */
  | { readonly kind: 'stray-quote'; readonly at: number; readonly opens: number | undefined; readonly field: number };

const [comma, lf, cr, quote] = [0x2c, 0x0a, 0x0d, 0x22];

/**
 * Reads one record slowly and strictly by the kernel's grammar (RFC 4180): for the header, and to explain a record that
 * the kernel refused. `end` of a record is before its line end, `next` after it.
 */
export function readRecord(bytes: Uint8Array, start: number): RawRecord {
  const fields: RawField[] = [];
  let p = start;
  while (true) {
    const field = bytes[p] === quote ? readQuoted(bytes, p) : readBare(bytes, p);
    if (field === undefined) {
      return { kind: 'incomplete', openQuote: bytes[p] === quote ? p : undefined, fields: fields.length };
    }
    fields.push({ start: p, content: field.content });
    const end = field.end;
    const c = bytes[end];
    if (c === undefined || (c === cr && end + 1 >= bytes.length)) {
      return { kind: 'incomplete', openQuote: undefined, fields: fields.length };
    }
    const lineEnd = lineEndAt(bytes, end);
    if (lineEnd > 0) return { kind: 'record', fields, end, next: end + lineEnd };
    if (c === cr) return { kind: 'line-end', at: end, field: fields.length - 1 };
    if (c !== comma) {
      const opens = bytes[p] === quote ? p : undefined;
      return { kind: 'stray-quote', at: opens === undefined ? end : end - 1, opens, field: fields.length - 1 };
    }
    p = end + 1;
  }
}

function readBare(bytes: Uint8Array, start: number): { content: Uint8Array; end: number } {
  let p = start;
  for (; p < bytes.length; p++) {
    const c = bytes[p];
    if (c === comma || c === lf || c === cr || c === quote) break;
  }
  return { content: bytes.subarray(start, p), end: p };
}

function readQuoted(bytes: Uint8Array, start: number): { content: Uint8Array; end: number } | undefined {
  const content: number[] = [];
  for (let p = start + 1; p < bytes.length; p++) {
    const c = bytes[p] ?? 0;
    if (c === quote) {
      if (bytes[p + 1] !== quote) return { content: Uint8Array.from(content), end: p + 1 };
      p++;
    }
    content.push(c);
  }
  return undefined;
}
