/**
 * The CSV kernel: records of comma-separated text to typed columns (`decode`) and back (`encode`, in its own file), in
 * WebAssembly memory that the caller owns (the map is in `map.ts`). It allocates nothing, throws nothing, prints nothing.
 * One call of `decode` goes as far as it can and returns why it stopped; a row is written whole or not at all. Judging a
 * bad row belongs to the caller.
 *
 * The grammar is RFC 4180's: fields quoted or bare, a doubled quote inside quotes, records ended by LF or CRLF. A bare
 * field holds neither quote nor CR. Lines without a byte are skipped and counted.
 */
import { breaks, forgetBreaks, readField } from './fields';
import {
  ADDED_END, BAD_ROW, BLANK_LINES, CAPACITY, COLUMNS, COLUMN_BYTES, COMMA, CR, DELIMITER_ROWS, DICTIONARY_FULL, END, FIELDS,
  HEADER, HEADER_LENGTH, HEADER_ROW, LF, LINE_ENDS, MARK, NEEDS_INPUT, OUTPUT_FULL, POSITION, QUOTED_BREAKS, RECORD_LIMIT, RESPELLED, ROWS,
} from './map';
import { plainEnd, readPlainRows } from './plain-rows';
import { forgetSpelling, respelled, resumeSpelling } from './spelling';
import { dictionaryFull, forgetRow, resumeText } from './text';

export { encode } from './encode';

const FEWEST_PLAIN: u32 = 8; // rows of a block that pays
const MOST_SINGLE: u32 = 1024; // rows that are read one by one before blocks are tried again

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
  const addedEnd = <usize>load<u32>(ADDED_END);
  let p = <usize>load<u32>(POSITION);
  let row = load<u32>(ROWS);
  let lineEnds = load<u32>(LINE_ENDS);
  let status = NEEDS_INPUT;
  resumeText(load<u32>(DICTIONARY_FULL) != 0);
  resumeSpelling();
  const blockRows = load<u32>(DELIMITER_ROWS);
  let nextBlock = row; // no block begins before this row
  let single: u32 = 1; // rows to be read one by one after a short block

  while (true) {
    const start = p;
    // before anything else: no more input is asked for while an output is full
    if (row >= capacity || dictionaryFull) {
      status = OUTPUT_FULL;
      break;
    }
    if (p >= end) break;
    if (row >= nextBlock) {
      // a few rows show whether it pays again
      const asked = min(single > 1 ? FEWEST_PLAIN : blockRows, capacity - row);
      // what line ends there are is known from the first row, which is read alone where it is CRLF
      const carriage = lineEnds == 2;
      const plain = readPlainRows(p, end, row, asked, carriage);
      row += plain;
      if (respelled || (carriage && plain > 0)) {
        store<u32>(RESPELLED, 1);
        forgetSpelling();
      }
      single = plain < FEWEST_PLAIN ? min(single << 1, MOST_SINGLE) : 1;
      nextBlock = plain == asked ? row : row + single;
      if (plain > 0) {
        p = plainEnd;
        lineEnds |= carriage ? 2 : <u32>(plain > 1 || p != addedEnd);
        continue;
      }
    }
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
    forgetBreaks();
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
        lineEnds |= carriage ? 2 : <u32>(p != addedEnd);
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

/** Whether the record at `p` is the header once more: the same bytes, then a line end, which is whole. */
function isHeader(p: usize, header: usize, length: u32, end: usize): bool {
  const stop = p + length;
  if (stop >= end || memory.compare(p, header, length) != 0) return false;
  const next = load<u8>(stop);
  return next == LF || (next == CR && stop + 1 < end && load<u8>(stop, 1) == LF);
}
