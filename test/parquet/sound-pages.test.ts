import { brotliCompressSync, gzipSync } from 'node:zlib';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { describe, expect, it } from 'vitest';
import type { ChunkPlan } from '#src/parquet/values/chunk-plan.js';
import { decodeChunk } from '#src/parquet/read/decode-chunk.js';
import { encodings } from '#src/parquet/format/parquet-types.js';
import { loadZstd } from '#src/parquet/codecs/zstd.js';
import { failureOf } from '../support/failure.js';
import {
  chunkPlan,
  dataPage,
  dataPageV2,
  dictionaryPage,
  joinBytes,
  packBits,
  plainDoubles,
  varint,
  withLength,
} from '../support/parquet-bytes.js';

// What sound writers leave in pages, and looks like damage at first.

/** The values of a chunk of numbers; null where null. */
async function decode(bytes: Uint8Array, replaced: Partial<ChunkPlan>): Promise<(number | null)[]> {
  const found = await decodeChunk(bytes, chunkPlan(replaced));
  if (found.kind === 'text') throw new Error('expected numbers');
  return Array.from(found.values, (value, row) => (found.nulls?.[row] === 1 ? null : value));
}

const entries = [10, 11, 12, 13, 14];
const dictionary = dictionaryPage({ values: 5, packed: plainDoubles(...entries) });
const indices = { encoding: encodings.rleDictionary };

/** A packed run of whole groups of eight, of three bits each. */
function packedRun(values: readonly number[]): Uint8Array {
  return joinBytes(varint(BigInt(values.length / 4 + 1)), packBits(values.map(BigInt), 3));
}

describe('after the indices of a page', () => {
  const rows = Array.from({ length: 512 }, (_, row) => row % 5);
  const block = packedRun(rows.slice(0, 256));

  it.each([256, 512])(
    'DuckDB up to 1.3 leaves a packed block of values that nobody asks for: %i values',
    async (count) => {
      const blocks = [block, packedRun(rows.slice(256))].slice(0, count / 256);
      const packed = joinBytes(Uint8Array.of(3), ...blocks, block);
      const expected = rows.slice(0, count).map((row) => entries[row]);
      expect(
        await decode(joinBytes(dictionary, dataPage({ ...indices, values: count, packed })), { rows: count }),
      ).toEqual(expected);
    },
  );

  it('and after the levels of one', async () => {
    const levels = joinBytes(...[0, 1].map(() => joinBytes(varint(65n), new Uint8Array(32).fill(0x55))));
    const page = (bytes: Uint8Array): Uint8Array =>
      dataPage({ values: 256, packed: joinBytes(withLength(bytes), plainDoubles(...rows.slice(0, 128))) });
    const expected = Array.from({ length: 256 }, (_, row) => (row % 2 === 0 ? rows[row / 2] : null));
    const plan = { rows: 256, optional: true };
    expect(await decode(page(levels), plan)).toEqual(expected);
    const cut = page(levels.subarray(0, -1));
    expect((await failureOf(async () => decode(cut, plan)))[0]).toBe('PARQUET_PAGE_INVALID');
  });

  it.each([
    ['half a block', block.subarray(0, 40)],
    ['a block and a byte', joinBytes(block, Uint8Array.of(0))],
    ['a run', Uint8Array.of(16, 1)],
    ['two blocks', joinBytes(block, block)],
  ])('%s is damage', async (_, behind) => {
    const packed = joinBytes(Uint8Array.of(3), block, behind);
    const bytes = joinBytes(dictionary, dataPage({ ...indices, values: 256, packed }));
    const [code, message] = await failureOf(async () => decode(bytes, { rows: 256 }));
    expect([code, message]).toEqual(['PARQUET_PAGE_INVALID', expect.stringContaining('bytes after its last value')]);
  });

  it.each([0, 1, 7, 8])('fastparquet leaves zero bytes, eight less what its last group takes: %i', async (zeros) => {
    const packed = joinBytes(Uint8Array.of(3), packedRun([0, 1, 2, 3, 4, 0, 1, 2]), new Uint8Array(zeros));
    const bytes = joinBytes(dictionary, dataPage({ ...indices, values: 7, packed }));
    expect(await decode(bytes, { rows: 7, padding: 8 })).toEqual([10, 11, 12, 13, 14, 10, 11]);
  });

  it.each([
    ['nine zero bytes', new Uint8Array(9), 8],
    ['another byte', Uint8Array.of(0, 2), 8],
    ['a zero byte of another writer', Uint8Array.of(0), 0],
  ])('%s is damage', async (_, behind, padding) => {
    const packed = joinBytes(Uint8Array.of(3), packedRun([0, 1, 2, 3, 4, 0, 1, 2]), behind);
    const bytes = joinBytes(dictionary, dataPage({ ...indices, values: 8, packed }));
    expect((await failureOf(async () => decode(bytes, { rows: 8, padding })))[0]).toBe('PARQUET_PAGE_INVALID');
  });
});

const codecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW'] as const;

describe('a page without a byte of values', () => {
  it.each(codecs)('of version 2, of nulls alone, is not unpacked: %s', async (codec) => {
    const page = dataPageV2({ values: 4, nulls: 4, levelBytes: 2, packed: Uint8Array.of(8, 0), unpackedBytes: 2 });
    expect(await decode(page, { rows: 4, optional: true, codec })).toEqual([null, null, null, null]);
  });

  it.each(codecs)('is a dictionary that no page uses: %s', async (codec) => {
    const empty = dictionaryPage({ values: 0, packed: new Uint8Array(), unpackedBytes: 0 });
    const page = dataPageV2({ ...indices, values: 4, nulls: 4, levelBytes: 2, packed: Uint8Array.of(8, 0) });
    expect(await decode(joinBytes(empty, page), { rows: 4, optional: true, codec })).toEqual([null, null, null, null]);
  });

  it('that should have some is damage', async () => {
    const page = dataPage({ values: 1, packed: new Uint8Array(), unpackedBytes: 8 });
    expect(await failureOf(async () => decode(page, { codec: 'SNAPPY' }))).toEqual([
      'PARQUET_PAGE_INVALID',
      expect.stringContaining('the page cannot be decompressed: its 0 bytes are damaged or decompress to more than 8'),
    ]);
  });
});

const zstd = (await loadZstd()).pack;

describe('a page of several frames', () => {
  const pack = { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)), ZSTD: zstd };
  const skippable = Uint8Array.of(0x57, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
  const values = Array.from({ length: 300 }, (_, index) => index / 7);
  const pieces = [values.slice(0, 100), values.slice(100, 101), values.slice(101)].map((piece) =>
    plainDoubles(...piece),
  );

  it.each(['GZIP', 'ZSTD'] as const)('is unpacked whole: %s', async (codec) => {
    const packed = joinBytes(...pieces.map((piece) => pack[codec](piece)));
    const page = dataPage({ values: 300, packed, unpackedBytes: 2400 });
    expect(await decode(page, { rows: 300, codec })).toEqual(values);
  });

  it('may have notes between them, which zstd passes over', async () => {
    const packed = joinBytes(skippable, ...pieces.flatMap((piece) => [zstd(piece), skippable]));
    const page = dataPage({ values: 300, packed, unpackedBytes: 2400 });
    expect(await decode(page, { rows: 300, codec: 'ZSTD' })).toEqual(values);
  });

  it.each([
    ['more than the page tells', joinBytes(...pieces.map((piece) => zstd(piece)), zstd(plainDoubles(1)))],
    ['less than the page tells', joinBytes(...pieces.slice(1).map((piece) => zstd(piece)))],
    ['a frame cut', joinBytes(...pieces.map((piece) => zstd(piece))).slice(0, -3)],
    ['bytes that are no frame', joinBytes(...pieces.map((piece) => zstd(piece)), Uint8Array.of(1, 2, 3, 4, 5))],
  ])('with %s is refused', async (_, packed) => {
    const page = dataPage({ values: 300, packed, unpackedBytes: 2400 });
    expect((await failureOf(async () => decode(page, { rows: 300, codec: 'ZSTD' })))[0]).toBe('PARQUET_PAGE_INVALID');
  });
});

it('a page of Arrow may state a wrong number of nulls: its levels decide', async () => {
  const page = dataPageV2({
    values: 4,
    nulls: 9,
    levelBytes: 2,
    packed: joinBytes(Uint8Array.of(3, 5), plainDoubles(1, 2)),
  });
  const plan = { rows: 4, optional: true };
  expect(await decode(page, { ...plan, untoldNulls: true })).toEqual([1, null, 2, null]);
  expect((await failureOf(async () => decode(page, plan)))[0]).toBe('PARQUET_PAGE_INVALID');
});

describe('a damaged page of any codec', () => {
  const whole = plainDoubles(...Array.from({ length: 50 }, (_, index) => index));
  it.each([
    ['GZIP', gzipSync(whole)],
    ['BROTLI', brotliCompressSync(whole)],
    ['SNAPPY', snappyCompress(whole)],
    ['ZSTD', zstd(whole)],
  ] as const)('is told in our words, a library’s stay in the cause: %s', async (codec, packed) => {
    const page = dataPage({ values: 50, packed: new Uint8Array(packed).subarray(0, -9), unpackedBytes: 400 });
    const [code, message] = await failureOf(async () => decode(page, { rows: 50, codec }));
    expect([code, message]).toEqual([
      'PARQUET_PAGE_INVALID',
      expect.stringMatching(
        /page 1, byte 4: the page cannot be decompressed: its \d+ bytes are damaged or decompress to more than 400$/,
      ),
    ]);
  });
});
