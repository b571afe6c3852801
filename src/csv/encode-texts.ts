import type { TextDictionary } from '../batch/columns/column-batch.ts';

/** Texts as fields of CSV, quoted if necessary. */
export interface CsvTexts {
  /** One more than there are texts. */
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
  /** Bytes of the longest. */
  readonly longest: number;
}

const quote = 0x22;

/** One text as a field of CSV, quoted only where it must be. */
export function quoteField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The texts of a dictionary as fields of CSV. A text is quoted only if it must be (RFC 4180): if it contains a comma, a
 * quote, a line feed or a carriage return; its quotes are doubled. If none needs quotes, nothing is copied.
 */
export function encodeTexts({ size, offsets, bytes }: TextDictionary): CsvTexts {
  const end = offsets[size] ?? 0;
  if (!needsQuotes(bytes, 0, end)) return { offsets, bytes: bytes.subarray(0, end), longest: longestOf(offsets, size) };
  const quoted = new Uint8Array(2 * end + 2 * size);
  const quotedOffsets = new Uint32Array(size + 1);
  let out = 0;
  for (let code = 0; code < size; code++) {
    out = writeField(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0, quoted, out);
    quotedOffsets[code + 1] = out;
  }
  return { offsets: quotedOffsets, bytes: quoted.subarray(0, out), longest: longestOf(quotedOffsets, size) };
}

function writeField(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let p = at;
  if (!needsQuotes(bytes, start, end)) {
    for (let from = start; from < end; from++) out[p++] = bytes[from] ?? 0;
    return p;
  }
  out[p++] = quote;
  for (let from = start; from < end; from++) {
    const byte = bytes[from] ?? 0;
    if (byte === quote) out[p++] = quote;
    out[p++] = byte;
  }
  out[p++] = quote;
  return p;
}

function needsQuotes(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x2c && (byte === 0x2c || byte === quote || byte === 0x0a || byte === 0x0d)) return true;
  }
  return false;
}

function longestOf(offsets: Uint32Array, size: number): number {
  let longest = 0;
  for (let code = 0; code < size; code++) longest = Math.max(longest, (offsets[code + 1] ?? 0) - (offsets[code] ?? 0));
  return longest;
}
