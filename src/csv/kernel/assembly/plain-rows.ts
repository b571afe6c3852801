/**
 * The usual rows, many at a time: as many fields as the header has, none of them quoted, and the same line end as those before. The delimiters of
 * a block of rows are listed first, then each column is read in a loop of its own. Whatever is not plain ends the block
 * before its row, and is read, or refused, field by field (`index.ts`): this file decides nothing on its own.
 */
import {
  COLUMNS, COLUMN_BYTES, COMMA, CR, DELIMITERS, FIELDS, HEADER, HEADER_LENGTH, KIND, LAST_CODE,
  LAST_LENGTH, LAST_TEXT, LAST_VALUE, LF, MARK, MASKS16, METRIC, NUMBER, RECORD_LIMIT, STATES, TEXT, TIME, UNCONVERTED, VALUE, VALUES,
} from './map';
import { listDelimiters } from './delimiters';
import { readTimeField } from './fields';
import { convertDecimals } from './decimals';
import { decimalToDouble } from './double';
import { numberState, numberValue, others, readNumber, sumDigits } from './number';
import { checking, checkNumber, isUsual } from './spelling';
import { dictionaryFull, forgetRow, internBare, isSameText } from './text';

const POINT: u8 = 0x2e;

/** Where the rows that were read last end. */
export let plainEnd: usize = 0;

/**
 * Reads plain rows from `start` on into the outputs from `row` on, at most `most`, which is no more than DELIMITER_ROWS;
 * returns how many. With `carriage` they all end in CRLF.
 */
export function readPlainRows(start: usize, end: usize, row: u32, most: u32, carriage: bool): u32 {
  const fields = load<u32>(FIELDS);
  if (fields < 2) return 0; // an empty line would count as a row
  const stride = fields + <u32>carriage; // delimiters of a row
  const list = <usize>load<u32>(DELIMITERS) + 4;
  store<u32>(list - 4, <u32>start - 1);
  let rows = listDelimiters(start, end, list, most * stride) / stride;
  rows = countPlain(list, rows, fields, carriage);
  rows = readTexts(list, rows, fields, stride, row);
  for (let index: u32 = 0; index < fields; index++) {
    const kind = load<u32>(COLUMNS + <usize>index * COLUMN_BYTES, KIND);
    if (kind >= NUMBER) rows = readNumbers(list, rows, stride, index, row, kind == METRIC);
    else if (kind == TIME) rows = readTimes(list, rows, stride, index, row, end);
  }
  plainEnd = <usize>load<u32>(list + ((<usize>rows * stride) << 2) - 4) + 1;
  return rows;
}

/** The rows in front of the first that is not plain, is too long, or may be a header. */
function countPlain(list: usize, rows: u32, fields: u32, carriage: bool): u32 {
  const recordLimit = load<u32>(RECORD_LIMIT);
  const length = load<u32>(HEADER_LENGTH);
  const mask = length < 8 ? ((<u64>1) << (<u64>length << 3)) - 1 : 0xffffffffffffffff;
  const header = load<u64>(load<u32>(HEADER)) & mask;
  const bytes = <usize>(fields - 1) << 2;
  const lineEnd = carriage ? CR : LF;
  let at = list;
  for (let row: u32 = 0; row < rows; row++, at += 4) {
    const start = <usize>load<u32>(at - 4) + 1;
    const first = load<u64>(start);
    let others: u32 = 0;
    for (const last = at + bytes; at < last; at += 4) others |= load<u8>(load<u32>(at)) ^ COMMA;
    const stop = <usize>load<u32>(at);
    if (others != 0 || load<u8>(stop) != lineEnd || stop - start > recordLimit) return row;
    if ((first & mask) == header || (first & 0xffffff) == MARK) return row;
    if (carriage) {
      at += 4;
      if (load<u32>(at) != <u32>stop + 1 || load<u8>(stop, 1) != LF) return row;
    }
  }
  return rows;
}

/** Texts row by row: when one is refused, or a dictionary is full, no later row may have added to another one. */
function readTexts(list: usize, rows: u32, fields: u32, stride: u32, firstRow: u32): u32 {
  let first: u32 = fields;
  let last: u32 = 0;
  for (let index: u32 = 0; index < fields; index++) {
    if (load<u32>(COLUMNS + <usize>index * COLUMN_BYTES, KIND) != TEXT) continue;
    first = min(first, index);
    last = index;
  }
  if (first == fields) return rows;
  let ends = list + (<usize>first << 2);
  for (let done: u32 = 0; done < rows; done++, ends += <usize>stride << 2) {
    const row = firstRow + done;
    let at = ends;
    const end = COLUMNS + <usize>last * COLUMN_BYTES;
    for (let column = COLUMNS + <usize>first * COLUMN_BYTES; column <= end; column += COLUMN_BYTES, at += 4) {
      if (load<u32>(column, KIND) != TEXT) continue;
      const start = <usize>load<u32>(at - 4) + 1;
      const stop = <usize>load<u32>(at);
      const length = <u32>(stop - start);
      let code = load<i32>(column, LAST_CODE);
      if (length != load<u32>(column, LAST_LENGTH) || !isSameText(start, load<usize>(column, LAST_TEXT), length)) {
        code = internBare(column, start, stop, row);
        if (code < 0) {
          forgetRow(fields, row);
          return done;
        }
      }
      store<i32>(load<usize>(column, VALUES) + (<usize>row << 2), code);
    }
    if (dictionaryFull) return done + 1;
  }
  return rows;
}

