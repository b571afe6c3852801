import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#src/errors.js';
import type { ChunkPlan } from '#src/parquet/values/chunk-plan.js';
import { decodeChunk } from '#src/parquet/read/decode-chunk.js';
import { encodings } from '#src/parquet/format/parquet-types.js';
import { failureOf } from '../support/failure.js';
import {
  chunkPlan,
  dataPage,
  dataPageV2,
  dictionaryPage,
  joinBytes,
  pageHeader,
  pageSum,
  plainDoubles,
  plainTexts,
  randomHybrid,
  withLength,
  type PageShape,
} from '../support/parquet-bytes.js';
import { seededRandom } from '../support/random.js';

const text = { type: 'BYTE_ARRAY', target: { kind: 'text' } } as const;

/** The values of a chunk as an array: null where null, texts decoded. */
async function decode(bytes: Uint8Array, replaced: Partial<ChunkPlan> = {}): Promise<(number | string | null)[]> {
  const found = await decodeChunk(bytes, chunkPlan(replaced));
  if (found.kind !== 'text') return Array.from(found.values, (value, row) => (found.nulls?.[row] === 1 ? null : value));
  const { codes, dictionary } = found;
  return Array.from(codes, (code) =>
    code < 0
      ? null
      : Buffer.from(dictionary.bytes.subarray(dictionary.offsets[code], dictionary.offsets[code + 1])).toString(),
  );
}

describe('the pages of a chunk', () => {
  it('of both versions give the same values, with and without nulls (seeds 1 to 200)', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const optional = random() < 0.7;
      const asText = random() < 0.5;
      const expected: (number | string | null)[] = [];
      const pages: Uint8Array[] = [];
      const entries = Array.from({ length: 1 + Math.floor(random() * 9) }, (_, index) =>
        asText ? `text ${index}` : index,
      );
      const withDictionary = random() < 0.7;
      const pack = (values: readonly (number | string)[]): Uint8Array =>
        asText ? plainTexts(...values.map(String)) : plainDoubles(...values.map(Number));
      if (withDictionary) pages.push(dictionaryPage({ values: entries.length, packed: pack(entries) }));
      for (let page = 0; page < 4; page++) {
        const rows = Array.from({ length: Math.floor(random() * 30) }, () => {
          const entry = Math.floor(random() * entries.length);
          return optional && random() < 0.3 ? null : entry;
        });
        expected.push(...rows.map((entry) => (entry === null ? null : entries[entry]!)));
        const present = rows.filter((entry) => entry !== null);
        const indexed = withDictionary && random() < 0.7;
        const values = indexed
          ? joinBytes(Uint8Array.of(4), randomHybrid(present, 4, random))
          : pack(present.map((entry) => entries[entry]!));
        const levels = optional
          ? randomHybrid(
              rows.map((entry) => (entry === null ? 0 : 1)),
              1,
              random,
            )
          : new Uint8Array();
        const shape = { values: rows.length, encoding: indexed ? encodings.rleDictionary : encodings.plain };
        if (random() < 0.5) {
          const packed = joinBytes(optional ? withLength(levels) : levels, values);
          pages.push(dataPage({ ...shape, packed, crc: pageSum(packed) }));
        } else {
          const packed = joinBytes(levels, values);
          pages.push(dataPageV2({ ...shape, packed, levelBytes: levels.length, nulls: rows.length - present.length }));
        }
      }
      const plan = { optional, rows: expected.length, ...(asText ? text : {}) };
      expect([seed, await decode(joinBytes(...pages), plan)]).toEqual([seed, expected]);
    }
  });

  it('count those without a checksum, and pass over an index page', async () => {
    const packed = plainDoubles(1);
    const index = joinBytes(pageHeader({ field_1: 1, field_2: 3, field_3: 3 }), new Uint8Array(3));
    const bytes = joinBytes(
      index,
      dataPage({ values: 1, packed, crc: pageSum(packed) }),
      dataPage({ values: 1, packed }),
    );
    const { pages } = await decodeChunk(bytes, chunkPlan({ rows: 2 }));
    expect(pages).toEqual({ pages: 3, unchecked: 2 });
  });

  it('of version 2 may be left unpacked one by one', async () => {
    const packed = plainDoubles(1, 2);
    const replacedWithin = { field_7: false };
    expect(await decode(dataPageV2({ values: 2, packed, replacedWithin }), { rows: 2, codec: 'GZIP' })).toEqual([1, 2]);
    const page = dataPageV2({ values: 2, packed: new Uint8Array(gzipSync(packed)), unpackedBytes: 16 });
    expect(await decode(page, { rows: 2, codec: 'GZIP' })).toEqual([1, 2]);
  });
});

