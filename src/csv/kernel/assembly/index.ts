/**
 * The CSV kernel: records of comma-separated text to typed columns (`decode`) and back (`encode`, in its own file), in
 * WebAssembly memory that the caller owns (the map is in `map.ts`). It allocates nothing, throws nothing, prints nothing.
 * One call of `decode` goes as far as it can and returns why it stopped; a row is written whole or not at all. Judging a
 * bad row belongs to the caller.
 *
 * The grammar is RFC 4180's: fields quoted or bare, a doubled quote inside quotes, records ended by LF or CRLF. A bare
 * field holds neither quote nor CR. Lines without a byte are skipped and counted.
 */
import {
  BAD_ROW, BLANK_LINES, CAPACITY, COLUMNS, COLUMN_BYTES, COMMA, CR, DICTIONARY_FULL, END, FIELDS, HEADER,
  HEADER_LENGTH, HEADER_ROW, KIND, LAST_CODE, LAST_LENGTH, LAST_TEXT, LAST_VALUE, LF, LINE_ENDS, METRIC, NEEDS_INPUT,
  NO_LAST, NULL, NUMBER, OUTPUT_FULL, POSITION, QUOTE, QUOTED_BREAKS, RECORD_LIMIT, RESPELLED, ROWS, SKIP, SPELLED_MIXED,
  SPELLINGS, STATES, TEXT, VALUE, VALUES,
} from './map';
import { numberState, numberValue, readNumber } from './number';
import {
  checking, checkQuoted, checkTime, forgetSpelling, noteRespelled, respelled, resumeSpelling,
} from './spelling';
import {
  dictionaryFull, endOfBare, forgetRow, internBare, internTail, quotedBreaks, quotedLength, readQuoted, repeats,
  resumeText,
} from './text';
import { readTime, timeSpelling, timeValue } from './time';

export { encode } from './encode';

const MARK: u32 = 0xbfbbef; // a byte-order mark, where parts were joined

let breaks: u32 = 0; // line feeds inside quoted fields of the current row

/**
 * Decodes rows until the output is full, the input ends, or a row needs the caller. One function, longer than others: its
 * position and counts stay in registers from row to row.
 */
export function decode(): i32 {
  const end = <usize>load<u32>(END);
  const fields = load<u32>(FIELDS);
  const capacity = load<u32>(CAPACITY);
  const header = <usize>load<u32>(HEADER);
  const headerLength = load<u32>(HEADER_LENGTH);
  const headerMask = headerLength < 8 ? ((<u64>1) << (<u64>headerLength << 3)) - 1 : 0xffffffffffffffff;
  const headerStart = load<u64>(header) & headerMask;
  const recordLimit = load<u32>(RECORD_LIMIT);
  const lastColumn = COLUMNS + <usize>(fields - 1) * COLUMN_BYTES;
  let p = <usize>load<u32>(POSITION);
  let row = load<u32>(ROWS);
  let lineEnds = load<u32>(LINE_ENDS);
  let status = NEEDS_INPUT;
  resumeText(load<u32>(DICTIONARY_FULL) != 0);
  resumeSpelling();

  while (true) {
    const start = p;
    // before anything else: no more input is asked for while an output is full
    if (row >= capacity || dictionaryFull) {
      status = OUTPUT_FULL;
      break;
    }
    if (p >= end) break;
    const first = load<u8>(p);
    if (first == LF || first == CR) {
      p += <usize>(first == CR);
      if (p < end && load<u8>(p) == LF) {
        lineEnds |= first == CR ? 2 : 1;
        store<u32>(BLANK_LINES, load<u32>(BLANK_LINES) + 1);
        store<u32>(RESPELLED, 1);
        p++;
        continue;
      }
      p = start;
      status = BAD_ROW;
      break;
    }
    if ((load<u64>(p) & headerMask) == headerStart && isHeader(p, header, headerLength, end)) {
      status = HEADER_ROW;
      break;
    }
    if (first == 0xef && (load<u32>(p) & 0xffffff) == MARK && isHeader(p + 3, header, headerLength, end)) {
      status = HEADER_ROW;
      break;
    }
    breaks = 0;
    let column = COLUMNS;
    while (true) {
      p = readField(p, end, column, row);
      if (column == lastColumn || p == 0 || load<u8>(p) != COMMA) break;
      p++;
      column += COLUMN_BYTES;
    }
    if (p != 0 && column == lastColumn) {
      const carriage = load<u8>(p) == CR;
      const length = p - start;
      p += <usize>carriage;
      if (p < end && load<u8>(p) == LF && length <= recordLimit) {
        p++;
        row++;
        lineEnds |= carriage ? 2 : 1;
        if (breaks != 0) store<u32>(QUOTED_BREAKS, load<u32>(QUOTED_BREAKS) + breaks);
        if (respelled || carriage) {
          store<u32>(RESPELLED, 1);
          forgetSpelling();
        }
        continue;
      }
    }
    p = start;
    forgetRow(fields, row);
    forgetSpelling();
    status = BAD_ROW;
    break;
  }
  store<u32>(POSITION, <u32>p);
  store<u32>(ROWS, row);
  store<u32>(LINE_ENDS, lineEnds);
  store<u32>(DICTIONARY_FULL, <u32>dictionaryFull);
  return status;
}

