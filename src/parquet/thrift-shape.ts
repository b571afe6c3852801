/**
 * Whether the bytes are one whole Thrift struct in the compact protocol and nothing else: every length and count within
 * the bytes that are left, nothing nested deeper than 32. The footer's reader allocates what a count says, so a count
 * must be known to be possible before. Costs one pass; allocates nothing.
 */
export function isThriftStruct(bytes: Uint8Array): boolean {
  return skipStruct({ bytes, at: 0 }, 0) === bytes.length;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

const failed = -1;
const deepest = 32;
const type = { stop: 0, true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 };

/** Each answers where it ended, or `failed`. */
function skipStruct(cursor: Cursor, depth: number): number {
  if (depth > deepest) return failed;
  for (;;) {
    const head = cursor.bytes[cursor.at++];
    if (head === undefined) return failed;
    if (head === type.stop) return cursor.at;
    if (head >> 4 === 0 && skipVarint(cursor) < 0) return failed;
    if (skipValue(cursor, head & 15, depth) < 0) return failed;
  }
}

function skipValue(cursor: Cursor, kind: number, depth: number): number {
  switch (kind) {
    case type.true:
    case type.false:
      return cursor.at;
    case type.byte:
      return skipBytes(cursor, 1);
    case type.i16:
    case type.i32:
    case type.i64:
      return skipVarint(cursor);
    case type.double:
      return skipBytes(cursor, 8);
    case type.binary: {
      const length = skipVarint(cursor);
      return length < 0 ? failed : skipBytes(cursor, length);
    }
    case type.list:
      return skipList(cursor, depth);
    case type.struct:
      return skipStruct(cursor, depth + 1);
    default:
      return failed;
  }
}

function skipList(cursor: Cursor, depth: number): number {
  const head = cursor.bytes[cursor.at++];
  if (head === undefined) return failed;
  const size = head >> 4 === 15 ? skipVarint(cursor) : head >> 4;
  // every element takes a byte at least
  if (size < 0 || size > cursor.bytes.length - cursor.at) return failed;
  const kind = (head & 15) === type.true || (head & 15) === type.false ? type.byte : head & 15;
  for (let index = 0; index < size; index++) if (skipValue(cursor, kind, depth + 1) < 0) return failed;
  return cursor.at;
}

function skipBytes(cursor: Cursor, count: number): number {
  if (count > cursor.bytes.length - cursor.at) return failed;
  cursor.at += count;
  return cursor.at;
}

/** Answers the number itself, at most 2^53; it is what a length or count needs. */
function skipVarint(cursor: Cursor): number {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return failed;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  return failed;
}
