import type { ByteSink } from '../../batch/byte-sink.ts';
import { thriftTypes } from './thrift-shape.ts';

/** The fields of a struct by number, in rising order as JavaScript keeps them; undefined ones are left out. */
export interface ThriftFields {
  readonly [id: number]: ThriftValue | undefined;
}

/** A number is an i32, a bigint an i64, a string a binary in UTF-8; a list has elements of one kind. */
export type ThriftValue = ThriftElement | readonly ThriftElement[];

type ThriftElement = number | bigint | boolean | string | Uint8Array | ThriftFields;

/** Appends one struct in the compact protocol. The mirror of `readStruct`. */
export function writeStruct(out: ByteSink, fields: ThriftFields): void {
  let last = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const id = Number(key);
    // no field of Parquet is more than 15 after the one before it, so that the short form always fits
    out.appendByte(((id - last) << 4) | typeOf(value));
    last = id;
    writeValue(out, value);
  }
  out.appendByte(thriftTypes.stop);
}

function typeOf(value: ThriftValue | undefined): number {
  if (value === undefined) return thriftTypes.stop; // the elements of an empty list
  if (typeof value === 'number') return thriftTypes.i32;
  if (typeof value === 'bigint') return thriftTypes.i64;
  if (typeof value === 'boolean') return value ? thriftTypes.true : thriftTypes.false;
  if (typeof value === 'string' || value instanceof Uint8Array) return thriftTypes.binary;
  return isList(value) ? thriftTypes.list : thriftTypes.struct;
}

function writeValue(out: ByteSink, value: ThriftValue): void {
  if (typeof value === 'boolean') return; // the type of the field says it
  if (typeof value === 'number') out.appendVarint(((value << 1) ^ (value >> 31)) >>> 0);
  else if (typeof value === 'bigint') writeLong(out, value);
  else if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value;
    out.appendVarint(bytes.length);
    out.append(bytes);
  } else if (isList(value)) {
    // whatever the first truth value of a list is, its type is the same
    const type = typeof value[0] === 'boolean' ? thriftTypes.true : typeOf(value[0]);
    out.appendByte((Math.min(value.length, 15) << 4) | type);
    if (value.length >= 15) out.appendVarint(value.length);
    for (const element of value) {
      if (typeof element === 'boolean') out.appendByte(element ? thriftTypes.true : thriftTypes.false);
      else writeValue(out, element);
    }
  } else writeStruct(out, value);
}

const encoder = new TextEncoder();

/** `Array.isArray` does not narrow a union with a read-only array. */
function isList(value: ThriftFields | readonly unknown[]): value is readonly ThriftElement[] {
  return Array.isArray(value);
}

function writeLong(out: ByteSink, value: bigint): void {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) out.appendByte(Number(rest & 0x7fn) | 0x80);
  out.appendByte(Number(rest));
}
