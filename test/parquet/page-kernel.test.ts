import { describe, expect, it } from 'vitest';
import { map } from '#src/parquet/read/kernel/map.generated.js';
import { PageMemory } from '#src/parquet/read/page-memory.js';
import { readIndexRuns } from '#src/parquet/read/read-runs.js';
import { PagePlace } from '#src/parquet/values/page-place.js';
import { slowHybrid, slowRenumber, slowSpread, slowTime } from '../reference/slow-parquet.js';
import { failure, failureOf } from '../support/failure.js';
import { inGuardedMemory, unpackGuarded } from '../support/page-memory.js';
import { chunkPlan, damageBytes, randomHybrid } from '../support/parquet-bytes.js';
import { randomDouble, seededRandom } from '../support/random.js';

const place = new PagePlace(chunkPlan(), 3, 100);
const bitsOf = (values: Float64Array): bigint[] => [
  ...new BigUint64Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength)),
];

/** The doubles that indices are of, in bits; or what is wrong with the indices. */
function lookUp(bytes: Uint8Array, width: number, count: number, entries: Float64Array): bigint[] | string {
  return inGuardedMemory(bytes, { values: 8 * count, entries: entries.byteLength }, (memory, at) => {
    memory.doubles(memory.entries, entries.length).set(entries);
    const runs = { at, end: at + bytes.length, width, count };
    const read = (): number => readIndexRuns(memory, runs, entries.length, 'up', place);
    try {
      read();
    } catch {
      return failure(read)[1].replace(/^.*byte \d+: /, '');
    }
    return bitsOf(memory.doubles(memory.values, count));
  });
}

/** The same by the reference; undefined for runs that are damaged. */
function slowLookUp(bytes: Uint8Array, width: number, count: number, entries: Float64Array): unknown {
  const indices = slowHybrid(bytes, width, count)?.values;
  if (indices === undefined) return undefined;
  const bad = indices.findIndex((index) => index >= BigInt(entries.length));
  if (bad >= 0) return `value ${bad + 1} is entry ${indices[bad]} of a dictionary of ${entries.length}`;
  return bitsOf(Float64Array.from(indices, (index) => entries[Number(index)]!));
}

describe('the numbers that indices are of', () => {
  it('are those of the reference, whatever the width and the dictionary (seeds 1 to 300)', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const width = seed % 14;
      // few pages are longer than a block
      const count = Math.floor(random() * (seed % 50 === 0 ? 2600 : 90));
      const size = Math.max(1, Math.min(2 ** width, Math.ceil(random() * 2 ** width * 1.2)));
      const entries = Float64Array.from({ length: size }, () => (random() < 0.1 ? Number.NaN : randomDouble(random)));
      const most = random() < 0.3 ? 2 ** width : size;
      const values: number[] = [];
      for (let index = 0; index < count; index++) {
        values.push(index > 0 && random() < 0.5 ? values[index - 1]! : Math.floor(random() * most));
      }
      const sound = randomHybrid(values, width, random);
      expect([seed, lookUp(sound, width, count, entries)]).toEqual([seed, slowLookUp(sound, width, count, entries)]);
      const damaged = damageBytes(sound, random);
      const expected = slowLookUp(damaged, width, count, entries);
      const found = lookUp(damaged, width, count, entries);
      if (expected === undefined) expect([seed, found]).toEqual([seed, expect.stringMatching(/ run|the page ends/)]);
      else expect([seed, found]).toEqual([seed, expected]);
    }
  });

  it('are not read beyond the dictionary where later runs are damaged: the damage goes before', () => {
    const entries = Float64Array.of(1, 2, 3);
    const bad = [4, 3];
    expect(lookUp(Uint8Array.of(...bad), 2, 2, entries)).toBe('value 1 is entry 3 of a dictionary of 3');
    expect(lookUp(Uint8Array.of(...bad, 0), 2, 3, entries)).toBe('the page has an empty run');
    expect(lookUp(Uint8Array.of(...bad), 2, 3, entries)).toBe('the page ends after 2 of 3 values');
    expect(lookUp(Uint8Array.of(...bad, 2, 5), 2, 3, entries)).toBe('expected integers of 2 bits, found a run of 5');
  });
});

