import { unpackBits } from './unpack-bits.ts';
import type { PagePlace } from './page-place.ts';

/** Integers by their 32-bit halves, `high` signed; of INT32 only `low` counts. And where their bytes ended. */
export interface DeltaIntegers {
  readonly low: Uint32Array;
  readonly high: Int32Array;
  readonly end: number;
}

/**
 * Decodes DELTA_BINARY_PACKED from `bytes[at]`: exactly `count` integers. Blocks and miniblocks are as the page says,
 * within what can be. Arithmetic wraps at 64 bits, as the format has it. Source: Encodings.md, "Delta Encoding".
 *
 * @throws `PARQUET_PAGE_INVALID`
 */
export function decodeDelta(bytes: Uint8Array, at: number, count: number, place: PagePlace): DeltaIntegers {
  // of no values there need not even be a header
  if (count === 0 && at === bytes.length) return { low: new Uint32Array(0), high: new Int32Array(0), end: at };
  const reader = new DeltaReader(bytes, at, place);
  const blockSize = Number(reader.readUnsigned());
  const miniblocks = Number(reader.readUnsigned());
  const total = Number(reader.readUnsigned());
  const size = blockSize / miniblocks;
  if (!(blockSize <= mostInBlock && miniblocks >= 1 && Number.isInteger(size) && size % 8 === 0 && size > 0)) {
    throw place.refuse(`expected blocks of whole miniblocks, found ${miniblocks} miniblocks in ${blockSize} values`);
  }
  if (total !== count) throw place.refuse(`expected ${count} delta-encoded values, found ${total}`);
  const low = new Uint32Array(count);
  const high = new Int32Array(count);
  let value = reader.readSigned();
  const put = (index: number): void => {
    low[index] = Number(BigInt.asUintN(32, value));
    high[index] = Number(BigInt.asIntN(32, value >> 32n));
  };
  if (count > 0) put(0);
  const scratch = new Int32Array(size);
  for (let index = 1; index < count;) {
    const least = reader.readSigned();
    const widths = reader.take(miniblocks);
    for (let block = 0; block < miniblocks && index < count; block++) {
      const width = widths[block] ?? 0;
      if (width > 64) throw place.refuse(`expected at most 64 bits for a delta, found ${width}`);
      const packed = reader.take((width * size) / 8);
      const wanted = Math.min(size, count - index);
      if (width <= 32) unpackBits(packed, 0, width, wanted, scratch, 0);
      for (let step = 0; step < wanted; step++, index++) {
        const delta = width <= 32 ? BigInt((scratch[step] ?? 0) >>> 0) : unpackLong(packed, step * width, width);
        value = BigInt.asIntN(64, value + least + delta);
        put(index);
      }
    }
  }
  return { low, high, end: reader.at };
}

const mostInBlock = 1 << 20;

/** Numbers and bytes from a page, each within it. */
class DeltaReader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #place: PagePlace;

  constructor(bytes: Uint8Array, at: number, place: PagePlace) {
    this.#bytes = bytes;
    this.#place = place;
    this.at = at;
  }

  readUnsigned(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw this.#place.refuse('the delta-encoded page ends within a number');
  }

  readSigned(): bigint {
    const value = this.readUnsigned();
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  }

  take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.at) throw this.#place.refuse('the delta-encoded page ends within a block');
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }
}

function unpackLong(bytes: Uint8Array, bit: number, width: number): bigint {
  let value = 0n;
  const first = Math.floor(bit / 8);
  const last = Math.ceil((bit + width) / 8);
  for (let index = last - 1; index >= first; index--) value = value * 256n + BigInt(bytes[index] ?? 0);
  return BigInt.asUintN(width, value >> BigInt(bit % 8));
}
