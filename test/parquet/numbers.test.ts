import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#src/errors.js';
import type { ChunkPlan } from '#src/parquet/values/chunk-plan.js';
import { decodeChunk } from '#src/parquet/read/decode-chunk.js';
import { encodings } from '#src/parquet/format/parquet-types.js';
import { slowDecimal, slowInt96, slowSplit } from '../reference/slow-parquet.js';
import { failureOf } from '../support/failure.js';
import { chunkPlan, dataPage, deltaPacked, joinBytes, packBits, plainTexts } from '../support/parquet-bytes.js';
import { randomDouble, seededRandom } from '../support/random.js';

type Stored = Pick<ChunkPlan, 'type' | 'target'> & { readonly typeLength?: number };

async function decode(stored: Stored, packed: Uint8Array, rows: number, encoding?: number): Promise<number[]> {
  const page = dataPage({ values: rows, packed, ...(encoding === undefined ? {} : { encoding }) });
  const found = await decodeChunk(page, chunkPlan({ ...stored, rows }));
  return found.kind === 'text' ? [] : [...found.values];
}

const number = { kind: 'number' } as const;
const time = (unit: 'days' | 'millis' | 'micros' | 'nanos') => ({ kind: 'time', unit }) as const;

function randomBytes(count: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length: count }, () => (random() < 0.2 ? 0 : Math.floor(random() * 256)));
}