function readNumbers(list: usize, rows: u32, stride: u32, index: u32, row: u32, metric: bool): u32 {
  const read = readDecimals(list, rows, stride, index, row, metric);
  const column = COLUMNS + <usize>index * COLUMN_BYTES;
  const values = load<usize>(column, VALUES) + (<usize>row << 3);
  const states = load<usize>(column, STATES) + row;
  if (checking) checkDecimals(list + (<usize>index << 2), <usize>stride << 2, values, states, read);
  else convertDecimals(values, states, read);
  return read;
}

/** What `convertDecimals` does, and the check of how they are spelled. Their ends are at `list`, `step` bytes apart. */
function checkDecimals(list: usize, step: usize, values: usize, states: usize, rows: u32): void {
  for (let row: u32 = 0; row < rows; row++, list += step, values += 8, states++) {
    const state = <u32>load<u8>(states);
    if (state < UNCONVERTED) continue;
    const fraction = state - UNCONVERTED;
    const start = <usize>load<u32>(list - 4) + 1;
    const stop = <usize>load<u32>(list);
    const point = <u32>(stop - start) - 1 - fraction;
    const w = load<u64>(values);
    const value = decimalToDouble(w, fraction);
    if (!isUsual(start, stop, point, fraction, w, value)) checkNumber(start, stop, value);
    store<f64>(values, value);
    store<u8>(states, VALUE);
  }
}

/**
 * Numbers of the usual form, 1 to 8 digits, a point, 1 to 16 digits, 17 in all, without a call or a branch to guess. Their
 * integers are left to `convertDecimals` or `checkDecimals`: two short loops overlap better than a long one.
 */
function readDecimals(list: usize, rows: u32, stride: u32, index: u32, row: u32, metric: bool): u32 {
  const column = COLUMNS + <usize>index * COLUMN_BYTES;
  const values = load<usize>(column, VALUES);
  const states = load<usize>(column, STATES);
  let at = list + (<usize>index << 2);
  for (let done: u32 = 0; done < rows; done++, row++, at += <usize>stride << 2) {
    const start = <usize>load<u32>(at - 4) + 1;
    const stop = <usize>load<u32>(at);
    // one bit for each of the last 32 bytes that is no digit, the highest one for the last byte
    const other = others(stop - 32) | (others(stop - 16) << 16);
    const fraction = <u32>clz(other);
    const point = <u32>(stop - start) - 1 - fraction;
    const total = point + fraction;
    const isLong = (total + 15) >> 5; // 1 from 17 digits on
    const before = (other << (fraction + 1)) >> (32 - point); // of the digits before the point
    // each term is 0 where all is well
    const odd = ((point - 1) >> 3) | ((fraction - 1) >> 4) | before | ((17 - total) >> 31) | (load<u8>(stop - 1 - fraction) ^ POINT);
    if (odd != 0) {
      if (!readOther(start, stop, column, index, row, metric)) return done;
      continue;
    }
    // the digits without the point: those before it are one byte further to the left
    const ofFraction = v128.load(MASKS16 + (<usize>fraction << 4));
    const ofAll = v128.load(MASKS16 + (<usize>(total - isLong) << 4));
    const whole = v128.andnot(v128.and(v128.load(stop - 17), ofAll), ofFraction);
    const digits = v128.or(v128.and(v128.load(stop - 16), ofFraction), whole);
    const first = <u64>((load<u8>(start) & 15) * isLong);
    const w = sumDigits(digits) + first * 10000000000000000;
    store<u64>(values + (<usize>row << 3), w);
    store<u8>(states + row, <u8>(UNCONVERTED + fraction));
  }
  return rows;
}

/** Reads any other number, or none; false where it is not what stands there. */
function readOther(start: usize, stop: usize, column: usize, index: u32, row: u32, metric: bool): bool {
  if (readNumber(start, metric, index, row) != stop) return false;
  store<f64>(load<usize>(column, VALUES) + (<usize>row << 3), numberValue);
  store<u8>(load<usize>(column, STATES) + row, numberState);
  return true;
}

function readTimes(list: usize, rows: u32, stride: u32, index: u32, row: u32, end: usize): u32 {
  const column = COLUMNS + <usize>index * COLUMN_BYTES;
  const values = load<usize>(column, VALUES);
  const states = load<usize>(column, STATES);
  const last = load<usize>(column, LAST_TEXT);
  let at = list + (<usize>index << 2);
  for (let done: u32 = 0; done < rows; done++, row++, at += <usize>stride << 2) {
    const start = <usize>load<u32>(at - 4) + 1;
    const stop = <usize>load<u32>(at);
    const length = <u32>(stop - start);
    if (length == load<u32>(column, LAST_LENGTH) && isSameText(start, last, length)) {
      store<f64>(values + (<usize>row << 3), load<f64>(column, LAST_VALUE));
      store<u8>(states + row, VALUE);
    } else if (readTimeField(start, end, column, row) != stop) return done;
  }
  return rows;
}
