import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { DecodeOptions } from '#src/batch/decode-options.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { joinBytes } from '#src/storage/join-bytes.js';
import { failureOf } from '../support/failure.ts';
import { memoryFile } from '../support/memory-file.ts';
import { dataPage, dictionaryPage, doubles, partWithChunk, thriftStruct } from '../support/parquet-page.ts';

async function meansOf(bytes: Uint8Array, options: DecodeOptions = {}): Promise<number[]> {
  const means: number[] = [];
  for await (const batch of decodeParquet(memoryFile(bytes, 'x.parquet'), { ...options, columns: ['mean'] })) {
    const column = batch.columns.get('mean');
    if (column?.kind === 'number') means.push(...column.values);
  }
  return means;
}

const sound = dataPage(doubles(4.5));
const indices = Uint8Array.of(1, 3, 1); // one bit each, a run of one group: 1
const dictionary = dictionaryPage(doubles(1, 2), 2);

describe('a page', () => {
  it('that is sound is read, plain and through a dictionary', async () => {
    expect(await meansOf(partWithChunk(sound))).toEqual([4.5]);
    expect(await meansOf(partWithChunk(joinBytes(dictionary, dataPage(indices, { encoding: 8 }))))).toEqual([2]);
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ['a size below zero', dataPage(doubles(1), { packed: -1 }), 'PARQUET_PAGE_INVALID', /page 1/],
    ['an unpacked size below zero', dataPage(doubles(1), { unpacked: -5 }), 'PARQUET_PAGE_INVALID', /page 1/],
    ['a size beyond its chunk', dataPage(doubles(1), { packed: 2 ** 31 - 1 }), 'PARQUET_PAGE_INVALID', /page 1/],
    ['no sizes', Uint8Array.from([...thriftStruct([[1, 0]]), ...doubles(1)]), 'PARQUET_PAGE_INVALID', /page 1/],
    [
      'no counts',
      Uint8Array.from([
        ...thriftStruct([
          [1, 0],
          [2, 8],
          [3, 8],
        ]),
        ...doubles(1),
      ]),
      'PARQUET_PAGE_INVALID',
      /page 1/,
    ],
    ['values below zero', dataPage(doubles(1), { values: -1 }), 'PARQUET_PAGE_INVALID', /at most 1 values, found -1/],
    ['values beyond the rows', dataPage(doubles(1), { values: 2 ** 30 }), 'PARQUET_PAGE_INVALID', /found 1073741824/],
    ['a type that there is none of', dataPage(doubles(1), { type: 9 }), 'PARQUET_PAGE_INVALID', /page 1/],
    ['an encoding that there is none of', dataPage(doubles(1), { encoding: 77 }), 'PARQUET_UNSUPPORTED', /encoding 77/],
    ['fewer bytes than values', dataPage([1, 2, 3]), 'PARQUET_PAGE_INVALID', /page 1/],
    ['more bytes than values', dataPage([...doubles(1), 0]), 'PARQUET_PAGE_INVALID', /page 1/],
    [
      'structs without end',
      Uint8Array.from(Array.from({ length: 5000 }, () => 0x1c)),
      'PARQUET_PAGE_INVALID',
      /page header/,
    ],
    [
      'a number without end',
      Uint8Array.from([0x15, ...Array.from({ length: 50 }, () => 0xff)]),
      'PARQUET_PAGE_INVALID',
      /page header/,
    ],
  ])('with %s is refused', async (_, page, code, message) => {
    const [found, text] = await failureOf(() => meansOf(partWithChunk(page)));
    expect([found, text]).toEqual([code, expect.stringMatching(message)]);
    expect(text).toMatch(/^x\.parquet, row group 1, column mean/);
  });

  it.each<[string, readonly Uint8Array[], string, RegExp]>([
    [
      'an index that is not in its dictionary',
      [dictionaryPage(doubles(1), 1), dataPage(indices, { encoding: 8 })],
      'PARQUET_PAGE_INVALID',
      /page 2/,
    ],
    ['no dictionary', [dataPage(indices, { encoding: 8 })], 'PARQUET_PAGE_INVALID', /page 1/],
    [
      'two dictionaries',
      [dictionary, dictionary, dataPage(indices, { encoding: 8 })],
      'PARQUET_PAGE_INVALID',
      /dictionary/,
    ],
    ['a dictionary behind its values', [sound, dictionary], 'PARQUET_', /column mean/],
    [
      'a dictionary of more entries than bytes',
      [dictionaryPage(doubles(1), 9), sound],
      'PARQUET_PAGE_INVALID',
      /page 1/,
    ],
    [
      'no values',
      [dataPage([], { values: 0, raw: true })],
      'PARQUET_ROW_COUNT',
      /hold only 0 values, but the row group has 1 rows/,
    ],
    ['two pages for one row', [sound, sound], 'PARQUET_ROW_COUNT', /more than 1 values, but the row group has 1 rows/],
    ['only a dictionary', [dictionary], 'PARQUET_ROW_COUNT', /hold only 0 values/],
  ])('sequence with %s is refused', async (_, pages, code, message) => {
    const [found, text] = await failureOf(() => meansOf(partWithChunk(joinBytes(...pages))));
    expect([found.startsWith(code), found, text]).toEqual([true, found, expect.stringMatching(message)]);
  });

  it('that unpacks to an absurd multiple is refused before it is unpacked', async () => {
    const body = gzipSync(new Uint8Array(100_000));
    const bomb = dataPage(body, { unpacked: 2 ** 31 - 1, raw: true });
    const [code, text] = await failureOf(() => meansOf(partWithChunk(bomb, { codec: 'GZIP' })));
    expect([code, text]).toEqual(['PARQUET_TOO_LARGE', expect.stringMatching(/page 1.*limits\.maxPageBytes/)]);
    const ratio = dataPage(body, { unpacked: 200 * 1024 * 1024, raw: true });
    const [other, message] = await failureOf(() => meansOf(partWithChunk(ratio, { codec: 'GZIP' })));
    expect([other, message]).toEqual(['PARQUET_TOO_LARGE', expect.stringMatching(/page 1.*limits\.maxRatio/)]);
  });

  it('that decompresses to more than it claims is refused, and takes no memory for the rest', async () => {
    const body = gzipSync(new Uint8Array(300_000_000));
    const before = process.resourceUsage().maxRSS;
    const lie = dataPage(body, { unpacked: 8, raw: true });
    const [code] = await failureOf(() => meansOf(partWithChunk(lie, { codec: 'GZIP' })));
    expect(code).toBe('PARQUET_PAGE_INVALID');
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000);
  });
});