const one = plainDoubles(1);
const bomb = new Uint8Array(gzipSync(new Uint8Array(1 << 22)));
const sound: PageShape = { values: 1, packed: one };
const indices = (...bytes: number[]): PageShape => ({
  values: 1,
  encoding: encodings.rleDictionary,
  packed: Uint8Array.from(bytes),
});
const dictionary = dictionaryPage({ values: 2, packed: plainDoubles(5, 6) });
const texts = dictionaryPage({ values: 1, packed: plainTexts('a') });

type Hostile = [
  name: string,
  bytes: Uint8Array,
  plan: Partial<ChunkPlan>,
  code: ErrorCode,
  place: string,
  problem: string,
];

const headers: Hostile[] = [
  [
    'no header',
    Uint8Array.of(0xff, 0xff),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a page header, found other bytes',
  ],
  [
    'nothing',
    new Uint8Array(),
    {},
    'PARQUET_ROW_COUNT',
    ', byte 4',
    'the pages hold only 0 values, but the row group has 1 rows',
  ],
  [
    'a header cut',
    dataPage(sound).subarray(0, 9),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a page header, found other bytes',
  ],
  [
    'a page cut',
    dataPage(sound).subarray(0, -1),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the page has 8 bytes, but its column chunk has only 7 left',
  ],
  [
    'bytes behind',
    joinBytes(dataPage(sound), Uint8Array.of(0)),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 29',
    'expected valid page sizes, found undefined and undefined',
  ],
  [
    'a negative size',
    dataPage({ ...sound, replaced: { field_3: -8 } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected valid page sizes, found -8 and 8',
  ],
  [
    'a huge size',
    dataPage({ ...sound, replaced: { field_3: 0x7fff_ffff } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the page has 2147483647 bytes, but its column chunk has only 8 left',
  ],
  [
    'a negative unpacked size',
    dataPage({ ...sound, unpackedBytes: -1 }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected valid page sizes, found 8 and -1',
  ],
  [
    'no unpacked size',
    dataPage({ ...sound, replaced: { field_2: undefined } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected valid page sizes, found 8 and undefined',
  ],
  [
    'a huge unpacked size',
    dataPage({ ...sound, unpackedBytes: 1 << 30 }),
    {},
    'PARQUET_TOO_LARGE',
    ', page 1, byte 4',
    'the page decompresses to 1073741824 bytes, more than the 16777216 allowed; raise limits.maxPageBytes',
  ],
  [
    'a bomb',
    dataPage({ values: 1 << 19, packed: bomb, unpackedBytes: 1 << 22 }),
    { rows: 1 << 19, codec: 'GZIP', limits: { pageBytes: 1 << 24, ratio: 100, textBytes: 1 } },
    'PARQUET_TOO_LARGE',
    ', page 1, byte 4',
    `the page of ${bomb.length} bytes decompresses to 4194304, more than 100 times its size; raise limits.maxRatio`,
  ],
  [
    'a bomb that tells less',
    dataPage({ values: 1, packed: bomb, unpackedBytes: 8 }),
    { codec: 'GZIP' },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the page cannot be decompressed: its 4098 bytes are damaged or decompress to more than 8',
  ],
  [
    'another type',
    dataPage({ ...sound, replaced: { field_1: 9 } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a data or dictionary page with its own header, found type 9',
  ],
  [
    'no own header',
    dataPage({ ...sound, replaced: { field_5: undefined } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a data or dictionary page with its own header, found type 0',
  ],
  [
    'negative values',
    dataPage({ ...sound, values: -1 }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a page of at most 1 values, found -1 in encoding 0',
  ],
  [
    'too many values',
    dataPage({ ...sound, values: 0x7fff_ffff }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a page of at most 1 values, found 2147483647 in encoding 0',
  ],
  [
    'no encoding',
    dataPage({ ...sound, replacedWithin: { field_2: undefined } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a page of at most 1 values, found 1 in encoding undefined',
  ],
  [
    'too few values',
    dataPage(sound),
    { rows: 2 },
    'PARQUET_ROW_COUNT',
    ', byte 4',
    'the pages hold only 1 values, but the row group has 2 rows',
  ],
  [
    'more values than rows',
    joinBytes(dataPage(sound), dataPage(sound)),
    {},
    'PARQUET_ROW_COUNT',
    ', byte 4',
    'the pages hold more than 1 values, but the row group has 1 rows',
  ],
  [
    'a wrong checksum',
    dataPage({ ...sound, crc: 7 }),
    {},
    'PARQUET_CRC_MISMATCH',
    ', page 1, byte 4',
    'the page does not match its checksum',
  ],
  [
    'a checksum of 64 bits',
    dataPage({ ...sound, crc: 7, replaced: { field_4: 7n } }),
    {},
    'PARQUET_CRC_MISMATCH',
    ', page 1, byte 4',
    'the page does not match its checksum',
  ],
  [
    'a truth value in place of the checksum',
    dataPage({ ...sound, crc: 7, replaced: { field_4: true } }),
    {},
    'PARQUET_CRC_MISMATCH',
    ', page 1, byte 4',
    'the page does not match its checksum',
  ],
  [
    'a wrong sum of the chunk',
    dataPage(sound),
    { sum: 7 },
    'PARQUET_CRC_MISMATCH',
    ', byte 4',
    'the column chunk does not match its checksum in the footer',
  ],
  [
    'levels not in RLE',
    dataPage({ ...sound, replacedWithin: { field_3: 4 } }),
    { optional: true },
    'PARQUET_UNSUPPORTED',
    ', page 1, byte 4',
    'expected levels in RLE, found encoding 4',
  ],
  [
    'levels beyond the page',
    dataPageV2({ ...sound, levelBytes: 9 }),
    { optional: true },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected levels within the page of 8 bytes, found 9 and 0',
  ],
  [
    'negative levels',
    dataPageV2({ ...sound, levelBytes: -1 }),
    { optional: true },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected levels within the page of 8 bytes, found -1 and 0',
  ],
  [
    'levels of a required column',
    dataPageV2({ ...sound, levelBytes: 2 }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected levels within the page of 8 bytes, found 2 and 0',
  ],
  [
    'repetition levels',
    dataPageV2({ ...sound, replacedWithin: { field_6: 3 } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected levels within the page of 8 bytes, found 0 and 3',
  ],
  [
    'other rows than values',
    dataPageV2({ ...sound, replacedWithin: { field_3: 2 } }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected 1 rows in the page, found 2',
  ],
  [
    'nulls in a required column',
    dataPageV2({ ...sound, nulls: 1 }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected at most 0 nulls in the page, found 1',
  ],
  [
    'other nulls than levels',
    dataPageV2({ values: 1, packed: joinBytes(Uint8Array.of(2, 1), one), levelBytes: 2, nulls: 1 }),
    { optional: true },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the page header says 1 nulls, its levels 0',
  ],
  [
    'a second dictionary',
    joinBytes(dictionary, dictionary, dataPage(indices(1, 2, 0))),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 33',
    'expected a dictionary page only as the first page of the column chunk',
  ],
  [
    'a dictionary behind',
    joinBytes(dataPage(sound), dictionary),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 29',
    'expected a dictionary page only as the first page of the column chunk',
  ],
  [
    'a dictionary that tells too many',
    dictionaryPage({ values: 3, packed: plainDoubles(5, 6) }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected a page of at most 2 values, found 3 in encoding 0',
  ],
];

const contents: Hostile[] = [
  [
    'no dictionary',
    dataPage(indices(1, 2, 0)),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the values are indices, but the column chunk has no dictionary page',
  ],
  [
    'an index out of the dictionary',
    joinBytes(dictionary, dataPage(indices(2, 2, 2))),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 33',
    'value 1 is entry 2 of a dictionary of 2',
  ],
  [
    'an index that looks negative',
    joinBytes(dictionary, dataPage(indices(32, 2, 255, 255, 255, 255))),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 33',
    'value 1 is entry 4294967295 of a dictionary of 2',
  ],
  [
    'indices of 33 bits',
    joinBytes(dictionary, dataPage(indices(33, 2, 0))),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 33',
    'expected indices of at most 32 bits, found 33',
  ],
  [
    'no width of indices',
    joinBytes(dictionary, dataPage(indices())),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 33',
    'expected indices of at most 32 bits, found 33',
  ],
  [
    'bytes behind the indices',
    joinBytes(dictionary, dataPage(indices(1, 2, 1, 0))),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 2, byte 33',
    'the page has 1 bytes after its last value',
  ],
  [
    'a dictionary in another encoding',
    joinBytes(dictionaryPage({ values: 1, packed: one, replacedWithin: { field_2: 5 } }), dataPage(indices(0, 2))),
    {},
    'PARQUET_UNSUPPORTED',
    ', page 1, byte 4',
    'expected a plain dictionary, found encoding 5',
  ],
  [
    'a dictionary with bytes behind',
    joinBytes(dictionaryPage({ values: 1, packed: plainDoubles(5, 6) }), dataPage(indices(0, 2))),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected 1 values of 8 bytes, found 16 bytes',
  ],
  [
    'values too few',
    dataPage({ values: 2, packed: one }),
    { rows: 2 },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected 2 values of 8 bytes, found 8 bytes',
  ],
  [
    'values too many',
    dataPage({ values: 1, packed: plainDoubles(1, 2) }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected 1 values of 8 bytes, found 16 bytes',
  ],
  [
    'split values too few',
    dataPage({ values: 2, packed: one, encoding: encodings.byteStreamSplit }),
    { rows: 2 },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected 2 values of 8 bytes, found 8 bytes',
  ],
  [
    'an unknown encoding of numbers',
    dataPage({ ...sound, encoding: 4 }),
    {},
    'PARQUET_UNSUPPORTED',
    ', page 1, byte 4',
    'numbers of type DOUBLE in encoding 4 are not supported',
  ],
  [
    'deltas of doubles',
    dataPage({ ...sound, encoding: encodings.deltaBinaryPacked }),
    {},
    'PARQUET_UNSUPPORTED',
    ', page 1, byte 4',
    'numbers of type DOUBLE in encoding 5 are not supported',
  ],
  [
    'an unknown encoding of texts',
    dataPage({ ...sound, encoding: 4 }),
    text,
    'PARQUET_UNSUPPORTED',
    ', page 1, byte 4',
    'texts in encoding 4 are not supported',
  ],
  [
    'no length of levels',
    dataPage({ values: 1, packed: new Uint8Array(3) }),
    { optional: true },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected the length of the definition levels, found 3 bytes',
  ],
  [
    'a length of levels beyond the page',
    dataPage({ values: 1, packed: new Uint8Array(4).fill(255) }),
    { optional: true },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the definition levels have 4294967295 bytes, but the page has only 0 left',
  ],
  [
    'a level of 2',
    dataPage({ values: 1, packed: withLength(Uint8Array.of(2, 2)) }),
    { optional: true },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected levels of 0 and 1, found a run of 2',
  ],
  [
    'bytes behind the levels',
    dataPage({ values: 1, packed: withLength(Uint8Array.of(2, 0, 0)) }),
    { optional: true },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the levels have 1 bytes after those of 1 rows',
  ],
  [
    'a text beyond the page',
    dataPage({ values: 1, packed: Uint8Array.of(255, 255, 255, 255, 97) }),
    text,
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'value 1 has 4294967295 bytes, but the page has only 1 left',
  ],
  [
    'texts too few',
    dataPage({ values: 2, packed: plainTexts('a') }),
    { ...text, rows: 2 },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the page ends after 1 of 2 values',
  ],
  [
    'bytes behind the texts',
    dataPage({ values: 1, packed: plainTexts('a', 'b') }),
    text,
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'the page has 5 bytes after its last value',
  ],
  [
    'text that is not UTF-8',
    dataPage({ values: 1, packed: plainTexts(Uint8Array.of(0xc3)) }),
    text,
    'PARQUET_PAGE_INVALID',
    ', byte 4',
    'expected text in UTF-8, found other bytes',
  ],
  [
    'a character cut in two',
    dataPage({ values: 2, packed: plainTexts(Uint8Array.of(0xc3), Uint8Array.of(0xa4)) }),
    { ...text, rows: 2 },
    'PARQUET_PAGE_INVALID',
    ', byte 4',
    'expected text in UTF-8, found other bytes',
  ],
  [
    'texts beyond the memory',
    joinBytes(texts, dataPage({ values: 1, packed: plainTexts('b'.repeat(40)) })),
    { ...text, limits: { pageBytes: 100, ratio: 9, textBytes: 100 } },
    'PARQUET_TOO_LARGE',
    ', page 2, byte 22',
    'the texts of the column need more than the remaining 100 bytes of memory; raise limits.maxRowGroupBytes',
  ],
  [
    'a page that is not packed but has another length',
    dataPageV2({ values: 1, packed: one, unpackedBytes: 9, replacedWithin: { field_7: false } }),
    { codec: 'GZIP' },
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected 9 bytes in a page that is not packed, found 8',
  ],
  [
    'a page without a codec of another length',
    dataPage({ values: 1, packed: one, unpackedBytes: 9 }),
    {},
    'PARQUET_PAGE_INVALID',
    ', page 1, byte 4',
    'expected the page to decompress to 9 bytes, found 8',
  ],
];

describe('hostile pages', () => {
  it.each([...headers, ...contents])('with %s are refused', async (_, bytes, plan, code, place, problem) => {
    const found = await failureOf(async () => decode(bytes, plan));
    expect(found).toEqual([code, `part.parquet, row group 2, column mean${place}: ${problem}`]);
  });
});
