import { describe, expect, it } from 'vitest';
import { readIndexRuns, readLevelRuns } from '#src/parquet/read/read-runs.js';
import { readByteArrays } from '#src/parquet/read/read-byte-arrays.js';
import { decodeDelta } from '#src/parquet/values/delta.js';
import { encodings } from '#src/parquet/format/parquet-types.js';
import { endOfPackedRun } from '#src/parquet/values/page-padding.js';
import { PagePlace } from '#src/parquet/values/page-place.js';
import { slowDelta, slowDeltaBytes, slowDeltaLengths, slowHybrid } from '../reference/slow-parquet.js';
import { failure } from '../support/failure.js';
import { chunkPlan, damageBytes, deltaPacked, joinBytes, randomHybrid, varint } from '../support/parquet-bytes.js';
import { inGuardedMemory } from '../support/page-memory.js';
import { seededRandom } from '../support/random.js';

const plan = chunkPlan();
const place = new PagePlace(plan, 3, 100);

/** What `decode` answers, or undefined when it refuses with `PARQUET_PAGE_INVALID`, naming the place. */
function orRefused<Result>(decode: () => Result): Result | undefined {
  let result: Result | undefined;
  const attempt = (): void => {
    result = decode();
  };
  try {
    attempt();
  } catch {
    const [code, message] = failure(attempt);
    expect([code, message]).toEqual([
      'PARQUET_PAGE_INVALID',
      expect.stringContaining('part.parquet, row group 2, column mean, page 3, byte 104: '),
    ]);
  }
  return result;
}

function hybrid(bytes: Uint8Array, width: number, count: number): { values: bigint[]; end: number } {
  return inGuardedMemory(bytes, { values: 4 * count }, (memory, at) => {
    const runs = { at, end: at + bytes.length, width, count };
    const end = readIndexRuns(memory, runs, 0xffff_ffff, 'none', place);
    const codes = memory.codes(memory.values, count);
    return { values: Array.from(codes, (value) => BigInt(value >>> 0)), end: end - at };
  });
}

describe('the RLE and bit-packing hybrid', () => {
  it.each(Array.from({ length: 33 }, (_, width) => width))('of %i bits is read as the reference reads it', (width) => {
    const random = seededRandom(width);
    for (let round = 0; round < 40; round++) {
      const count = Math.floor(random() * 100);
      const repeat = random();
      const values: number[] = [];
      for (let index = 0; index < count; index++) {
        values.push(index > 0 && random() < repeat ? values[index - 1]! : Math.floor(random() * 2 ** width));
      }
      const bytes = randomHybrid(values, width, random);
      expect(hybrid(bytes, width, count)).toEqual({ values: values.map(BigInt), end: bytes.length });
      const damaged = damageBytes(bytes, random);
      expect(orRefused(() => hybrid(damaged, width, count))).toEqual(slowHybrid(damaged, width, count));
    }
  });

  it.each<[string, number[], number, number, string]>([
    ['nothing', [], 3, 1, 'the page ends after 0 of 1 values'],
    ['a run without values', [0, 1], 3, 1, 'the page has an empty run'],
    ['a run too long', [6, 1], 3, 2, 'a run has 3 values, but only 2 are left'],
    ['a run of too many bits', [4, 8], 3, 2, 'expected integers of 3 bits, found a run of 8'],
    ['a run cut', [4, 1], 9, 2, 'the page ends after 0 of 2 values'],
    ['groups cut', [4, 1, 5, 1, 2, 3], 3, 18, 'the page ends after 2 of 18 values'],
    ['a length without end', [128, 128, 128, 128, 128, 128], 3, 1, 'the page ends after 0 of 1 values'],
  ])('refuses %s', (_, bytes, width, count, problem) => {
    const [code, message] = failure(() => hybrid(Uint8Array.from(bytes), width, count));
    expect([code, message]).toEqual(['PARQUET_PAGE_INVALID', expect.stringMatching(`${problem}$`)]);
  });
});

function levelsOf(bytes: Uint8Array, count: number): { present: number; flags: number[] } {
  return inGuardedMemory(bytes, { flags: count }, (memory, at) => {
    const present = readLevelRuns(memory, at, at + bytes.length, count, place);
    const flags = memory.u8.slice(memory.flags, memory.flags + count);
    return { present, flags: [...(present === count ? flags.fill(1) : flags)] };
  });
}

describe('definition levels', () => {
  it('are read as the reference reads the hybrid of one bit (seeds 1 to 400)', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = seededRandom(seed);
      const count = 1 + Math.floor(random() * (seed % 4 === 0 ? 400 : 60));
      const share = [0, 1, random()][seed % 3]!;
      const levels = Array.from({ length: count }, () => (random() < share ? 1 : 0));
      const sound = randomHybrid(levels, 1, random);
      for (const bytes of [sound, damageBytes(sound, random)]) {
        const slow = slowHybrid(bytes, 1, count);
        const ends =
          slow !== undefined && (slow.end === bytes.length || endOfPackedRun(bytes, slow.end, 1) === bytes.length);
        const expected = ends ? slow.values.map(Number) : undefined;
        const found = orRefused(() => levelsOf(bytes, count));
        expect([seed, found?.flags]).toEqual([seed, expected]);
        expect(found?.present).toBe(expected?.filter((level) => level === 1).length);
      }
    }
  });

  it('cost nothing when one run says that all rows have a value', () => {
    inGuardedMemory(Uint8Array.of(12, 1), {}, (memory, at) => {
      expect(readLevelRuns(memory, at, at + 2, 6, place)).toBe(6);
    });
  });
});