describe('a footer', () => {
  it.each<[string, Parameters<typeof partWithChunk>[1], string]>([
    ['places a chunk before the file', { data_page_offset: -4n }, 'PARQUET_FOOTER_INVALID'],
    ['places a chunk behind the file', { data_page_offset: 10n ** 12n }, 'PARQUET_FOOTER_INVALID'],
    ['gives a chunk more bytes than the file', { total_compressed_size: 10n ** 15n }, 'PARQUET_FOOTER_INVALID'],
    ['gives a chunk fewer bytes than none', { total_compressed_size: -1n }, 'PARQUET_FOOTER_INVALID'],
    ['gives a chunk other values than rows', { num_values: 2n }, 'PARQUET_ROW_COUNT'],
    ['gives a chunk no values', { num_values: -1n }, 'PARQUET_ROW_COUNT'],
    ['names a codec that is not read', { codec: 'LZO' }, 'PARQUET_UNSUPPORTED'],
    ['gives a chunk another type', { type: 'INT32' }, 'PARQUET_FOOTER_INVALID'],
    ['gives a chunk another name', { path_in_schema: ['p10'] }, 'PARQUET_FOOTER_INVALID'],
  ])('that %s is refused', async (_, change, code) => {
    const [found, text] = await failureOf(() => meansOf(partWithChunk(sound, change)));
    expect([found, text]).toEqual([code, expect.stringMatching(/^x\.parquet, row group 1, column mean: /)]);
  });

  it('whose dictionary lies at 0 has none', async () => {
    expect(await meansOf(partWithChunk(sound, { dictionary_page_offset: 0n }))).toEqual([4.5]);
  });
});
