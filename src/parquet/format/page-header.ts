import { skipValue } from './thrift-shape.ts';

/**
 * A page header as it stands in the file, its integers as they are: nothing is judged here. Members that are not there
 * are undefined. Source: parquet.thrift, `PageHeader`.
 */
export interface PageHeader {
  readonly type: number | undefined;
  readonly unpackedBytes: number | undefined;
  readonly packedBytes: number | undefined;
  /** CRC-32 of the packed bytes, as a signed integer. */
  readonly crc: number | undefined;
  /** Of a data page of the first version. */
  readonly data: ReadonlyMap<number, number> | undefined;
  /** Of a dictionary page. */
  readonly dictionary: ReadonlyMap<number, number> | undefined;
  /** Of a data page of the second version. */
  readonly dataV2: ReadonlyMap<number, number> | undefined;
  /** Bytes of the header itself. */
  readonly length: number;
}

/** Types of pages, as `parquet.thrift` numbers them. */
export const pageTypes = { data: 0, index: 1, dictionary: 2, dataV2: 3 } as const;

/**
 * Reads the header that begins at `at`; undefined when there is none: it does not end within the bytes, or holds what no
 * page header holds. Total: any bytes may be given. Booleans are 0 and 1.
 */
export function readPageHeader(bytes: Uint8Array, at: number): PageHeader | undefined {
  const reader = new CompactReader(bytes, at);
  const fields = reader.readStruct(0);
  if (fields === undefined) return undefined;
  const { numbers, structs } = fields;
  return {
    type: numbers.get(1),
    unpackedBytes: numbers.get(2),
    packedBytes: numbers.get(3),
    crc: numbers.get(4),
    data: structs.get(5)?.numbers,
    dictionary: structs.get(7)?.numbers,
    dataV2: structs.get(8)?.numbers,
    length: reader.at - at,
  };
}

interface Fields {
  readonly numbers: Map<number, number>;
  readonly structs: Map<number, Fields>;
}

const deepest = 4;
/** The highest number of a field that is read; others are passed over, so that a header costs no memory. */
const lastField = 8;

/** Reads Thrift's compact protocol as far as page headers use it: integers, booleans and structs. */
class CompactReader {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Undefined when it is none. */
  readStruct(depth: number): Fields | undefined {
    const fields: Fields = { numbers: new Map(), structs: new Map() };
    let id = 0;
    if (depth > deepest) return undefined;
    for (;;) {
      const head = this.bytes[this.at++];
      if (head === undefined) return undefined;
      if (head === 0) return fields;
      const step = head >> 4 === 0 ? this.#readInteger() : head >> 4;
      if (step === undefined) return undefined;
      id = head >> 4 === 0 ? step : id + step;
      if (!this.#readField(fields, id, head & 15, depth)) return undefined;
    }
  }

  #readField(fields: Fields, id: number, type: number, depth: number): boolean {
    if (type === 1 || type === 2) {
      this.#keep(fields.numbers, id, type === 1 ? 1 : 0);
      return true;
    }
    if (type >= 4 && type <= 6) {
      const value = this.#readInteger();
      if (value === undefined) return false;
      this.#keep(fields.numbers, id, value);
      return true;
    }
    if (type === 12) {
      const struct = this.readStruct(depth + 1);
      if (struct !== undefined) this.#keep(fields.structs, id, struct);
      return struct !== undefined;
    }
    // statistics hold bytes; whatever else a later version of the format has is passed over
    return skipValue(this, type, depth) >= 0;
  }

  #keep<Value>(fields: Map<number, Value>, id: number, value: Value): void {
    if (id >= 1 && id <= lastField) fields.set(id, value);
  }

  /** A zigzag integer; beyond 53 bits it is only near. */
  #readInteger(): number | undefined {
    const value = this.#readVarint();
    if (value === undefined) return undefined;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #readVarint(): number | undefined {
    let value = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    return undefined;
  }
}
