import { describe, expect, it } from 'vitest';
import { createMemoryStorage, convertExport, createExportWriter, type ConvertOptions } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import { loadPacking } from '#src/parquet/codecs/compress.js';
import { loadLibrary } from '#src/parquet/codecs/zstd-library.js';
import { bloomBytes } from '#src/parquet/format/bloom-filter.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import type { ParquetEncodeOptions } from '#src/parquet/write/encode.js';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { slowBloomFilter, slowMayHold, slowXxh64 } from '../reference/slow-bloom.ts';
import { forecastSchema, seededRandom, type Row as Cells } from '../support/column-batch.ts';
import { encodeParquet, forecastRows } from '../support/encode-parquet.ts';
import { failureOf } from '../support/failure.ts';
import { memoryFile } from '../support/memory-file.ts';
import { rawChunks } from '../support/raw-footer.ts';
import { sweepsAll } from '../support/sweep.ts';

const schema = forecastSchema(['mean', '0.9'], ['region']);

async function decode(bytes: Uint8Array): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of decodeParquet(memoryFile(bytes))) rows.push(...toRows(batch));
  return rows;
}

const encodingsOf = (bytes: Uint8Array<ArrayBuffer>): Record<string, readonly string[]> =>
  Object.fromEntries(
    parquetMetadata(bytes.buffer).row_groups.flatMap(({ columns }) =>
      columns.map(({ meta_data }) => [meta_data!.path_in_schema[0]!, meta_data!.encodings]),
    ),
  );

describe('BYTE_STREAM_SPLIT', () => {
  it.each(['snappy', 'gzip', 'zstd'] as const)('%s: is read again, here and by hyparquet', async (compression) => {
    const random = seededRandom(4);
    // seventeen digits each, and the same sign and exponent; p90 is a run
    const rows = forecastRows(3000, 4).map((row, index) => ({
      ...row,
      mean: random() < 0.05 && index > 1500 ? null : 1 + random(),
      p90: index < 1650 ? 7 : 1e300,
    }));
    const plain = await encodeParquet(schema, rows, { compression, rowGroupRows: 1100 });
    const split = await encodeParquet(schema, rows, { compression, rowGroupRows: 1100, byteStreamSplit: true });
    expect(await decode(split)).toEqual(await decode(plain));
    const others = await Promise.all(
      [split, plain].map(async ({ buffer }) => parquetReadObjects({ file: buffer, compressors })),
    );
    expect(others[0]).toEqual(others[1]);
    expect(split.length).toBeLessThan(plain.length);
    expect(encodingsOf(split)).toMatchObject({ mean: ['RLE', 'BYTE_STREAM_SPLIT'], p90: ['PLAIN', 'RLE'] });
    expect(encodingsOf(plain)).toMatchObject({ mean: ['PLAIN', 'RLE'], p90: ['PLAIN', 'RLE'] });
  });

  it('is not used where nothing is packed', async () => {
    const options: ParquetEncodeOptions = { compression: 'uncompressed' };
    const plain = await encodeParquet(schema, forecastRows(500, 1), options);
    expect(await encodeParquet(schema, forecastRows(500, 1), { ...options, byteStreamSplit: true })).toEqual(plain);
  });
});

describe('the level of zstd', () => {
  it('decides about the size, in Node and in WebAssembly', async () => {
    const text = Buffer.from(JSON.stringify(forecastRows(sweepsAll ? 2000 : 400, 9)));
    const { pack, unpack } = await loadLibrary();
    const sizes = [3, 9, 19].map((level) => pack(text, level).length);
    expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    expect(new Set(sizes).size).toBe(3);
    expect(pack(text).length).toBe(sizes[0]);
    expect(Buffer.from(unpack(pack(text, 19), text.length))).toEqual(text);
    const packings = await Promise.all([9, 19, undefined].map(async (level) => loadPacking('zstd', level)));
    const [middle, small, usual] = packings.map((packing) => packing.pack!(text).length);
    expect(small).toBeLessThan(middle!);
    expect(middle).toBeLessThan(usual!);
  });

  it('is refused for other compressions, by every function', async () => {
    const source = createMemoryStorage();
    await generateExport(source, { items: 2, windows: 1, parts: 1, format: 'CSV' });
    const convert = async (options: Partial<ConvertOptions>): Promise<unknown> =>
      failureOf(async () => convertExport(source, createMemoryStorage(), { format: 'PARQUET', ...options }));
    const told = 'compressionLevel: expected the compression zstd, which alone has levels, found ';
    expect(await convert({ compressionLevel: 4 })).toEqual([
      'OPTION_INVALID',
      expect.stringContaining(`${told}snappy`),
    ]);
    expect(await convert({ compression: 'gzip', compressionLevel: 4 })).toEqual([
      'OPTION_INVALID',
      expect.stringContaining(`${told}gzip`),
    ]);
    expect(await convert({ compression: 'zstd', compressionLevel: 23 })).toEqual([
      'OPTION_INVALID',
      expect.any(String),
    ]);
    const writer = {
      jobName: 'a',
      exportedAt: '2021-12-14T13-20-10Z',
      format: 'PARQUET',
      compressionLevel: 2,
    } as const;
    expect(await failureOf(async () => createExportWriter(createMemoryStorage(), writer))).toEqual([
      'OPTION_INVALID',
      expect.stringContaining(told),
    ]);
  });
});

