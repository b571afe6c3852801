import type { SchemaElement } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import type { ChunkPlan, IntegerSign } from '#src/parquet/values/chunk-plan.js';
import { targetOfColumn } from '#src/parquet/read/target-of-column.js';
import { decodeChunk } from '#src/parquet/read/decode-chunk.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { encodings } from '#src/parquet/format/parquet-types.js';
import { collect } from '../support/collect.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { chunkPlan, dataPage, deltaPacked, dictionaryPage, joinBytes } from '../support/parquet-bytes.js';
import { parquetPart, withFooter, type ParquetColumn } from '../support/parquet-file.js';

async function rowsOf(bytes: Uint8Array): Promise<Row[]> {
  return (await collect(decodeParquet(memoryFile(bytes, 'part.parquet')))).flatMap((batch) => [...toRows(batch)]);
}

/** A part of one row whose column is of another logical or converted type. */
function typed(name: string, column: ParquetColumn, change: Partial<SchemaElement>): Uint8Array {
  return withFooter(parquetPart({ [name]: column }), (footer) => ({
    ...footer,
    schema: footer.schema.map((element) => (element.name === name ? { ...element, ...change } : element)),
  }));
}

async function textsOf(bytes: Uint8Array, plan: Partial<ChunkPlan>): Promise<string[]> {
  const found = await decodeChunk(bytes, chunkPlan(plan));
  if (found.kind !== 'text') throw new Error('expected texts');
  const { offsets, bytes: texts } = found.dictionary;
  return Array.from(found.codes, (code) => Buffer.from(texts.subarray(offsets[code], offsets[code + 1])).toString());
}

function plain(values: readonly bigint[], width: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (const [index, value] of values.entries()) {
    if (width === 8) view.setBigInt64(index * 8, value, true);
    else view.setInt32(index * 4, Number(value), true);
  }
  return new Uint8Array(view.buffer);
}

function split(bytes: Uint8Array, width: number): Uint8Array {
  const count = bytes.length / width;
  return bytes.map((_, at) => bytes[(at % count) * width + Math.floor(at / count)]!);
}

const longs = [0n, -1n, 7n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 7n, 7n];
const ints = [0n, -1n, 7n, -(2n ** 31n), 2n ** 31n - 1n, 7n, 7n];

describe.each<[ChunkPlan['type'], 4 | 8, readonly bigint[], number]>([
  ['INT64', 8, longs, 64],
  ['INT32', 4, ints, 32],
])('ids of type %s are the text of their digits', (type, width, values, bits) => {
  const signs: IntegerSign[] = ['signed', 'unsigned'];
  it.each(signs)('%s, in every encoding', async (integer) => {
    const expected = values.map((value) => String(integer === 'signed' ? value : BigInt.asUintN(bits, value)));
    const plan = { type, target: { kind: 'text', integer }, rows: values.length } as const;
    const shape = { values: values.length };
    const bytes = plain(values, width);
    const indices = joinBytes(
      Uint8Array.of(8),
      Uint8Array.of(3),
      Uint8Array.from({ length: 8 }, (_, index) => index),
    );
    const dictionary = dictionaryPage({ ...shape, packed: bytes });
    for (const page of [
      dataPage({ ...shape, packed: bytes }),
      dataPage({ ...shape, packed: split(bytes, width), encoding: encodings.byteStreamSplit }),
      dataPage({ ...shape, packed: deltaPacked(values, 128, 4), encoding: encodings.deltaBinaryPacked }),
      joinBytes(dictionary, dataPage({ ...shape, packed: indices, encoding: encodings.rleDictionary })),
      // a dictionary that was given up: its texts and the plain ones are of one table
      joinBytes(dictionary, dataPage({ ...shape, packed: bytes })),
    ]) {
      expect(await textsOf(page, plan)).toEqual(expected);
    }
  });

  it.each([
    ['PLAIN', encodings.plain, plain(values, width).subarray(1), 'PARQUET_PAGE_INVALID'],
    ['BYTE_STREAM_SPLIT', encodings.byteStreamSplit, plain(values, width).subarray(1), 'PARQUET_PAGE_INVALID'],
    [
      'DELTA',
      encodings.deltaBinaryPacked,
      joinBytes(deltaPacked(values, 128, 4), Uint8Array.of(1)),
      'PARQUET_PAGE_INVALID',
    ],
    ['of another encoding', encodings.deltaByteArray, plain(values, width), 'PARQUET_UNSUPPORTED'],
  ])('and refused where the page does not hold as many: %s', async (_, encoding, packed, code) => {
    const plan = { type, target: { kind: 'text', integer: 'signed' }, rows: values.length } as const;
    const page = dataPage({ values: values.length, packed, encoding });
    expect((await failureOf(async () => textsOf(page, plan)))[0]).toBe(code);
  });
});