describe('values among nulls', () => {
  it('are moved to their rows as the reference does it (seeds 1 to 200)', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const count = 1 + Math.floor(random() * 70);
      const share = [0, 1, random()][seed % 3]!;
      const flags = Uint8Array.from({ length: count }, () => (random() < share ? 1 : 0));
      const present = flags.reduce((sum, flag) => sum + flag, 0);
      const values = Float64Array.from({ length: present }, () => (random() < 0.1 ? Number.NaN : randomDouble(random)));
      inGuardedMemory(new Uint8Array(), { values: 8 * count, flags: count }, (memory) => {
        memory.u8.set(flags, memory.flags);
        memory.doubles(memory.values, present).set(values);
        memory.run((kernel) => kernel.spreadDoubles(memory.values, present, memory.flags, count));
        const found = memory.doubles(memory.values, count);
        expect([seed, bitsOf(found)]).toEqual([seed, bitsOf(Float64Array.from(slowSpread(values, flags, Number.NaN)))]);
        const states = memory.u8.slice(memory.flags, memory.flags + count);
        expect([seed, [...states]]).toEqual([seed, Array.from(flags, (flag) => 1 - flag)]);
      });
      const codes = Int32Array.from({ length: present }, () => Math.floor(random() * 2 ** 31));
      inGuardedMemory(new Uint8Array(), { values: 4 * count, flags: count }, (memory) => {
        memory.u8.set(flags, memory.flags);
        memory.codes(memory.values, present).set(codes);
        memory.run((kernel) => kernel.spreadCodes(memory.values, present, memory.flags, count));
        const found = [...memory.codes(memory.values, count)];
        expect([seed, found]).toEqual([seed, slowSpread(codes, flags, -1)]);
      });
    }
  });
});

describe('the codes of a batch', () => {
  it('are numbered by their first appearance, as the reference does it, batch after batch (seeds 1 to 200)', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const size = Math.ceil(random() * 12);
      const longest = Math.ceil(random() * 20);
      const codes: number[] = [];
      const wanted = Math.floor(random() * 80);
      while (codes.length < wanted) {
        const [code, length] = [Math.floor(random() * size), Math.ceil(random() * longest)];
        codes.push(...Array.from({ length }, () => code));
      }
      const bytes = new Uint8Array(Int32Array.from(codes).buffer);
      const distinctBytes = 4 * new Set(codes).size;
      const rooms = { values: 4 * codes.length, entries: 8 * size, page: distinctBytes };
      inGuardedMemory(bytes, rooms, (memory, at) => {
        const { entries: marks, values: out, page: distinct } = memory;
        memory.u8.fill(0, marks, marks + 8 * size);
        // a first batch, whose marks the second must not take for its own
        const cut = Math.floor(codes.length / 3);
        for (const [batch, from, to] of [
          [1, 0, cut],
          [2, cut, codes.length],
        ] as const) {
          memory.codes(out, codes.length).fill(-7);
          const count = memory.run((kernel) => kernel.renumber(at + 4 * from, to - from, marks, batch, out, distinct));
          const found = { numbers: [...memory.codes(out, to - from)], distinct: [...memory.codes(distinct, count)] };
          expect([seed, batch, found]).toEqual([seed, batch, slowRenumber(codes.slice(from, to))]);
          // the run may go on after the batch
          expect([...memory.codes(out, codes.length)].slice(to - from).every((number) => number === -7)).toBe(true);
        }
      });
    }
  });
});

describe('times', () => {
  const edges = [0n, 1n, 8_640_000_000_000_000n, 8_640_000_000_000_001n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n];

  it.each([1n, 1000n, 1_000_000n])('of which %s make a millisecond are those of the reference', (unit) => {
    const random = seededRandom(Number(unit));
    for (let round = 0; round < 300; round++) {
      const ticks = BigInt64Array.from({ length: Math.ceil(random() * 20) }, () => {
        const edge = edges[Math.floor(random() * edges.length)]!;
        const near = BigInt(Math.floor(random() * 2 ** 40)) + (random() < 0.02 ? edge : 0n);
        const whole = random() < 0.97 ? near * unit : near;
        return random() < 0.5 ? whole : -whole;
      });
      const expected = Array.from(ticks, (count) => slowTime(count, unit));
      const bad = expected.indexOf(undefined);
      inGuardedMemory(new Uint8Array(ticks.buffer), { values: 8 * ticks.length }, (memory, at) => {
        const { values } = memory;
        const answer = memory.run((kernel) => kernel.convertTimes(at, ticks.length, Number(unit), values));
        expect(answer).toBe(bad < 0 ? map.DONE : map.BAD_TIME);
        if (bad >= 0) expect(memory.found(map.COUNT)).toBe(bad);
        else expect([...memory.doubles(values, ticks.length)]).toEqual(expected);
      });
    }
  });
});

