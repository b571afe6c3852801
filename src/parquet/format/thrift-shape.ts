/**
 * Where the Thrift struct in the compact protocol that begins at `at` ends; -1 where there is none: every length and
 * count must lie within the bytes that are left, and nothing be nested deeper than 32. Readers allocate what a count
 * says, so it must be known to be possible first. One pass, which allocates nothing.
 */
export function thriftStructEnd(bytes: Uint8Array, at: number = 0): number {
  return skipStruct({ bytes, at }, 0);
}

/** A place in bytes, moved by the reader. */
export interface ThriftCursor {
  readonly bytes: Uint8Array;
  at: number;
}

type Cursor = ThriftCursor;

const failed = -1;
const deepest = 32;

/** Types of values as the compact protocol numbers them. */
export const thriftTypes = {
  stop: 0,
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
  uuid: 13,
} as const;
const type = thriftTypes;

/** Each returns where it ended, or `failed`. */
function skipStruct(cursor: Cursor, depth: number): number {
  if (depth > deepest) return failed;
  for (;;) {
    const head = cursor.bytes[cursor.at++];
    if (head === undefined) return failed;
    if (head === type.stop) return cursor.at;
    if (head >> 4 === 0 && readVarint(cursor) < 0) return failed;
    if (skipValue(cursor, head & 15, depth) < 0) return failed;
  }
}

/**
 * Passes over one value of a type, so that members of later versions of the format are no hindrance. Returns where it
 * ended, or -1 where it does not end within the bytes or is of a type that the protocol does not have.
 */
export function skipValue(cursor: ThriftCursor, kind: number, depth: number): number {
  switch (kind) {
    case type.true:
    case type.false:
      return cursor.at;
    case type.byte:
      return skipBytes(cursor, 1);
    case type.i16:
    case type.i32:
    case type.i64:
      return readVarint(cursor);
    case type.double:
      return skipBytes(cursor, 8);
    case type.binary: {
      const length = readVarint(cursor);
      return length < 0 ? failed : skipBytes(cursor, length);
    }
    case type.list:
    case type.set:
      return skipList(cursor, depth);
    case type.map:
      return skipMap(cursor, depth);
    case type.uuid:
      return skipBytes(cursor, 16);
    case type.struct:
      return skipStruct(cursor, depth + 1);
    default:
      return failed;
  }
}

function skipList(cursor: Cursor, depth: number): number {
  const head = cursor.bytes[cursor.at++];
  if (head === undefined) return failed;
  const size = head >> 4 === 15 ? readVarint(cursor) : head >> 4;
  // every element takes a byte at least
  if (size < 0 || size > cursor.bytes.length - cursor.at) return failed;
  for (let index = 0; index < size; index++) if (skipElement(cursor, head & 15, depth) < 0) return failed;
  return cursor.at;
}

function skipMap(cursor: Cursor, depth: number): number {
  const size = readVarint(cursor);
  if (size < 0 || size > cursor.bytes.length - cursor.at) return failed;
  if (size === 0) return cursor.at;
  const kinds = cursor.bytes[cursor.at++] ?? 0;
  for (let index = 0; index < size; index++) {
    if (skipElement(cursor, kinds >> 4, depth) < 0 || skipElement(cursor, kinds & 15, depth) < 0) return failed;
  }
  return cursor.at;
}

/** Within lists and maps a truth value takes a byte. */
function skipElement(cursor: Cursor, kind: number, depth: number): number {
  return depth > deepest
    ? failed
    : skipValue(cursor, kind === type.true || kind === type.false ? type.byte : kind, depth + 1);
}

function skipBytes(cursor: Cursor, count: number): number {
  if (count > cursor.bytes.length - cursor.at) return failed;
  cursor.at += count;
  return cursor.at;
}

/** An unsigned integer, exact below 2^53, as a length or count needs it; -1 where it does not end. */
export function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return failed;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  return failed;
}
