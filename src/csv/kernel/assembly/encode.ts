/**
 * The other direction: a batch of typed columns to records of comma-separated text as Forecast writes it. The caller
 * gives columns and output; one call writes as many whole rows as fit and returns why it stopped. `test/csv/encode.test.ts`
 * compares it byte for byte with a slow reference.
 */
import {
  BAD_TIME, BYTES, COLUMNS, COLUMN_BYTES, COMMA, DONE, FIELDS, KIND, LAST_DAY, LAST_LENGTH, LAST_TEXT, LAST_VALUE, LF, NULL,
  OFFSETS, OUT, OUTPUT_FULL, OUT_END, ROW, ROWS, ROW_LIMIT, SPELLINGS, STATES, TEXT, TIME, VALUE, VALUES,
} from './map';
import { writeNumber } from './write-number';
import { writeTime, writtenDay } from './write-time';

/** Writes rows until all are written, the output is full, or a time is beyond what can be spelled. */
export function encode(): i32 {
  const rows = load<u32>(ROWS);
  const end = COLUMNS + <usize>load<u32>(FIELDS) * COLUMN_BYTES;
  const last = <usize>load<u32>(OUT_END) - <usize>load<u32>(ROW_LIMIT);
  let row = load<u32>(ROW);
  let out = <usize>load<u32>(OUT);
  let status = DONE;
  for (; row < rows; row++) {
    if (out > last) {
      status = OUTPUT_FULL;
      break;
    }
    const next = writeRow(row, end, out);
    if (next == 0) {
      status = BAD_TIME;
      break;
    }
    out = next;
  }
  store<u32>(ROW, row);
  store<u32>(OUT, <u32>out);
  return status;
}

/** Returns where the row ends, 0 when it holds a time that cannot be spelled. */
@inline
function writeRow(row: u32, end: usize, out: usize): usize {
  for (let column = COLUMNS; column < end; column += COLUMN_BYTES) {
    const kind = load<u32>(column, KIND);
    if (kind == TEXT) out = writeText(column, row, out);
    else {
      const state = load<u8>(<usize>load<u32>(column, STATES) + <usize>row);
      if (state == VALUE) {
        const value = load<f64>(<usize>load<u32>(column, VALUES) + (<usize>row << 3));
        if (kind == TIME) {
          out = writeCachedTime(column, value, out);
          if (out == 0) return 0;
        } else out = writeNumber(value, out);
      } else if (state != NULL) out = writeNotDefined(out);
    }
    store<u8>(out++, COMMA);
  }
  store<u8>(out - 1, LF);
  return out;
}

/** Texts are short: whole vectors, what is written too much is written over. */
@inline
function writeText(column: usize, row: u32, out: usize): usize {
  const code = load<i32>(<usize>load<u32>(column, VALUES) + (<usize>row << 2));
  const entry = <usize>load<u32>(column, OFFSETS) + (<usize>code << 2);
  const start = load<u32>(entry);
  const length = <usize>(load<u32>(entry, 4) - start);
  const from = <usize>load<u32>(column, BYTES) + <usize>start;
  for (let done: usize = 0; done < length; done += 16) v128.store(out + done, v128.load(from + done));
  return out + length;
}

/** Times repeat from row to row, window bounds nearly always. Returns 0 for one that cannot be spelled. */
@inline
function writeCachedTime(column: usize, value: f64, out: usize): usize {
  let length = load<u32>(column, LAST_LENGTH);
  const cache = <usize>load<u32>(column, LAST_TEXT);
  if (length == 0 || load<f64>(column, LAST_VALUE) != value) {
    const day = length == 0 ? NaN : load<f64>(column, LAST_DAY);
    length = <u32>(writeTime(value, load<u32>(column, SPELLINGS), cache, day));
    store<f64>(column, writtenDay, LAST_DAY);
    store<u32>(column, length, LAST_LENGTH);
    store<f64>(column, value, LAST_VALUE);
    if (length == 0) return 0;
  }
  v128.store(out, v128.load(cache));
  v128.store(out, v128.load(cache, 16), 16);
  return out + <usize>length;
}

/** `not defined`, as two words that overlap. */
@inline
function writeNotDefined(out: usize): usize {
  store<u64>(out, 0x6966656420746f6e);
  store<u64>(out, 0x64656e6966656420, 3);
  return out + 11;
}
