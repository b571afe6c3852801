import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '#src/errors.js';
import { TextTable } from '#src/batch/tables/text-table.js';
import type { ChunkPlan } from '#src/parquet/values/chunk-plan.js';
import { unpackPage } from '#src/parquet/codecs/decompress.js';
import { ArrayPool, ReusedArrays } from '#src/parquet/values/reused-arrays.js';
import { decodeChunk } from '#src/parquet/read/decode-chunk.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { encodings } from '#src/parquet/format/parquet-types.js';
import { limitsOfFile } from '#src/parquet/format/file-limits.js';
import type { PagePlace } from '#src/parquet/values/page-place.js';
import { WorkBudget } from '#src/parquet/values/work-budget.js';
import { loadLibrary } from '#src/parquet/codecs/zstd-library.js';
import { collect } from '../support/collect.js';
import { failure, failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import {
  chunkPlan,
  dataPage,
  deltaPacked,
  dictionaryPage,
  joinBytes,
  plainDoubles,
  plainTexts,
} from '../support/parquet-bytes.js';
import { parquetPart, withFooter, type ParquetColumn } from '../support/parquet-file.js';

const mebibyte = 1 << 20;

/** The part of one row, told to have as many. */
function partOfRows(rows: number): Uint8Array {
  return withFooter(parquetPart(), (footer) => ({
    ...footer,
    num_rows: BigInt(rows),
    row_groups: footer.row_groups.map((group) => ({
      ...group,
      num_rows: BigInt(rows),
      columns: group.columns.map((chunk) => ({
        ...chunk,
        meta_data: { ...chunk.meta_data!, num_values: BigInt(rows) },
      })),
    })),
  }));
}

const read = async (bytes: Uint8Array, options = {}): Promise<unknown> =>
  collect(decodeParquet(memoryFile(bytes, 'part.parquet'), options));

describe('what a file may ask for grows with its size', () => {
  it('up to what a large one is allowed', () => {
    const small = limitsOfFile(30_000);
    expect(small.rowGroupBytes).toBeLessThan(200 * mebibyte);
    expect(small.rows).toBeLessThan(19_000_000);
    expect(small.workBytes).toBeLessThan(264 * mebibyte);
    expect(limitsOfFile(mebibyte).rowGroupBytes).toBe(256 * mebibyte);
    // a row group of 128 MB and of a million rows is read whatever else the file holds
    expect(limitsOfFile(128e6).rowGroupBytes).toBe(768 * mebibyte);
  });

  it('and what the caller says goes before', () => {
    expect(limitsOfFile(10, { maxRowGroupBytes: 5e9, maxPageBytes: 7 })).toMatchObject({
      rowGroupBytes: 5e9,
      pageBytes: 7,
    });
    expect(limitsOfFile(1e6, { maxRatio: 1e6 }).rows).toBeGreaterThan(3e10);
  });

  it.each<[string, number, object, ErrorCode, string]>([
    ['280 million rows', 280e6, {}, 'PARQUET_TOO_LARGE', 'the file claims 280000000 rows, but its size allows'],
    ['280 million rows, if one says so', 280e6, { maxRatio: 1e8 }, 'PARQUET_TOO_LARGE', 'limits.maxRowGroupBytes'],
    ['10 million rows in a row group', 10e6, {}, 'PARQUET_TOO_LARGE', 'needs 490000'],
    // allowed both, there are not as many
    ['10 million rows, if one says so', 10e6, { maxRowGroupBytes: 2 ** 40 }, 'PARQUET_ROW_COUNT', 'only 1 values'],
  ])('%s in a kilobyte are refused from the footer', async (_, rows, limits, code, problem) => {
    const [found, message] = await failureOf(async () => read(partOfRows(rows), { limits }));
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
  });
});

describe('the memory of a chunk is counted before it is taken', () => {
  const text = { type: 'BYTE_ARRAY', target: { kind: 'text' } } as const;
  const limits = { pageBytes: 1 << 24, ratio: 2000, textBytes: 1 << 24 };
  const one = plainDoubles(1);
  const prefixes = joinBytes(
    deltaPacked([0n, ...Array.from({ length: 127 }, () => 90n)], 128, 4),
    deltaPacked([90n, ...Array.from({ length: 127 }, () => 0n)], 128, 4),
    new Uint8Array(90).fill(97),
  );

  it.each<[string, Uint8Array, Partial<ChunkPlan>, string]>([
    [
      'a page with its values',
      dataPage({ values: 1, packed: one }),
      { limits: { ...limits, memoryBytes: 32 } },
      'the page of 1 values needs 33 bytes of memory, but only 32 are left',
    ],
    [
      'pages that are small one by one',
      joinBytes(dataPage({ values: 1, packed: one }), dataPage({ values: 1, packed: one })),
      { rows: 2, work: new WorkBudget(15) },
      'the file decompresses to more than the 15 bytes that its size allows; raise limits.maxRatio',
    ],
    [
      'prefixes, which take nothing in the page',
      dataPage({ values: 128, packed: prefixes, encoding: encodings.deltaByteArray }),
      { ...text, rows: 128, work: new WorkBudget(5000) },
      'the file decompresses to more than the 5000 bytes',
    ],
    [
      'a dictionary of texts, which stand in it and in batches',
      joinBytes(
        dictionaryPage({ values: 2, packed: plainTexts('a'.repeat(100), 'b'.repeat(100)) }),
        dataPage({ values: 1, packed: Uint8Array.of(1, 2, 0), encoding: encodings.rleDictionary }),
      ),
      { ...text, limits: { ...limits, textBytes: 600 } },
      'the texts of the column need more than the remaining 600 bytes of memory',
    ],
    [
      'texts without a dictionary',
      dataPage({ values: 3, packed: plainTexts('a'.repeat(100), 'a'.repeat(100), 'b'.repeat(100)) }),
      { ...text, rows: 3, limits: { ...limits, textBytes: 600 } },
      'the texts of the column need more than the remaining 600 bytes of memory',
    ],
  ])('%s', async (_, bytes, plan, problem) => {
    const [code, message] = await failureOf(async () => decodeChunk(bytes, chunkPlan(plan)));
    expect([code, message]).toEqual(['PARQUET_TOO_LARGE', expect.stringContaining(problem)]);
  });

  it('and the arrays of a column are used again', () => {
    const arrays = new ReusedArrays();
    const first = arrays.doubles(600_000);
    expect(arrays.doubles(550_000).buffer).toBe(first.buffer);
    expect(arrays.codes(600_000).buffer).toBe(arrays.codes(600_000).buffer);
    arrays.states(600_000).fill(1);
    expect(arrays.states(600_000).some((state) => state !== 0)).toBe(false);
    expect(arrays.doubles(1000).buffer).toBe(first.buffer);
  });

  it('by the next part too, up to a limit', () => {
    const pool = new ArrayPool(1000);
    const [first, second, third] = [pool.take(), pool.take(), pool.take()];
    first.doubles(100);
    second.states(201);
    third.codes(50);
    for (const arrays of [first, second, third]) pool.giveBack(arrays);
    // 800 bytes are kept, and 200 besides; 201 are not
    expect([pool.take(), pool.take()]).toEqual([third, first]);
    expect(pool.take()).not.toBe(second);
    pool.giveBack(second);
    expect(pool.take()).toBe(second);
  });
});

it('a text that appears in every batch counts in every batch', async () => {
  const rows = 300;
  const many = (column: ParquetColumn): ParquetColumn => ({
    ...column,
    data: Array.from({ length: rows }, () => column.data[0]) as never,
  });
  const time = many({ type: 'TIMESTAMP', data: [new Date('2021-12-01T00:00:00Z')] });
  const bytes = parquetPart({
    item_id: many({ type: 'STRING', data: ['a'.repeat(mebibyte)] }),
    timestamp: time,
    target_value: many({ type: 'DOUBLE', data: [5] }),
    backtestwindow_start_time: time,
    backtestwindow_end_time: time,
    mean: many({ type: 'DOUBLE', data: [4] }),
  });
  expect(bytes.length).toBeLessThan(60_000);
  let count = 0;
  const [code, message] = await failureOf(async () => {
    for await (const batch of decodeParquet(memoryFile(bytes, 'part.parquet'), { batchRows: 1 })) count += batch.rows;
  });
  expect([code, message]).toEqual([
    'PARQUET_TOO_LARGE',
    expect.stringContaining('row group 1, column item_id: the file decompresses to more than the'),
  ]);
  expect(count).toBeGreaterThan(250);
});

describe('TEXT_TOO_LONG', () => {
  const long = 'a'.repeat(3_000_000);

  it('refuses a text that no record of CSV could hold, in every encoding', async () => {
    const part = parquetPart({ item_id: { type: 'STRING', data: [long] } });
    expect(await failureOf(async () => read(part))).toEqual([
      'TEXT_TOO_LONG',
      expect.stringContaining(
        'column item_id, page 1, byte 4: expected a text of at most 1048576 bytes, found 3000000',
      ),
    ]);
    const text = { type: 'BYTE_ARRAY', target: { kind: 'text' } } as const;
    const limits = { pageBytes: 1 << 24, ratio: 2000, textBytes: 1 << 24, longestText: 4 };
    const five = new TextEncoder().encode('abcde');
    for (const page of [
      dataPage({ values: 1, packed: plainTexts('abcde') }),
      dataPage({
        values: 1,
        packed: joinBytes(deltaPacked([5n], 128, 4), five),
        encoding: encodings.deltaLengthByteArray,
      }),
      dataPage({
        values: 1,
        packed: joinBytes(deltaPacked([0n], 128, 4), deltaPacked([5n], 128, 4), five),
        encoding: encodings.deltaByteArray,
      }),
      dictionaryPage({ values: 1, packed: plainTexts('abcde') }),
    ]) {
      const indices = dataPage({ values: 1, packed: Uint8Array.of(1, 2, 0), encoding: encodings.rleDictionary });
      const bytes = page[1] === 4 ? joinBytes(page, indices) : page;
      expect((await failureOf(async () => decodeChunk(bytes, chunkPlan({ ...text, limits }))))[0]).toBe(
        'TEXT_TOO_LONG',
      );
    }
  });

  it('where a longer record is allowed, a text of any length is kept', async () => {
    const part = parquetPart({ item_id: { type: 'STRING', data: [long] } });
    expect(await read(part, { recordLimit: 4_000_000 })).toHaveLength(1);
    const table = new TextTable();
    const texts = [long, 'b', `${long}c`, 'd', long].map((text) => new TextEncoder().encode(text));
    expect(texts.map((bytes) => table.intern(bytes, 0, bytes.length))).toEqual([0, 1, 2, 3, 0]);
    expect([0, 1, 2, 3].map((id) => table.text(id).length)).toEqual([3_000_000, 1, 3_000_001, 1]);
  });
});

describe('MEMORY_REFUSED', () => {
  const { Memory } = WebAssembly;
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was
  const grow = Memory.prototype.grow;
  afterEach(() => {
    WebAssembly.Memory = Memory;
    Memory.prototype.grow = grow;
  });

  it('is reported when libzstd gets no memory, which libzstd itself does not report', async () => {
    const { pack, unpack } = await loadLibrary();
    const packed = pack(new Uint8Array(40 * mebibyte));
    expect(unpack(packed, 40 * mebibyte).length).toBe(40 * mebibyte);
    const larger = 600 * mebibyte;
    // a function that `new` may call too
    const refuse = function (): never {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    };
    Memory.prototype.grow = refuse;
    WebAssembly.Memory = refuse as never;
    const place = { refuse: () => new Error('no damage') } as unknown as PagePlace;
    expect(failure(() => unpackPage(unpack, packed, larger, place))[0]).toBe('MEMORY_REFUSED');
  });

  it('is reported for zlib, whose error has a code of its own', () => {
    const place = { refuse: () => new Error('no damage') } as unknown as PagePlace;
    const unpack = (): never => {
      throw Object.assign(new Error('insufficient memory'), { code: 'Z_MEM_ERROR' });
    };
    expect(failure(() => unpackPage(unpack, Uint8Array.of(1), 9, place))[0]).toBe('MEMORY_REFUSED');
  });

  it('is reported when there is no room for the rows of a row group', async () => {
    const file = memoryFile(parquetPart(), 'part.parquet');
    const read = file.read.bind(file);
    file.read = async (target, position) => {
      // what reaches the end of the file is the footer
      if (position === 4 && target.length < file.size - 4) throw new RangeError('Array buffer allocation failed');
      return read(target, position);
    };
    const [code, message] = await failureOf(async () => collect(decodeParquet(file)));
    expect([code, message]).toEqual(['MEMORY_REFUSED', expect.stringContaining('for a row group of part.parquet')]);
  });
});
