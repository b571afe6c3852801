import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { describe, expect, it } from 'vitest';
import { BacktestExportError } from '#src/errors.js';
import { encodings } from '#src/parquet/format/parquet-types.js';
import { decodeChunk } from '#src/parquet/read/decode-chunk.js';
import { PageMemory } from '#src/parquet/read/page-memory.js';
import type { ChunkPlan, ChunkTarget, ChunkValues } from '#src/parquet/values/chunk-plan.js';
import {
  chunkPlan,
  damageBytes,
  dataPage,
  dataPageV2,
  dictionaryPage,
  joinBytes,
  pageSum,
  plainDoubles,
  plainTexts,
  randomHybrid,
  withLength,
} from '../support/parquet-bytes.js';
import { randomDouble, seededRandom } from '../support/random.js';

type Cell = number | string | null;
type Random = () => number;

/** A chunk as some writer may have made it, and what its rows hold. */
interface RandomChunk {
  readonly bytes: Uint8Array;
  readonly plan: ChunkPlan;
  readonly cells: readonly Cell[];
}

const targets: readonly (readonly [type: ChunkPlan['type'], target: ChunkTarget, ticks: number])[] = [
  ['DOUBLE', { kind: 'number' }, 0],
  ['INT64', { kind: 'time', unit: 'millis' }, 1],
  ['INT64', { kind: 'time', unit: 'micros' }, 1000],
  ['INT64', { kind: 'time', unit: 'nanos' }, 1_000_000],
  ['BYTE_ARRAY', { kind: 'text' }, 0],
];

function randomChunk(random: Random): RandomChunk {
  const [type, target, ticks] = targets[Math.floor(random() * targets.length)]!;
  const optional = random() < 0.6;
  const codec = random() < 0.6 ? 'SNAPPY' : 'UNCOMPRESSED';
  const rows = Math.floor(random() * (random() < 0.05 ? 3000 : 60));
  const cell = (): number | string => {
    if (target.kind === 'text') return `item ${Math.floor(random() * 20)}`;
    return target.kind === 'time' ? Math.floor(random() * 9e12) : randomDouble(random);
  };
  const plain = (cells: readonly (number | string)[]): Uint8Array => {
    if (target.kind === 'text') return plainTexts(...cells.map(String));
    if (target.kind === 'number') return plainDoubles(...cells.map(Number));
    return new Uint8Array(BigInt64Array.from(cells, (time) => BigInt(time) * BigInt(ticks)).buffer);
  };
  const pack = (bytes: Uint8Array): Uint8Array => (codec === 'SNAPPY' ? Uint8Array.from(snappyCompress(bytes)) : bytes);
  const entries = random() < 0.6 ? Array.from({ length: 1 + Math.floor(random() * 40) }, cell) : undefined;
  const pages = entries === undefined ? [] : [dictionaryOf(pack, plain(entries), entries.length)];
  const cells: Cell[] = [];
  while (cells.length < rows) {
    const values = Math.min(rows - cells.length, 1 + Math.floor(random() * rows));
    const share = [0, 1, random()][Math.floor(random() * 3)]!;
    const levels = Array.from({ length: values }, () => (!optional || random() < share ? 1 : 0));
    const present = levels.filter((level) => level === 1).length;
    let data: Uint8Array;
    let encoding: number = encodings.plain;
    let given: (number | string)[];
    if (entries !== undefined && random() < 0.8) {
      const width = Math.ceil(Math.log2(entries.length)) + (random() < 0.1 ? 3 : 0);
      const indices: number[] = [];
      for (let index = 0; index < present; index++) {
        indices.push(index > 0 && random() < 0.6 ? indices[index - 1]! : Math.floor(random() * entries.length));
      }
      encoding = encodings.rleDictionary;
      given = indices.map((index) => entries[index]!);
      data = joinBytes(Uint8Array.of(width), randomHybrid(indices, width, random));
    } else {
      given = Array.from({ length: present }, cell);
      data = plain(given);
    }
    const hybrid = optional ? randomHybrid(levels, 1, random) : new Uint8Array();
    const shape = { values, encoding, crc: random() < 0.5 };
    pages.push(
      random() < 0.3 ? pageV2(pack, hybrid, data, shape, present) : pageV1(pack, hybrid, data, shape, optional),
    );
    let next = 0;
    cells.push(...levels.map((level) => (level === 1 ? given[next++]! : null)));
  }
  const bytes = joinBytes(...pages);
  const sum = random() < 0.3 ? pageSum(bytes) >>> 0 : undefined;
  return { bytes, plan: chunkPlan({ type, target, optional, codec, rows, sum }), cells };
}

