import { ByteWriter } from 'hyparquet-writer';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { checksum } from '#src/batch/hash/checksum.js';
import type { ChunkPlan } from '#src/parquet/values/chunk-plan.js';
import { encodings, pageTypes } from '#src/parquet/format/parquet-types.js';

/** A chunk of one required column of doubles, some of it replaced. */
export function chunkPlan(replaced: Partial<ChunkPlan> = {}): ChunkPlan {
  return {
    file: 'part.parquet',
    column: 'mean',
    rowGroup: 2,
    type: 'DOUBLE',
    typeLength: undefined,
    codec: 'UNCOMPRESSED',
    optional: false,
    target: { kind: 'number' },
    rows: 1,
    start: 4,
    sum: undefined,
    padding: 0,
    limits: { pageBytes: 1 << 24, ratio: 2000, textBytes: 1 << 24 },
    ...replaced,
  };
}

type Struct = Record<`field_${number}`, unknown>;

/** A page header of these fields in Thrift's compact protocol; undefined ones are left out. */
export function pageHeader(fields: Struct): Uint8Array {
  const writer = new ByteWriter();
  serializeTCompactProtocol(writer, fields);
  return writer.getBytes();
}

/** A page to be made. */
export interface PageShape {
  readonly values: number;
  readonly encoding?: number;
  /** The page's bytes as they are packed; of version 1 with its levels. */
  readonly packed: Uint8Array;
  /** How many they unpack to; as many by default. */
  readonly unpackedBytes?: number;
  readonly crc?: number;
  /** Fields of the page header to put in place of those that fit. */
  readonly replaced?: Struct;
  /** The same of the header within it. */
  readonly replacedWithin?: Struct;
}

/** A data page of version 1. */
export function dataPage(shape: PageShape): Uint8Array {
  const { rle } = encodings;
  const within = { field_1: shape.values, field_2: shape.encoding ?? encodings.plain, field_3: rle, field_4: rle };
  return page(pageTypes.data, shape, 'field_5', within);
}

/** A data page of version 2, its levels of `levelBytes` in front. */
export function dataPageV2(shape: PageShape & { readonly levelBytes?: number; readonly nulls?: number }): Uint8Array {
  const within = {
    field_1: shape.values,
    field_2: shape.nulls ?? 0,
    field_3: shape.values,
    field_4: shape.encoding ?? encodings.plain,
    field_5: shape.levelBytes ?? 0,
    field_6: 0,
  };
  return page(pageTypes.dataV2, shape, 'field_8', within);
}

/** A dictionary page. */
export function dictionaryPage(shape: PageShape): Uint8Array {
  return page(pageTypes.dictionary, shape, 'field_7', { field_1: shape.values, field_2: encodings.plain });
}

function page(type: number, shape: PageShape, field: `field_${number}`, within: Struct): Uint8Array {
  const { packed, unpackedBytes = packed.length, crc, replaced, replacedWithin } = shape;
  const header = {
    field_1: type,
    field_2: unpackedBytes,
    field_3: packed.length,
    ...(crc === undefined ? {} : { field_4: crc }),
    [field]: { ...within, ...replacedWithin },
    ...replaced,
  };
  return joinBytes(pageHeader(header), packed);
}

/** The CRC-32 of a page, as its header has it. */
export function pageSum(packed: Uint8Array): number {
  return checksum(packed) | 0;
}

/** Doubles as PLAIN has them. */
export function plainDoubles(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

/** Texts as PLAIN has them. */
export function plainTexts(...texts: readonly (string | Uint8Array)[]): Uint8Array {
  return joinBytes(
    ...texts.map((text) => {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      return joinBytes(littleEndian(bytes.length, 4), bytes);
    }),
  );
}

/** Definition levels of version 1: behind their length. */
export function withLength(levels: Uint8Array): Uint8Array {
  return joinBytes(littleEndian(levels.length, 4), levels);
}

/** Writes the hybrid with runs and packed groups in a random order; equal neighbours become runs at times. */
export function randomHybrid(values: readonly number[], width: number, random: () => number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < values.length;) {
    let run = at + 1;
    while (run < values.length && values[run] === values[at]) run++;
    const groups = Math.ceil(random() * 4);
    // only the last group may have fewer than eight
    const packed = Math.min(groups * 8, values.length - at);
    if (random() < 0.5 || (packed % 8 !== 0 && at + packed < values.length)) {
      const length = Math.ceil(random() * (run - at));
      pieces.push(varint(BigInt(length * 2)), littleEndian(values[at] ?? 0, Math.ceil(width / 8)));
      at += length;
    } else {
      const filled = Array.from({ length: Math.ceil(packed / 8) * 8 }, (_, index) => BigInt(values[at + index] ?? 0));
      pieces.push(varint(BigInt(Math.ceil(packed / 8) * 2 + 1)), packBits(filled, width));
      at += packed;
    }
  }
  return joinBytes(...pieces);
}

/** Writes DELTA_BINARY_PACKED with blocks of these sizes, each miniblock as narrow as it may be. */
export function deltaPacked(values: readonly bigint[], block: number, miniblocks: number): Uint8Array {
  const pieces = [varint(BigInt(block)), varint(BigInt(miniblocks)), varint(BigInt(values.length))];
  pieces.push(varint(zigzag(values[0] ?? 0n)));
  const deltas = values.slice(1).map((value, index) => BigInt.asIntN(64, value - values[index]!));
  const size = block / miniblocks;
  for (let at = 0; at < deltas.length; at += block) {
    const wanted = deltas.slice(at, at + block);
    const least = wanted.reduce((low, delta) => (delta < low ? delta : low));
    const packed = wanted.map((delta) => BigInt.asUintN(64, delta - least));
    const groups = Array.from({ length: miniblocks }, (_, index) => packed.slice(index * size, (index + 1) * size));
    const widths = groups.map((group) =>
      Math.max(0, ...group.map((value) => (value === 0n ? 0 : value.toString(2).length))),
    );
    pieces.push(varint(zigzag(least)), Uint8Array.from(widths));
    for (const [index, group] of groups.entries()) {
      const filled = Array.from({ length: size }, (_, step) => group[step] ?? 0n);
      if (group.length > 0) pieces.push(packBits(filled, widths[index]!));
    }
  }
  return joinBytes(...pieces);
}

/** Integers of `width` bits, the lowest bit first. */
export function packBits(values: readonly bigint[], width: number): Uint8Array {
  const bits = values.flatMap((value) =>
    Array.from({ length: width }, (_, bit) => Number((value >> BigInt(bit)) & 1n)),
  );
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, byte) =>
    bits.slice(byte * 8, byte * 8 + 8).reduceRight((sum, bit) => sum * 2 + bit, 0),
  );
}

/** An unsigned integer in seven bits a byte. */
export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

function zigzag(value: bigint): bigint {
  return value < 0n ? -value * 2n - 1n : value * 2n;
}

function littleEndian(value: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, byte) => Math.floor(value / 2 ** (8 * byte)) % 256);
}

/** Pieces one after another. */
export function joinBytes(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** Bytes with one to three of them replaced, or cut. */
export function damageBytes(bytes: Uint8Array, random: () => number): Uint8Array {
  const damaged = bytes.slice(0, random() < 0.2 ? Math.floor(random() * bytes.length) : bytes.length);
  const times = Math.ceil(random() * 3);
  for (let time = 0; time < times && damaged.length > 0; time++) {
    const at = Math.floor((random() < 0.5 ? Math.min(12, damaged.length) : damaged.length) * random());
    damaged[at] = random() < 0.5 ? damaged[at]! ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256);
  }
  return damaged;
}
