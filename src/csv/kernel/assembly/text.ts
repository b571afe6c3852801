/**
 * Text fields. Most rows repeat the text of the row above, so that is compared first; what is new is checked (UTF-8)
 * and looked up in the batch's dictionary of the column.
 */
import {
  BYTES, BYTES_END, BYTES_LIMIT, COLUMNS, COLUMN_BYTES, COMMA, CR, DICTIONARY_SIZE, GROWN_ROW, GROWN_SLOT, KIND,
  LAST_CODE, LAST_LENGTH, LAST_TEXT, LF, NO_LAST, NO_ROW, OFFSETS, QUOTE, SLOTS, SLOT_MASK, TEXT, VECTORS,
} from './map';

/** Line feeds inside the quoted field that was read last. */
export let quotedBreaks: u32 = 0;
/** Whether a dictionary has grown past its limit: the batch ends with this row. */
export let dictionaryFull: bool = false;

/** Restores from the context whether dictionaries are full. */
export function resumeText(full: bool): void {
  dictionaryFull = full;
}

/**
 * Removes what an abandoned row has added to the dictionaries: it is read again, or was cut short. So a
 * dictionary holds texts of whole rows only, and where a row begins it is below its limit. Slow, and rare.
 */
export function forgetRow(fields: u32, row: u32): void {
  dictionaryFull = false;
  const end = COLUMNS + <usize>fields * COLUMN_BYTES;
  for (let column = COLUMNS; column < end; column += COLUMN_BYTES) {
    if (load<u32>(column, KIND) != TEXT || load<u32>(column, GROWN_ROW) != row) continue;
    // nothing was added after it, so that no probing goes over its slot
    store<u32>(load<usize>(column, SLOTS) + (<usize>load<u32>(column, GROWN_SLOT) << 2), 0);
    store<u32>(column, load<u32>(column, DICTIONARY_SIZE) - 1, DICTIONARY_SIZE);
    store<u32>(column, NO_ROW, GROWN_ROW);
    store<u32>(column, NO_LAST, LAST_LENGTH);
  }
}

/**
 * Where a bare field that starts at `p` ends: at the first comma, line end or quote. Those four differ in their low
 * four bits, so one look into a table by those bits says what the byte would have to be.
 */
@inline
export function endOfBare(p: usize): usize {
  while (true) {
    const block = v128.load(p);
    const wanted = i8x16.swizzle(v128.load(VECTORS, 80), v128.and(block, v128.load(VECTORS, 96)));
    const mask = i8x16.bitmask(i8x16.eq(block, wanted));
    if (mask != 0) return p + <usize>ctz(mask);
    p += 16;
  }
}

/** Whether the bytes at `p` are those `length` at `last` and then a delimiter. Reads up to 15 bytes too far. */
@inline
export function repeats(p: usize, last: usize, length: u32): bool {
  if (!isSameText(p, last, length)) return false;
  const next = load<u8>(p + length);
  return next == COMMA || next == LF || next == CR;
}

/** Whether the `length` bytes at `p` are those at `last`. Reads up to 15 bytes too far. */
@inline
export function isSameText(p: usize, last: usize, length: u32): bool {
  if (length <= 16) return ((sameBytes(p, last) ^ 0xffff) & (((<u32>1) << length) - 1)) == 0;
  for (let at: usize = 0; at + 16 < length; at += 16) {
    if (sameBytes(p + at, last + at) != 0xffff) return false;
  }
  // the last 16, some of them once more
  return sameBytes(p + length - 16, last + length - 16) == 0xffff;
}

/** One bit for each of 16 bytes that is the same. */
@inline
function sameBytes(p: usize, q: usize): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(q)));
}

/** Code of the bare text from `start` to `end`. Returns -1 for text that is not UTF-8, or for which there is no room. */
export function internBare(column: usize, start: usize, end: usize, row: u32): i32 {
  const bytes = load<usize>(column, BYTES);
  const size = load<u32>(column, DICTIONARY_SIZE);
  const used: usize = load<u32>(load<usize>(column, OFFSETS) + (<usize>size << 2));
  if (bytes + used + (end - start) > load<usize>(column, BYTES_END)) return -1;
  memory.copy(bytes + used, start, end - start);
  const code = internTail(column, <u32>(end - start), row);
  if (code >= 0) store<u32>(column, <u32>(end - start), LAST_LENGTH);
  return code;
}