describe('numbers', () => {
  it('DOUBLE and FLOAT keep every bit, plain and split into streams (seeds 1 to 60)', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const count = Math.floor(random() * 40);
      const doubles = Float64Array.from({ length: count }, () => randomDouble(random));
      const floats = Float32Array.from(doubles, () => (random() - 0.5) * 10 ** Math.floor(random() * 60 - 30));
      for (const [type, values] of [
        ['DOUBLE', doubles],
        ['FLOAT', floats],
      ] as const) {
        const bytes = new Uint8Array(values.buffer);
        expect([seed, await decode({ type, target: number }, bytes, count)]).toEqual([seed, [...values]]);
        const width = values.BYTES_PER_ELEMENT;
        const split = Uint8Array.from(bytes, (_, at) => bytes[(at % (count || 1)) * width + Math.floor(at / count)]!);
        expect([...slowSplit(split, width)]).toEqual([...bytes]);
        const found = await decode({ type, target: number }, split, count, encodings.byteStreamSplit);
        expect([seed, found]).toEqual([seed, [...values]]);
      }
    }
  });

  it('INT32 and INT64 are exact, plain and as deltas (seeds 1 to 60)', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const values = Array.from({ length: 200 }, () =>
        Math.floor((random() - 0.5) * 2 ** (1 + Math.floor(random() * 53))),
      );
      const longs = values.map(BigInt);
      const stored = { type: 'INT64', target: number } as const;
      expect(await decode(stored, packBits(longs, 64), 200)).toEqual(values.map((value) => value + 0));
      expect(await decode(stored, deltaPacked(longs, 128, 4), 200, encodings.deltaBinaryPacked)).toEqual(values);
      const ints = values.map((value) => value | 0);
      const short = { type: 'INT32', target: number } as const;
      expect(await decode(short, packBits(ints.map(BigInt), 32), 200)).toEqual(ints);
      const deltas = deltaPacked(ints.map(BigInt), 128, 4);
      expect(await decode(short, deltas, 200, encodings.deltaBinaryPacked)).toEqual(ints);
    }
  });

  it('DECIMAL is the correctly rounded double in every type (seeds 1 to 300)', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const scale = Math.floor(random() * 40);
      const target = { kind: 'number', scale } as const;
      const length = 1 + Math.floor(random() * 20);
      const bytes = randomBytes(length, random);
      const expected = slowDecimal(bytes, scale);
      const fixed = { type: 'FIXED_LEN_BYTE_ARRAY', typeLength: length, target } as const;
      expect([seed, await decode(fixed, bytes, 1)]).toEqual([seed, [expected]]);
      const variable = { type: 'BYTE_ARRAY', target } as const;
      expect([seed, await decode(variable, plainTexts(bytes), 1)]).toEqual([seed, [expected]]);
      const zeros = deltaPacked([0n], 128, 4);
      const lengths = deltaPacked([BigInt(length)], 128, 4);
      const shared = joinBytes(zeros, lengths, bytes);
      expect([seed, await decode(fixed, shared, 1, encodings.deltaByteArray)]).toEqual([seed, [expected]]);
      for (const [type, width] of [
        ['INT32', 4],
        ['INT64', 8],
      ] as const) {
        const integer = randomBytes(width, random);
        const found = await decode({ type, target }, integer, 1);
        expect([seed, type, found]).toEqual([seed, type, [slowDecimal(integer.toReversed(), scale)]]);
      }
    }
  });

  it('INT96 and INT64 times are milliseconds since 1970 (seeds 1 to 100)', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed);
      const milliseconds = BigInt(Math.floor((random() - 0.5) * 2 ** (30 + Math.floor(random() * 13))));
      const day = 86_400_000n;
      const within = ((milliseconds % day) + day) % day;
      const julian = (milliseconds - within) / day + 2_440_588n;
      const bytes = joinBytes(packBits([within * 1_000_000n], 64), packBits([julian], 32));
      expect(slowInt96(bytes)).toBe(Number(milliseconds));
      expect(await decode({ type: 'INT96', target: time('nanos') }, bytes, 1)).toEqual([Number(milliseconds)]);
      for (const [unit, factor] of [
        ['millis', 1n],
        ['micros', 1000n],
        ['nanos', 1_000_000n],
      ] as const) {
        const stored = packBits([milliseconds * factor], 64);
        expect(await decode({ type: 'INT64', target: time(unit) }, stored, 1)).toEqual([Number(milliseconds)]);
      }
      const days = BigInt(Math.floor((random() - 0.5) * 200_000_000));
      const found = await decode({ type: 'INT32', target: time('days') }, packBits([days], 32), 1);
      expect(found).toEqual([Number(days * day)]);
    }
  });

  const int64 = (value: bigint): Uint8Array => packBits([value], 64);
  const int96 = (nanoseconds: bigint, julian: bigint): Uint8Array =>
    joinBytes(int64(nanoseconds), packBits([julian], 32));

  it.each<[string, Stored, Uint8Array, ErrorCode, string]>([
    [
      'an integer no double holds',
      { type: 'INT64', target: number },
      int64(2n ** 53n + 1n),
      'NUMBER_INEXACT',
      'the integer 9007199254740993 is beyond 2^53 and has no exact double',
    ],
    [
      'a negative one',
      { type: 'INT64', target: number },
      int64(-(2n ** 63n)),
      'NUMBER_INEXACT',
      'the integer -9223372036854775808 is beyond 2^53 and has no exact double',
    ],
    [
      'milliseconds beyond times',
      { type: 'INT64', target: time('millis') },
      int64(8_640_000_000_000_001n),
      'TIME_INVALID',
      '8640000000000001 millis since 1970 are out of range for a time',
    ],
    [
      'long milliseconds',
      { type: 'INT64', target: time('millis') },
      int64(2n ** 62n),
      'TIME_INVALID',
      '4611686018427387904 millis since 1970 are out of range for a time',
    ],
    [
      'a part of a millisecond',
      { type: 'INT64', target: time('micros') },
      int64(1001n),
      'NUMBER_INEXACT',
      'the time of 1001 microseconds is not a whole number of milliseconds',
    ],
    [
      'nanoseconds between',
      { type: 'INT64', target: time('nanos') },
      int64(1_000_001n),
      'NUMBER_INEXACT',
      'the time of 1000001 nanoseconds is not a whole number of milliseconds',
    ],
    [
      'days beyond times',
      { type: 'INT32', target: time('days') },
      packBits([100_000_001n], 32),
      'TIME_INVALID',
      '100000001 days since 1970 are out of range for a time',
    ],
    [
      'a day too long',
      { type: 'INT96', target: time('nanos') },
      int96(86_400_000_000_000n, 0n),
      'TIME_INVALID',
      'expected a time of day in nanoseconds, found 86400000000000',
    ],
    [
      'a time of day between',
      { type: 'INT96', target: time('nanos') },
      int96(1n, 0n),
      'NUMBER_INEXACT',
      'the time of day of 1 nanoseconds is not a whole number of milliseconds',
    ],
    [
      'a Julian day beyond times',
      { type: 'INT96', target: time('nanos') },
      int96(0n, 200_000_000n),
      'TIME_INVALID',
      'the Julian day 200000000 is out of range for a time',
    ],
    [
      'a decimal without bytes',
      { type: 'BYTE_ARRAY', target: { kind: 'number', scale: 2 } },
      plainTexts(''),
      'PARQUET_PAGE_INVALID',
      'expected a decimal of 1 to 64 bytes, found 0',
    ],
    [
      'a decimal too long',
      { type: 'BYTE_ARRAY', target: { kind: 'number', scale: 2 } },
      plainTexts(new Uint8Array(65)),
      'PARQUET_PAGE_INVALID',
      'expected a decimal of 1 to 64 bytes, found 65',
    ],
  ])('refuses %s', async (_, stored, bytes, code, problem) => {
    const found = await failureOf(async () => decode(stored, bytes, 1));
    expect(found).toEqual([code, `part.parquet, row group 2, column mean, page 1, byte 4: ${problem}`]);
  });
});