describe('Bloom filters of item ids', () => {
  const filtersOf = (bytes: Uint8Array): (Uint8Array | undefined)[] =>
    rawChunks(bytes).flatMap((group) =>
      group.map(({ bloomFilter }) => {
        if (bloomFilter === undefined) return undefined;
        const { offset, bytes: length } = bloomFilter;
        return bytes.subarray(offset, offset + length);
      }),
    );

  it('are those of the slow reference, and of no other column (seeds 1 to 5)', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const rows: Cells[] = forecastRows(700, seed, seed % 2 === 0).map((row, index) => ({
        ...row,
        item_id: `${String(row['item_id'])}${'x'.repeat(index % 71)}`,
      }));
      const bytes = await encodeParquet(schema, rows, { rowGroupRows: 300, bloomFilter: true });
      expect(filtersOf(bytes)).toHaveLength(3 * schema.columns.length);
      for (const [index, found] of filtersOf(bytes).entries()) {
        const group = Math.floor(index / schema.columns.length);
        const items = new Set(rows.slice(300 * group, 300 * (group + 1)).map((row) => String(row['item_id'])));
        if (index % schema.columns.length !== 0) expect(found).toBeUndefined();
        else {
          const size = bloomBytes(items.size);
          expect([seed, Buffer.from(found!.slice(-size))]).toEqual([seed, Buffer.from(slowBloomFilter(items, size))]);
          // one block, XXH64, not compressed: after the number of bytes
          expect(Buffer.from(found!.slice(-size - 13, -size)).toString('hex')).toMatch(/1c1c00001c1c00001c1c000000$/);
        }
      }
      expect(await decode(bytes)).toEqual(await decode(await encodeParquet(schema, rows, { rowGroupRows: 300 })));
    }
  });

  it('mistake less than one in a hundred other texts', () => {
    const texts = (prefix: string): string[] => Array.from({ length: 1900 }, (_, index) => `${prefix}${index}`);
    const size = bloomBytes(1900);
    expect([size, bloomBytes(0), bloomBytes(1), bloomBytes(10_000_000)]).toEqual([4096, 32, 32, 1 << 20]);
    const filter = slowBloomFilter(texts('a'), size);
    expect(texts('a').every((text) => slowMayHold(filter, text))).toBe(true);
    expect(texts('b').filter((text) => slowMayHold(filter, text)).length).toBeLessThan(19);
  });

  it('hash as published test vectors do', () => {
    const hash = (text: string): string => slowXxh64(Buffer.from(text)).toString(16);
    expect([hash(''), hash('a'), hash('abc')]).toEqual(['ef46db3751d8e999', 'd24ec4f1a98c6e5b', '44bc2cf5ad770999']);
  });

  it('are under the checksum of the end of the file', async () => {
    const rows = forecastRows(9000, 3, true);
    const bytes = await encodeParquet(schema, rows, { bloomFilter: true, rowGroupRows: 900 });
    for (const filter of filtersOf(bytes)) {
      if (filter === undefined) continue;
      filter[filter.length - 1]! ^= 4;
      expect(await failureOf(async () => decode(bytes))).toEqual([
        'PARQUET_CRC_MISMATCH',
        expect.stringContaining('does not match its checksum in the footer'),
      ]);
      filter[filter.length - 1]! ^= 4;
    }
    expect(await decode(bytes)).toHaveLength(9000);
  });
});