/**
 * Copies the quoted field at `start` (a quote) without its quotes to the end of the dictionary, or, without a
 * dictionary, only walks over it. Returns where it ended, 0 if it is not closed before `end`, or longer than there is
 * room; the length of its content is in `quotedLength`.
 */
export let quotedLength: u32 = 0;
export function readQuoted(column: usize, start: usize, end: usize): usize {
  let target: usize = 0;
  let room: u32 = 0xffffffff;
  if (column != 0) {
    const size = load<u32>(column, DICTIONARY_SIZE);
    target = load<usize>(column, BYTES) + load<u32>(load<usize>(column, OFFSETS) + (<usize>size << 2));
    room = load<u32>(column, BYTES_END) - <u32>target;
  }
  let length: u32 = 0;
  quotedBreaks = 0;
  for (let p = start + 1; p < end; p++) {
    const c = load<u8>(p);
    if (c == QUOTE) {
      if (load<u8>(p, 1) != QUOTE || p + 1 >= end) {
        quotedLength = length;
        return p + 1;
      }
      p++;
    } else if (c == LF) quotedBreaks++;
    if (length >= room) return 0;
    if (target != 0) store<u8>(target + length, c);
    length++;
  }
  return 0;
}

/** Code of the text of `length` bytes that follows the dictionary's last; added to it if it is new. */
export function internTail(column: usize, length: u32, row: u32): i32 {
  const bytes = load<usize>(column, BYTES);
  const offsets = load<usize>(column, OFFSETS);
  const size = load<u32>(column, DICTIONARY_SIZE);
  const used = load<u32>(offsets + (<usize>size << 2));
  const start: usize = bytes + used;
  const slots = load<usize>(column, SLOTS);
  const mask = load<u32>(column, SLOT_MASK);
  let slot = hash(start, length) & mask;
  let code: i32 = 0;
  while (true) {
    const taken = load<u32>(slots + (<usize>slot << 2));
    if (taken == 0) {
      if (!isUtf8(start, start + length)) return -1;
      store<u32>(slots + (<usize>slot << 2), size + 1);
      store<u32>(offsets + (<usize>(size + 1) << 2), used + length);
      store<u32>(column, size + 1, DICTIONARY_SIZE);
      store<u32>(column, row, GROWN_ROW);
      store<u32>(column, slot, GROWN_SLOT);
      if (used + length > load<u32>(column, BYTES_LIMIT)) dictionaryFull = true;
      code = <i32>size;
      break;
    }
    code = <i32>taken - 1;
    const from = load<u32>(offsets + (<usize>code << 2));
    if (load<u32>(offsets + (<usize>taken << 2)) - from == length && memory.compare(bytes + from, start, length) == 0) break;
    slot = (slot + 1) & mask;
  }
  store<u32>(column, <u32>code, LAST_CODE);
  store<usize>(column, bytes + load<u32>(offsets + (<usize>code << 2)), LAST_TEXT);
  store<u32>(column, NO_LAST, LAST_LENGTH);
  return code;
}

/** Eight bytes at a time, multiplied and folded; good enough for a table that lives for one batch. */
function hash(p: usize, length: u32): u32 {
  let h: u64 = <u64>length * 0x9e3779b97f4a7c15;
  let left = length;
  while (left >= 8) {
    h = (h ^ load<u64>(p)) * 0x9fb21c651e98df25;
    h ^= h >> 29;
    p += 8;
    left -= 8;
  }
  if (left != 0) {
    h = (h ^ (load<u64>(p) & (((<u64>1) << (left << 3)) - 1))) * 0x9fb21c651e98df25;
    h ^= h >> 29;
  }
  return <u32>(h ^ (h >> 32));
}

/** Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7): no surrogates, nothing overlong. */
function isUtf8(p: usize, end: usize): bool {
  while (p < end) {
    const c = <u32>load<u8>(p++);
    if (c < 0x80) continue;
    let low: u32 = 0x80;
    let high: u32 = 0xbf;
    let more = 0;
    if (c >= 0xc2 && c <= 0xdf) more = 1;
    else if (c >= 0xe0 && c <= 0xef) {
      more = 2;
      if (c == 0xe0) low = 0xa0;
      if (c == 0xed) high = 0x9f;
    } else if (c >= 0xf0 && c <= 0xf4) {
      more = 3;
      if (c == 0xf0) low = 0x90;
      if (c == 0xf4) high = 0x8f;
    } else return false;
    while (more-- > 0) {
      if (p >= end) return false;
      const next = <u32>load<u8>(p++);
      if (next < low || next > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}
