/**
 * Encodes the cells of a row group as pages of Parquet and packs them. The caller gives addresses; what is written
 * begins at `out`, and each function that writes returns where it ended. `test/fuzz/encode-kernel.test.ts` compares them bit for bit
 * with slow references.
 */
import { ADDRESS, CODES, ENTRY_BYTES, LENGTH, ROW, SIZE, STATES, TIME, VALUES } from './map';
import { boundNumbers, boundTexts, countSorted } from './bounds';
import { fillBloom } from './bloom';
import { encodeHybrid } from './hybrid';
import { countNulls, encodeLevels, gatherCodes, gatherDoubles, gatherTimes } from './levels';
import { packSnappy } from './snappy';
import { entryOf } from './slots';
import { splitDoubles } from './split';
import { internTexts } from './texts';
import { codeTimes } from './times';

export { boundNumbers, boundTexts, codeTimes, countNulls, countSorted, fillBloom, internTexts, packSnappy };

/** A page of numbers some of which are missing. `rows` has room for an integer for each row of a page. */
export function encodeNumbers(column: usize, from: u32, to: u32, rows: usize, out: usize): usize {
  const values = <usize>load<u32>(column, VALUES) + (<usize>from << 3);
  const states = <usize>load<u32>(column, STATES) + <usize>from;
  return gatherDoubles(values, states, to - from, encodeLevels(states, to - from, true, rows, out));
}

/** A page of numbers in BYTE_STREAM_SPLIT. Where some are missing, `dense` has room for those of the page. */
export function encodeSplit(
  column: usize, from: u32, to: u32, nulls: bool, rows: usize, dense: usize, out: usize,
): usize {
  let values = <usize>load<u32>(column, VALUES) + (<usize>from << 3);
  const states = <usize>load<u32>(column, STATES) + <usize>from;
  let count = to - from;
  out = encodeLevels(states, count, nulls, rows, out);
  if (nulls) {
    count = <u32>((gatherDoubles(values, states, count, dense) - dense) >> 3);
    values = dense;
  }
  return splitDoubles(values, count, out);
}

/**
 * Makes a page of numbers none of which is missing where they are: the levels, up to 8 bytes, are put in front, over the last
 * number of the page before, which has been written. Returns where the page begins; it ends with the row `to`.
 */
export function frameNumbers(column: usize, from: u32, to: u32, rows: usize): usize {
  const values = <usize>load<u32>(column, VALUES) + (<usize>from << 3);
  const levels = rows + 64; // behind the rows that a page of less than 16 needs
  const length = encodeLevels(<usize>load<u32>(column, STATES) + <usize>from, to - from, false, rows, levels) - levels;
  memory.copy(values - length, levels, length);
  return values - length;
}

/** A page of times: levels and PLAIN integers. Returns 0 for a time that is no integer. */
export function encodeTimes(column: usize, from: u32, to: u32, nulls: bool, rows: usize, out: usize): usize {
  const values = <usize>load<u32>(column, VALUES) + (<usize>from << 3);
  const states = <usize>load<u32>(column, STATES) + <usize>from;
  out = encodeLevels(states, to - from, nulls, rows, out);
  return gatherTimes(values, states, to - from, out);
}

/** A page of codes, of times with their levels; each code is below `2 ** width`. */
export function encodeCodes(
  column: usize, from: u32, to: u32, nulls: bool, width: u32, rows: usize, out: usize,
): usize {
  const codes = <usize>load<u32>(column, CODES) + (<usize>from << 2);
  let count = to - from;
  let states = <usize>load<u32>(column, STATES);
  if (states != 0) {
    states += <usize>from;
    out = encodeLevels(states, count, nulls, rows, out);
  }
  store<u8>(out++, width);
  if (!nulls) return encodeHybrid(codes, count, width, out);
  count = gatherCodes(codes, states, count, rows);
  return encodeHybrid(rows, count, width, out);
}

/** A page of PLAIN texts, which ends once it has `limit` bytes; how many rows it has is in ROW. */
export function encodeTexts(column: usize, from: u32, to: u32, limit: u32, out: usize): usize {
  const codes = <usize>load<u32>(column, CODES);
  const end = out + <usize>limit;
  let row = from;
  for (; row < to && out < end; row++) out = writeText(entryOf(column, load<u32>(codes + (<usize>row << 2))), out);
  store<u32>(ROW, row - from);
  return out;
}

/** The dictionary page of a column of texts. */
export function encodeTextDictionary(column: usize, out: usize): usize {
  const end = entryOf(column, load<u32>(column, SIZE));
  for (let entry = entryOf(column, 0); entry < end; entry += ENTRY_BYTES) out = writeText(entry, out);
  return out;
}

/** The dictionary page of a column of times. */
export function encodeTimeDictionary(column: usize, out: usize): usize {
  const end = entryOf(column, load<u32>(column, SIZE));
  for (let entry = entryOf(column, 0); entry < end; entry += ENTRY_BYTES) {
    store<i64>(out, load<i64>(entry, TIME));
    out += 8;
  }
  return out;
}

/** Short texts are copied as one vector, of which too much is written and read. */
@inline
function writeText(entry: usize, out: usize): usize {
  const length = <usize>load<u32>(entry, LENGTH);
  const from = <usize>load<u32>(entry, ADDRESS);
  store<u32>(out, <u32>length);
  if (length <= 16) v128.store(out, v128.load(from), 4);
  else memory.copy(out + 4, from, length);
  return out + 4 + length;
}
