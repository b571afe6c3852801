import { describe, expect, it } from 'vitest';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { ByteSink } from '#src/batch/byte-sink.js';
import type { ChunkPlan } from '#src/parquet/chunk-values.js';
import { decodeDelta } from '#src/parquet/delta.js';
import { encodeHybrid } from '#src/parquet/encode-hybrid.js';
import { decodeHybrid } from '#src/parquet/hybrid.js';
import { PagePlace } from '#src/parquet/page-place.js';
import { unpackSnappy } from '#src/parquet/snappy.js';
import { slowDelta, slowHybrid, slowSnappy } from '../reference/slow-parquet.ts';
import { failure } from '../support/failure.ts';
import { seededRandom } from '../support/random.ts';

const plan = { file: 'part.parquet', rowGroup: 1, column: 'mean', start: 4 } as ChunkPlan;
const place = new PagePlace(plan, 1, 0);
const seed = 20_211_214;

function hybrid(bytes: Uint8Array, width: number, count: number): number[] {
  const out = new Int32Array(count);
  decodeHybrid(bytes, 0, bytes.length, width, count, out, place);
  return [...out].map((value) => (width === 32 ? value >>> 0 : value));
}

describe('the hybrid of runs and packed groups', () => {
  it('is read as the format tells it, for every width', () => {
    const random = seededRandom(seed);
    for (let width = 1; width <= 31; width++) {
      const below = (): number => Math.floor(random() * 2 ** width);
      const runs = Array.from({ length: 20 }, () =>
        random() < 0.5
          ? ([below(), 1 + Math.floor(random() * 300)] as const)
          : [Array.from({ length: 8 * (1 + Math.floor(random() * 5)) }, below)],
      );
      const values = runs.flatMap((run) =>
        typeof run[0] === 'number' ? Array.from({ length: run[1] as number }, () => run[0] as number) : run[0],
      );
      const bytes = Uint8Array.from(slowHybrid(runs, width));
      expect([seed, width, hybrid(bytes, width, values.length)]).toEqual([seed, width, values]);
      expect(hybrid(bytes, width, values.length - 3)).toEqual(values.slice(0, -3));
      for (const cut of [0, 1, bytes.length >> 1, bytes.length - 1]) {
        expect(failure(() => hybrid(bytes.subarray(0, cut), width, values.length))[0]).toBe('PARQUET_PAGE_INVALID');
      }
    }
  });

  it('is written so that it reads back, and long runs as runs', () => {
    const random = seededRandom(seed);
    for (let width = 1; width <= 31; width++) {
      const values: number[] = [];
      while (values.length < 3000) {
        const value = Math.floor(random() * 2 ** width);
        const times = random() < 0.3 ? Math.floor(random() * 200) : 1;
        for (let index = 0; index < times; index++) values.push(value);
      }
      const sink = new ByteSink(16);
      encodeHybrid(values, 0, values.length, width, sink);
      expect(hybrid(sink.view(), width, values.length)).toEqual(values);
    }
    const sink = new ByteSink();
    encodeHybrid(new Int32Array(100_000), 0, 100_000, 1, sink);
    expect(sink.length).toBeLessThan(8);
  });

  it('refuses a run without values', () => {
    expect(failure(() => hybrid(Uint8Array.of(0, 1), 1, 8))[1]).toBe(
      'part.parquet, row group 1, column mean, page 1, byte 4: the page has a run without values',
    );
  });
});

