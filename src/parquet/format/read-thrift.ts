import { readVarint, skipValue, thriftTypes, type ThriftCursor } from './thrift-shape.ts';

/** What a field of a struct may hold; lists are kept of binaries only. */
type ThriftValue = number | bigint | boolean | Uint8Array | readonly Uint8Array[] | ThriftStruct | symbol;

/** A list whose elements are not kept. */
const otherList = Symbol('a list');
/** A value of a type that no field of Parquet has. */
const otherValue = Symbol('another value');

/**
 * One Thrift struct by the numbers of its fields, each asked for by its type: a field that is not there, or is of another
 * type than the format gives it, is undefined, as in every reader that Thrift's own compiler makes.
 */
export class ThriftStruct {
  readonly #values = new Map<number, ThriftValue>();

  /** Keeps a field, unless its number is beyond any of Parquet: so that a struct takes little memory whatever it holds. */
  set(id: number, value: ThriftValue): void {
    if (id >= 1 && id <= lastField) this.#values.set(id, value);
  }

  /** Whether there is a value, of any type. */
  has(id: number): boolean {
    return this.#values.has(id);
  }

  /** An integer of 32 bits, or of 8. */
  int(id: number): number | undefined {
    const value = this.#values.get(id);
    return typeof value === 'number' && value >= -0x8000_0000 && value <= 0xffff_ffff ? value : undefined;
  }

  /** An integer of 64 bits. */
  long(id: number): bigint | undefined {
    const value = this.#values.get(id);
    return typeof value === 'bigint' ? value : undefined;
  }

  flag(id: number): boolean | undefined {
    const value = this.#values.get(id);
    return typeof value === 'boolean' ? value : undefined;
  }

  bytes(id: number): Uint8Array | undefined {
    const value = this.#values.get(id);
    return value instanceof Uint8Array ? value : undefined;
  }

  text(id: number): string | undefined {
    const value = this.bytes(id);
    return value === undefined ? undefined : decoder.decode(value);
  }

  texts(id: number): string[] | undefined {
    const value = this.#values.get(id);
    return Array.isArray(value) ? value.map((bytes: Uint8Array) => decoder.decode(bytes)) : undefined;
  }

  /** Whether there is a list of whatever elements. */
  hasList(id: number): boolean {
    const value = this.#values.get(id);
    return value === otherList || Array.isArray(value);
  }

  struct(id: number): ThriftStruct | undefined {
    const value = this.#values.get(id);
    return value instanceof ThriftStruct ? value : undefined;
  }
}

/** parquet.thrift has none above 18. */
const lastField = 32;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Called for a list of structs: reads its elements and returns true, or leaves them and returns false. */
export type ListVisitor = (id: number, elements: number) => boolean;

/**
 * Reads one struct, of bytes that `thriftStructEnd` has passed. `visit` sees every list of structs: it may read their
 * elements, and returns whether it has; other lists of structs are passed over, as they may be
 * large. `inner` sees those of the structs within.
 */
export function readStruct(cursor: ThriftCursor, visit: ListVisitor = never, inner: ListVisitor = never): ThriftStruct {
  const struct = new ThriftStruct();
  for (let id = 0; ;) {
    const head = cursor.bytes[cursor.at++] ?? 0;
    if (head === thriftTypes.stop) return struct;
    id = head >> 4 === 0 ? Number(readInteger(cursor)) : id + (head >> 4);
    struct.set(id, readValue(cursor, head & 15, id, visit, inner));
  }
}

function never(): boolean {
  return false;
}

function readValue(
  cursor: ThriftCursor,
  kind: number,
  id: number,
  visit: ListVisitor,
  inner: ListVisitor,
): ThriftValue {
  switch (kind) {
    case thriftTypes.true:
    case thriftTypes.false:
      return kind === thriftTypes.true;
    case thriftTypes.byte:
      return ((cursor.bytes[cursor.at++] ?? 0) << 24) >> 24;
    case thriftTypes.i32:
      return Number(readInteger(cursor));
    case thriftTypes.i64:
      return BigInt(readInteger(cursor));
    case thriftTypes.binary:
      return readBytes(cursor);
    case thriftTypes.struct:
      return readStruct(cursor, inner);
    case thriftTypes.list:
      return readList(cursor, id, visit);
    default:
      skipValue(cursor, kind, 0);
      return otherValue;
  }
}

function readList(cursor: ThriftCursor, id: number, visit: ListVisitor): readonly Uint8Array[] | symbol {
  const start = cursor.at;
  const head = cursor.bytes[cursor.at++] ?? 0;
  const size = head >> 4 === 15 ? readVarint(cursor) : head >> 4;
  const kind = head & 15;
  if (kind === thriftTypes.binary && size <= mostBinaries) return Array.from({ length: size }, () => readBytes(cursor));
  if ((kind === thriftTypes.struct || size === 0) && visit(id, size)) return otherList; // an empty list may be of anything
  cursor.at = start;
  skipValue(cursor, thriftTypes.list, 0);
  return otherList;
}

/** No list that is read from a footer has more; a view takes far more memory than an empty binary in the file. */
const mostBinaries = 1000;

function readBytes(cursor: ThriftCursor): Uint8Array {
  const length = readVarint(cursor);
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

/** A zigzag integer of 64 bits: a number where it is exact as one. */
function readInteger(cursor: ThriftCursor): number | bigint {
  let low = 0;
  for (let index = 0; index < 7; index++) {
    const byte = cursor.bytes[cursor.at++] ?? 0;
    low += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
  }
  const value = BigInt(low) + BigInt(readVarint(cursor)) * 2n ** 49n;
  const signed = BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}