function delta(bytes: Uint8Array, at: number, count: number): { values: bigint[]; end: number } {
  const { low, high, end } = decodeDelta(bytes, at, count, place);
  return { values: Array.from(low, (half, index) => BigInt(high[index]!) * 0x1_0000_0000n + BigInt(half)), end };
}

describe('DELTA_BINARY_PACKED', () => {
  it('is read as the reference reads it (seeds 1 to 300)', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const count = Math.floor(random() * 300);
      const bits = Math.floor(random() * 65);
      const values = Array.from({ length: count }, () => BigInt.asIntN(64, randomInteger(bits, random)));
      const [block, miniblocks] = (
        [
          [128, 4],
          [128, 1],
          [8, 1],
          [256, 4],
          [64, 8],
        ] as const
      )[seed % 5]!;
      const front = new Uint8Array(seed % 3);
      const bytes = joinBytes(front, deltaPacked(values, block, miniblocks));
      expect([seed, delta(bytes, front.length, count)]).toEqual([seed, { values, end: bytes.length }]);
      const damaged = damageBytes(bytes, random);
      const at = Math.min(front.length, damaged.length);
      expect([seed, orRefused(() => delta(damaged, at, count))]).toEqual([seed, slowDelta(damaged, at, count)]);
    }
  });

  it.each<[string, bigint[], string]>([
    ['other counts', [128n, 4n, 9n, 0n], 'expected 5 delta-encoded values, found 9'],
    ['no miniblocks', [128n, 0n, 5n, 0n], 'expected blocks of whole miniblocks, found 0 miniblocks in 128 values'],
    [
      'parts of miniblocks',
      [128n, 3n, 5n, 0n],
      'expected blocks of whole miniblocks, found 3 miniblocks in 128 values',
    ],
    ['huge blocks', [1n << 40n, 1n, 5n, 0n], 'found 1 miniblocks in 1099511627776 values'],
    ['deltas of 65 bits', [8n, 1n, 5n, 0n, 0n, 65n], 'expected at most 64 bits for a delta, found 65'],
    ['a block cut', [8n, 1n, 5n, 0n, 0n, 8n, 1n], 'the delta-encoded page ends within a block'],
    ['a number cut', [8n, 1n, 5n], 'the delta-encoded page ends within a number'],
  ])('refuses %s', (_, numbers, problem) => {
    const [code, message] = failure(() => delta(joinBytes(...numbers.map(varint)), 0, 5));
    expect([code, message]).toEqual(['PARQUET_PAGE_INVALID', expect.stringMatching(`${problem}$`)]);
  });
});

function randomInteger(bits: number, random: () => number): bigint {
  const long = BigInt(Math.floor(random() * 2 ** 32)) * 0x1_0000_0000n + BigInt(Math.floor(random() * 2 ** 32));
  return BigInt.asUintN(bits, long);
}

function byteArrays(bytes: Uint8Array, encoding: number, count: number): string[] {
  const found: string[] = [];
  readByteArrays(bytes, encoding, count, plan, place, (source, start, end) => {
    found.push(Buffer.from(source.subarray(start, end)).toString('hex'));
  });
  return found;
}

const toHex = (pieces: readonly Uint8Array[] | undefined): string[] | undefined =>
  pieces?.map((piece) => Buffer.from(piece).toString('hex'));

describe('delta-encoded byte arrays', () => {
  it('are read as the reference reads them (seeds 1 to 300)', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const count = Math.floor(random() * 50);
      let last = '';
      const texts = Array.from({ length: count }, () => {
        last = last.slice(0, Math.floor(random() * (last.length + 1))) + 'xyz'.slice(Math.floor(random() * 4));
        return last.length > 300 ? (last = '') : last;
      });
      const prefixes = texts.map((text, index) => commonLength(texts[index - 1] ?? '', text));
      const lengths = deltaPacked(
        texts.map(({ length }) => BigInt(length)),
        128,
        4,
      );
      const plain = joinBytes(lengths, Buffer.from(texts.join('')));
      const suffixes = texts.map((text, index) => text.slice(prefixes[index]));
      const shared = joinBytes(
        deltaPacked(prefixes.map(BigInt), 128, 4),
        deltaPacked(
          suffixes.map(({ length }) => BigInt(length)),
          128,
          4,
        ),
        Buffer.from(suffixes.join('')),
      );
      const expected = texts.map((text) => Buffer.from(text).toString('hex'));
      expect([seed, byteArrays(plain, encodings.deltaLengthByteArray, count)]).toEqual([seed, expected]);
      expect([seed, byteArrays(shared, encodings.deltaByteArray, count)]).toEqual([seed, expected]);
      const [one, other] = [damageBytes(plain, random), damageBytes(shared, random)];
      expect([seed, orRefused(() => byteArrays(one, encodings.deltaLengthByteArray, count))]).toEqual([
        seed,
        toHex(slowDeltaLengths(one, 0, count)),
      ]);
      expect([seed, orRefused(() => byteArrays(other, encodings.deltaByteArray, count))]).toEqual([
        seed,
        toHex(slowDeltaBytes(other, count)),
      ]);
    }
  });

  it('refuses values that share more bytes than a page may have', () => {
    const long = 1 << 20;
    const prefixes = [0n, ...Array.from({ length: 20 }, () => BigInt(long))];
    const lengths = [BigInt(long), ...Array.from({ length: 20 }, () => 0n)];
    const bytes = joinBytes(deltaPacked(prefixes, 128, 4), deltaPacked(lengths, 128, 4), new Uint8Array(long));
    const [code, message] = failure(() => byteArrays(bytes, encodings.deltaByteArray, 21));
    expect([code, message]).toEqual(['PARQUET_TOO_LARGE', expect.stringContaining('raise limits.maxPageBytes')]);
  });
});

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