describe('delta-encoded integers', () => {
  const longs = (bytes: Uint8Array, count: number): bigint[] => {
    const { low, high, end } = decodeDelta(bytes, 0, count, place);
    expect(end).toBe(bytes.length);
    return [...low].map((value, index) => (BigInt(high[index] ?? 0) << 32n) + BigInt(value));
  };

  it('are read as the format tells them, of every size', () => {
    const random = seededRandom(seed);
    for (const [blockSize, miniblocks] of [
      [128, 4],
      [256, 8],
      [8, 1],
      [64, 8],
    ] as const) {
      for (const bits of [1, 7, 31, 33, 63]) {
        for (const count of [0, 1, 2, blockSize, blockSize + 1, 1000]) {
          const values = Array.from(
            { length: count },
            () =>
              (BigInt.asIntN(64, BigInt(Math.floor(random() * 2 ** 53)) << BigInt(Math.max(0, bits - 53))) %
                (1n << BigInt(bits))) *
              (random() < 0.5 ? -1n : 1n),
          );
          const bytes = Uint8Array.from(slowDelta(values, blockSize, miniblocks));
          expect([seed, blockSize, bits, longs(bytes, count)]).toEqual([seed, blockSize, bits, values]);
        }
      }
    }
  });

  it('wrap at 64 bits, from the least to the greatest', () => {
    const [least, greatest] = [-(2n ** 63n), 2n ** 63n - 1n];
    const values = [least, greatest, 0n, greatest, least, -1n];
    expect(longs(Uint8Array.from(slowDelta(values, 128, 4)), values.length)).toEqual(values);
  });

  it('are refused when they end early, or are of another number', () => {
    const bytes = Uint8Array.from(slowDelta([1n, 2n, 300n, -70_000n], 128, 4));
    for (let end = 0; end < bytes.length; end++) {
      expect(failure(() => decodeDelta(bytes.subarray(0, end), 0, 4, place))[0]).toBe('PARQUET_PAGE_INVALID');
    }
    expect(failure(() => decodeDelta(bytes, 0, 5, place))[1]).toContain('expected 5 delta-encoded values, found 4');
    const huge = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x08, 1, 4, 0);
    expect(failure(() => decodeDelta(huge, 0, 4, place))[1]).toContain('expected blocks of whole miniblocks');
  });
});

describe('Snappy', () => {
  const unpack = (input: Uint8Array, length: number): number[] | undefined => {
    const output = new Uint8Array(length);
    return unpackSnappy(input, output) ? [...output] : undefined;
  };

  it('unpacks what was packed, and blocks of random tags, as the reference does', () => {
    const random = seededRandom(seed);
    let sound = 0;
    for (let round = 0; round < 3000; round++) {
      const source = Uint8Array.from({ length: Math.floor(random() * 400) }, () => Math.floor(random() * 3));
      const packed = new Uint8Array(round % 2 === 0 ? snappyCompress(source) : randomBlock(random));
      // some damaged
      if (round % 3 === 0 && packed.length > 0)
        packed[Math.floor(random() * packed.length)]! ^= 1 << Math.floor(random() * 8);
      const expected = slowSnappy(packed);
      const found = expected === undefined ? unpack(packed, 400) : unpack(packed, expected.length);
      expect([seed, round, found]).toEqual([seed, round, expected]);
      if (expected !== undefined) sound++;
    }
    expect(sound).toBeGreaterThan(1500);
  });

  /** A block of literals and copies of every kind of tag. */
  function randomBlock(random: () => number): Uint8Array {
    const below = (bound: number): number => Math.floor(random() * bound);
    const body: number[] = [];
    let length = 0;
    for (let tags = 0; tags < 12; tags++) {
      const kind = length === 0 ? 0 : below(4);
      const offset = Math.max(1, below(Math.min(length, 2000) + 1));
      if (kind === 0) {
        const size = 1 + below(tags % 4 === 3 ? 300 : 20);
        const wide = size > 60 || below(3) === 0;
        if (wide) body.push(61 << 2, (size - 1) & 255, (size - 1) >> 8);
        else body.push((size - 1) << 2);
        for (let index = 0; index < size; index++) body.push(below(256));
        length += size;
      } else if (kind === 1) {
        const size = 4 + below(8);
        body.push(((size - 4) << 2) | ((offset >> 8) << 5) | 1, offset & 255);
        length += size;
      } else {
        const size = 1 + below(64);
        body.push(((size - 1) << 2) | kind, offset & 255, offset >> 8, ...(kind === 3 ? [0, 0] : []));
        length += size;
      }
    }
    return Uint8Array.from(length < 128 ? [length, ...body] : [(length & 127) | 128, length >> 7, ...body]);
  }
});