/** Reads one field into its column; returns where it ended, 0 when it is bad or cut short. */
@inline
function readField(p: usize, end: usize, column: usize, row: u32): usize {
  const kind = load<u32>(column, KIND);
  if (kind >= NUMBER) {
    const next = readNumber(p, kind == METRIC, <u32>((column - COLUMNS) / COLUMN_BYTES), row);
    if (next == p && load<u8>(p) == QUOTE) return readQuotedField(p, end, column, row);
    store<f64>(load<usize>(column, VALUES) + (<usize>row << 3), numberValue);
    store<u8>(load<usize>(column, STATES) + row, numberState);
    return next;
  }
  if (kind == SKIP) {
    const next = endOfBare(p);
    return next == p && load<u8>(p) == QUOTE ? readQuotedField(p, end, column, row) : next;
  }
  const length = load<u32>(column, LAST_LENGTH);
  const same = length != NO_LAST && repeats(p, load<usize>(column, LAST_TEXT), length);
  if (kind == TEXT) {
    if (same) {
      store<i32>(load<usize>(column, VALUES) + (<usize>row << 2), load<i32>(column, LAST_CODE));
      return p + length;
    }
    const next = endOfBare(p);
    if (next == p && load<u8>(p) == QUOTE) return readQuotedField(p, end, column, row);
    if (next >= end) return 0;
    const code = internBare(column, p, next, row);
    if (code < 0) return 0;
    store<i32>(load<usize>(column, VALUES) + (<usize>row << 2), code);
    return next;
  }
  if (same) {
    store<f64>(load<usize>(column, VALUES) + (<usize>row << 3), load<f64>(column, LAST_VALUE));
    store<u8>(load<usize>(column, STATES) + row, VALUE);
    return p + length;
  }
  return readTimeField(p, end, column, row);
}

function readTimeField(p: usize, end: usize, column: usize, row: u32): usize {
  const values: usize = load<usize>(column, VALUES);
  const states: usize = load<usize>(column, STATES);
  const first = load<u8>(p);
  if (first == QUOTE) return readQuotedField(p, end, column, row);
  if (first == COMMA || first == LF || first == CR) {
    store<f64>(values + (<usize>row << 3), NaN);
    store<u8>(states + row, NULL);
    return p;
  }
  const next = readTime(p);
  if (next == 0 || next >= end) return 0;
  store<f64>(values + (<usize>row << 3), timeValue);
  store<u8>(states + row, VALUE);
  noteSpelling(column);
  const length = next - p;
  if (checking) checkTime(p, next, timeValue, timeSpelling);
  // one that is spelled in another way must not count as the same in the next row
  if (length <= 32 && !respelled) {
    memory.copy(load<usize>(column, LAST_TEXT), p, length);
    store<u32>(column, <u32>length, LAST_LENGTH);
    store<f64>(column, timeValue, LAST_VALUE);
  } else store<u32>(column, NO_LAST, LAST_LENGTH);
  return next;
}

/** Takes note of how the time that was read last is spelled, and of columns that spell times in several ways. */
function noteSpelling(column: usize): void {
  const found = load<u32>(column, SPELLINGS);
  if (found == timeSpelling) return;
  store<u32>(column, found == 0 ? timeSpelling : found | timeSpelling | SPELLED_MIXED, SPELLINGS);
}

/** A field that starts with a quote, of any kind of column. */
function readQuotedField(start: usize, end: usize, column: usize, row: u32): usize {
  const kind = load<u32>(column, KIND);
  const next = readQuoted(kind == TEXT ? column : 0, start, end);
  if (next == 0 || next >= end) return 0;
  breaks += quotedBreaks;
  if (kind == SKIP) return next;
  if (kind != TEXT) noteRespelled();
  if (kind == TEXT) {
    const code = internTail(column, quotedLength, row);
    if (code < 0) return 0;
    if (checking) checkQuoted(load<usize>(column, LAST_TEXT), quotedLength);
    store<i32>(load<usize>(column, VALUES) + (<usize>row << 2), code);
    return next;
  }
  if (next - start == 2) {
    store<f64>(load<usize>(column, VALUES) + (<usize>row << 3), NaN);
    store<u8>(load<usize>(column, STATES) + row, NULL);
    return next;
  }
  if (kind >= NUMBER) {
    const stop = readNumber(start + 1, kind == METRIC, <u32>((column - COLUMNS) / COLUMN_BYTES), row);
    if (stop != next - 1) return 0;
    store<f64>(load<usize>(column, VALUES) + (<usize>row << 3), numberValue);
    store<u8>(load<usize>(column, STATES) + row, numberState);
    return next;
  }
  if (readTime(start + 1) != next - 1) return 0;
  store<f64>(load<usize>(column, VALUES) + (<usize>row << 3), timeValue);
  store<u8>(load<usize>(column, STATES) + row, VALUE);
  noteSpelling(column);
  store<u32>(column, NO_LAST, LAST_LENGTH);
  return next;
}

/** Whether the record at `p` is the header once more: the same bytes, then a line end, which is whole. */
function isHeader(p: usize, header: usize, length: u32, end: usize): bool {
  const stop = p + length;
  if (stop >= end || memory.compare(p, header, length) != 0) return false;
  const next = load<u8>(stop);
  return next == LF || (next == CR && stop + 1 < end && load<u8>(stop, 1) == LF);
}