describe('columns of types that other programs give', () => {
  it('an item id that is a whole number is its text', async () => {
    expect((await rowsOf(parquetPart({ item_id: { type: 'INT64', data: [12n] } })))[0]?.['item_id']).toBe('12');
    expect((await rowsOf(parquetPart({ item_id: { type: 'INT32', data: [-3] } })))[0]?.['item_id']).toBe('-3');
  });

  it.each<[string, ParquetColumn, Partial<SchemaElement>, number]>([
    ['UINT_32', { type: 'INT32', data: [-1] }, { converted_type: 'UINT_32' }, 4294967295],
    ['UINT_8', { type: 'INT32', data: [200] }, { converted_type: 'UINT_8' }, 200],
    ['UINT_64', { type: 'INT64', data: [7n] }, { converted_type: 'UINT_64' }, 7],
    [
      'an INTEGER without a sign',
      { type: 'INT64', data: [2n ** 53n] },
      { logical_type: { type: 'INTEGER', bitWidth: 64, isSigned: false } },
      2 ** 53,
    ],
  ])('a number of %s is read', async (_, column, change, value) => {
    expect((await rowsOf(typed('mean', column, change)))[0]?.['mean']).toBe(value);
  });

  it.each<[string, string, Partial<SchemaElement>, number, string]>([
    ['INT_16', 'mean', { converted_type: 'INT_16' }, 16_776_968, 'an integer of 16 bits, found 16776968'],
    ['INT_8', 'mean', { logical_type: { type: 'INTEGER', bitWidth: 8, isSigned: true } }, -129, 'an integer of 8 bits'],
    ['UINT_8', 'mean', { converted_type: 'UINT_8' }, -1, 'an unsigned integer of 8 bits, found -1'],
    ['UINT_16', 'item_id', { converted_type: 'UINT_16' }, 65_536, 'an unsigned integer of 16 bits, found 65536'],
  ])(
    'a number that %s does not have is damage, which other readers cut off: %s',
    async (_, name, change, value, problem) => {
      const bytes = typed(name, { type: 'INT32', data: [value] }, change);
      expect(await failureOf(async () => rowsOf(bytes))).toEqual([
        'PARQUET_PAGE_INVALID',
        expect.stringContaining(`expected ${problem}`),
      ]);
    },
  );

  it('an unsigned integer without an exact double is refused like any other', async () => {
    const bytes = typed('mean', { type: 'INT64', data: [-1n] }, { converted_type: 'UINT_64' });
    expect(await failureOf(async () => rowsOf(bytes))).toEqual([
      'NUMBER_INEXACT',
      expect.stringContaining('the integer 18446744073709551615 is beyond 2^53 and has no exact double'),
    ]);
  });

  it('nothing but nulls is read of a column of type NULL, of every kind', () => {
    const element = { type: 'INT32', name: 'x', logical_type: { type: 'NULL' } } as const;
    for (const kind of ['text', 'time', 'number'] as const) {
      expect(targetOfColumn(kind, element)).toMatchObject({ kind, onlyNull: true });
    }
  });

  it.each(['target_value', 'timestamp'])('a column of type NULL is null: %s', async (name) => {
    const bytes = typed(name, { type: 'INT32', data: [null] }, { logical_type: { type: 'NULL' } });
    expect((await rowsOf(bytes))[0]?.[name]).toBe(null);
  });

  it('a column of type NULL that holds a value is damage', async () => {
    const bytes = typed('target_value', { type: 'INT32', data: [5] }, { logical_type: { type: 'NULL' } });
    expect(await failureOf(async () => rowsOf(bytes))).toEqual([
      'PARQUET_PAGE_INVALID',
      expect.stringContaining('expected nothing but nulls in a column of type NULL, found 1 values'),
    ]);
  });
});