type Pack = (bytes: Uint8Array) => Uint8Array;
interface Shape {
  readonly values: number;
  readonly encoding: number;
  readonly crc: boolean;
}

function sumOf(packed: Uint8Array, wanted: boolean): { crc?: number } {
  return wanted ? { crc: pageSum(packed) } : {};
}

function dictionaryOf(pack: Pack, plain: Uint8Array, values: number): Uint8Array {
  const packed = pack(plain);
  return dictionaryPage({ values, packed, unpackedBytes: plain.length, ...sumOf(packed, true) });
}

function pageV1(pack: Pack, levels: Uint8Array, data: Uint8Array, shape: Shape, optional: boolean): Uint8Array {
  const bytes = optional ? joinBytes(withLength(levels), data) : data;
  const packed = pack(bytes);
  const { values, encoding, crc } = shape;
  return dataPage({ values, encoding, packed, unpackedBytes: bytes.length, ...sumOf(packed, crc) });
}

function pageV2(pack: Pack, levels: Uint8Array, data: Uint8Array, shape: Shape, present: number): Uint8Array {
  const packed = joinBytes(levels, pack(data));
  const { values, encoding, crc } = shape;
  const unpackedBytes = levels.length + data.length;
  const levelBytes = levels.length;
  return dataPageV2({
    values,
    encoding,
    packed,
    unpackedBytes,
    levelBytes,
    nulls: values - present,
    ...sumOf(packed, crc),
  });
}

function cellsOf(found: ChunkValues): Cell[] {
  if (found.kind !== 'text') return Array.from(found.values, (value, row) => (found.nulls?.[row] === 1 ? null : value));
  const { offsets, bytes } = found.dictionary;
  const texts = Array.from({ length: found.dictionary.size }, (_, code) =>
    new TextDecoder().decode(bytes.subarray(offsets[code], offsets[code + 1])),
  );
  return Array.from(found.codes, (code) => (code < 0 ? null : texts[code]!));
}

/** What comes of a chunk that lies in the memory or elsewhere, whatever the memory held before. */
async function outcome({ plan }: RandomChunk, bytes: Uint8Array, held: boolean, before: number): Promise<unknown> {
  const memory = new PageMemory();
  try {
    memory.takeChunk(bytes.length);
    memory.place({ unpackedBytes: 100_000, values: 10_000, entries: 1000, packedBytes: 10_000 });
    memory.u8.fill(before, memory.chunkAgain().byteOffset);
    memory.chunkAgain().set(bytes);
    return cellsOf(await decodeChunk(held ? memory.chunkAgain() : bytes, plan, memory));
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    return `${error.code}: ${error.message}`;
  } finally {
    memory.release();
  }
}

describe('column chunks', () => {
  it('are read as they were written, wherever they lie (seeds 1 to 250)', async () => {
    for (let seed = 1; seed <= 250; seed++) {
      const chunk = randomChunk(seededRandom(seed));
      for (const held of [true, false]) {
        expect([seed, await outcome(chunk, chunk.bytes, held, 0xa5)]).toEqual([seed, chunk.cells]);
      }
    }
  });

  it('that are damaged are refused or read, but always to the same, whatever lies beside them (seeds 1 to 500)', async () => {
    let refused = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededRandom(seed);
      const chunk = randomChunk(random);
      const bytes = damageBytes(chunk.bytes, random);
      const expected = await outcome(chunk, bytes, false, 0);
      if (typeof expected === 'string') {
        refused++;
        expect(expected).toMatch(
          /^(?:PARQUET_\w+|NUMBER_INEXACT|TIME_INVALID): part\.parquet, row group 2, column mean/,
        );
      } else expect(expected).toHaveLength(chunk.cells.length);
      expect([seed, await outcome(chunk, bytes, true, 0xff)]).toEqual([seed, expected]);
    }
    expect(refused).toBeGreaterThan(300);
  });
});
