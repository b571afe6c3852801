/** Fields one by one, of any kind and spelling, quoted too: what every row can be read with. */
import {
  COLUMNS, COLUMN_BYTES, COMMA, CR, KIND, LAST_CODE, LAST_LENGTH, LAST_TEXT, LAST_VALUE, LF, METRIC, NO_LAST, NULL, NUMBER,
  QUOTE, SKIP, SPELLED_MIXED, SPELLINGS, STATES, TEXT, VALUE, VALUES,
} from './map';
import { numberState, numberValue, readNumber } from './number';
import { checking, checkQuoted, checkTime, noteRespelled, respelled } from './spelling';
import { endOfBare, internBare, internTail, quotedBreaks, quotedLength, readQuoted, repeats } from './text';
import { readTime, timeSpelling, timeValue } from './time';

/** Line feeds inside quoted fields of the current row. */
export let breaks: u32 = 0;

/** Begins a row. */
@inline
export function forgetBreaks(): void {
  breaks = 0;
}

/** Reads one field into its column; returns where it ended, 0 when it is bad or cut short. */
@inline
export function readField(p: usize, end: usize, column: usize, row: u32): usize {
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

/** Reads a time that differs from the one in the row above. */
export function readTimeField(p: usize, end: usize, column: usize, row: u32): usize {
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