describe('the memory of a part', () => {
  it('is the one that the part before gave back, and grows no more once it is large enough', () => {
    const first = new PageMemory();
    first.takeChunk(300_000);
    first.place({ unpackedBytes: 100_000, values: 10_000, entries: 10 });
    const { buffer } = first.u8;
    for (let chunk = 0; chunk < 3; chunk++) {
      first.takeChunk(290_000 + chunk);
      first.place({ unpackedBytes: 90_000, values: 10_000, entries: 0 });
    }
    expect(first.u8.buffer).toBe(buffer);
    first.release();
    const second = new PageMemory();
    expect(second.u8.buffer).toBe(buffer);
    second.release();
    expect(() => second.run((kernel) => kernel.decodeLevels(0, 0, 0, 0))).toThrow('the kernel was given back');
  });

  it('holds a page of one literal only once: it is read where it is packed', async () => {
    const page = Uint8Array.from({ length: 500 }, (_, index) => (index * index) >> 3);
    for (const length of [1, 60, 61, 256, 257, 500]) {
      const piece = page.subarray(0, length);
      const packed = literal(piece);
      expect([...(await unpackGuarded('SNAPPY', packed, length, place))]).toEqual([...piece]);
      inGuardedMemory(packed, {}, (memory, at) => {
        const found = memory.run((kernel) => kernel.unpackSnappy(at, packed.length, memory.page, length));
        expect(found).toBe(at + packed.length - length);
      });
    }
  });
});

describe('copies of what was unpacked', () => {
  const text = Array.from({ length: 40 }, (_, index) => index);
  // a literal, a copy, and as many bytes after it as tell whether its place is near the end
  const snappy = (offset: number, after: number): Uint8Array =>
    Uint8Array.from([
      ...(40 + 8 + after < 128 ? [48 + after] : [((48 + after) & 127) | 128, (48 + after) >> 7]),
      39 << 2,
      ...text,
      (7 << 2) | 2,
      offset,
      0,
      ...Array.from({ length: after / 20 }, () => [19 << 2, ...text.slice(0, 20)]).flat(),
    ]);
  const lz4 = (offset: number, after: number): Uint8Array =>
    Uint8Array.from([0xf4, 25, ...text, offset, 0, ...literals(after)]);
  const literals = (count: number): number[] =>
    count < 15
      ? [count << 4, ...text.slice(0, count)]
      : [0xf0, count - 15, ...text, ...text, ...text].slice(0, count + 2);

  it.each([
    ['SNAPPY', snappy, 0],
    ['SNAPPY', snappy, 120],
    ['LZ4_RAW', lz4, 5],
    ['LZ4_RAW', lz4, 100],
  ] as const)('of %s begin within it, near its end and far', async (codec, block, after) => {
    const length = 48 + after;
    for (const offset of [1, 8, 39, 40]) {
      const found = await unpackGuarded(codec, block(offset, after), length, place);
      const copied = Array.from({ length: 8 }, (_, index) => text[40 - offset + (index % offset)]);
      expect([...found.subarray(0, 48)]).toEqual([...text, ...copied]);
    }
    for (const offset of [0, 41, 42]) {
      const [code] = await failureOf(async () => unpackGuarded(codec, block(offset, after), length, place));
      expect([offset, code]).toEqual([offset, 'PARQUET_PAGE_INVALID']);
    }
  });
});

/** A block of Snappy that is one literal. */
function literal(piece: Uint8Array): Uint8Array {
  const size = piece.length - 1;
  const tag = size < 60 ? [size << 2] : size < 256 ? [60 << 2, size] : [61 << 2, size & 255, size >> 8];
  const told = piece.length < 128 ? [piece.length] : [(piece.length & 127) | 128, piece.length >> 7];
  return Uint8Array.from([...told, ...tag, ...piece]);
}
