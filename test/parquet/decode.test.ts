import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { DecodeOptions, PartNotes } from '#src/batch/decode-options.js';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import type { ErrorCode } from '#src/errors.js';
import { decodeParquet, readParquetFooter } from '#src/parquet/read/decode.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { parquetPart, withFooter, type ParquetColumn } from '../support/parquet-file.js';

async function decode(bytes: Uint8Array, options: DecodeOptions = {}): Promise<{ rows: Row[]; notes: PartNotes }> {
  const rows: Row[] = [];
  const batches = decodeParquet(memoryFile(bytes, 'part.parquet'), Object.freeze({ ...options }));
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return { rows, notes: next.value };
    rows.push(...toRows(next.value));
  }
}

/** An LZ4 block of one run of literals. Of 1,784 bytes its length is f0, six times ff, ef: as sizes of a frame negative. */
function literalBlock(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 15) return Uint8Array.of(bytes.length << 4, ...bytes);
  const rest = bytes.length - 15;
  return Uint8Array.of(0xf0, ...new Uint8Array(Math.floor(rest / 255)).fill(255), rest % 255, ...bytes);
}

/** A part whose time is an INT64 of this unit. */
function timestampPart(unit: string, ticks: bigint): Uint8Array {
  const part = parquetPart({ timestamp: { type: 'INT64', data: [ticks] } });
  const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } as SchemaElement['logical_type'] & object;
  return withFooter(part, (footer) => ({
    ...footer,
    schema: footer.schema.map((element) => (element.name === 'timestamp' ? { ...element, logical_type } : element)),
  }));
}

const day = (date: string): Date => new Date(`${date}T00:00:00Z`);

describe('decodeParquet', () => {
  it('reads the schema from the footer', async () => {
    const { schema } = await readParquetFooter(memoryFile(parquetPart()));
    expect(schema).toMatchObject({ table: 'forecasted-values', itemColumn: 'item_id', forecastTypes: ['mean'] });
  });

  it('gives the columns that were asked for, in that order', async () => {
    const { rows, notes } = await decode(parquetPart(), { columns: ['mean', 'item_id'] });
    expect(rows.map((row) => Object.entries(row))).toEqual([
      [
        ['mean', 4.5],
        ['item_id', 'bike_12'],
      ],
    ]);
    expect(notes).toMatchObject({ records: 1, pages: { pages: expect.any(Number) as number } });
  });

  it.each<[string, ParquetColumn, unknown]>([
    ['FLOAT', { type: 'FLOAT', data: [0.5] }, 0.5],
    ['INT32', { type: 'INT32', data: [-7] }, -7],
    ['INT64', { type: 'INT64', data: [2n ** 53n] }, 2 ** 53],
    ['text', { type: 'STRING', data: ['1e3'] }, 1000],
    ['a null', { type: 'DOUBLE', data: [null] }, null],
    ['NaN', { type: 'DOUBLE', data: [Number.NaN] }, Number.NaN],
    ['negative zero', { type: 'DOUBLE', data: [-0] }, -0],
  ])('reads a number stored as %s', async (_, column, value) => {
    const { rows } = await decode(parquetPart({ target_value: column }));
    expect(rows[0]?.['target_value']).toBe(value);
  });

  it.each<[string, ParquetColumn, number]>([
    ['TIMESTAMP', { type: 'TIMESTAMP', data: [day('2021-12-03')] }, 0],
    ['text', { type: 'STRING', data: ['2021-12-03T00:00:00Z'] }, 2],
    ['text of a date', { type: 'STRING', data: ['2021-12-03'] }, 16],
  ])('reads a time stored as %s', async (_, column, spelling) => {
    const { rows, notes } = await decode(parquetPart({ timestamp: column }));
    expect(rows[0]?.['timestamp']).toEqual(day('2021-12-03'));
    expect(notes.timeSpellings.get('timestamp')).toBe(spelling);
  });

  it.each<[string, bigint, number]>([
    ['MILLIS', 8_640_000_000_000_000n, 8.64e15],
    ['MILLIS', -8_640_000_000_000_000n, -8.64e15],
    ['MICROS', 2n ** 53n + 8n, 9_007_199_254_741],
    ['MICROS', 253_402_300_799_999_000n, 253_402_300_799_999],
    ['MICROS', -62_135_596_800_000_000n, -62_135_596_800_000],
    ['MICROS', 8_640_000_000_000_000_000n, 8.64e15],
    ['NANOS', 9_223_372_036_854_000_000n, 9_223_372_036_854],
  ])('reads a time stored as INT64 of %s: %s', async (unit, ticks, milliseconds) => {
    const { rows } = await decode(timestampPart(unit, ticks));
    expect(rows[0]?.['timestamp']).toEqual(new Date(milliseconds));
  });

  it.each<[string, bigint, ErrorCode, string]>([
    ['MILLIS', 8_640_000_000_000_001n, 'TIME_INVALID', '8640000000000001 millis since 1970'],
    ['MICROS', 1n, 'NUMBER_INEXACT', 'the time of 1 microseconds is not a whole number of milliseconds'],
    ['MICROS', 2n ** 53n, 'NUMBER_INEXACT', 'the time of 9007199254740992 microseconds is not a whole number'],
    [
      'MICROS',
      253_402_300_799_999_001n,
      'NUMBER_INEXACT',
      'the time of 253402300799999001 microseconds is not a whole number',
    ],
    ['MICROS', 8_640_000_000_000_001_000n, 'TIME_INVALID', '8640000000000001000 micros since 1970'],
    [
      'NANOS',
      9_223_372_036_854_775_807n,
      'NUMBER_INEXACT',
      'the time of 9223372036854775807 nanoseconds is not a whole number',
    ],
  ])('refuses a time stored as INT64 of %s: %s', async (unit, ticks, code, problem) => {
    const [found, message] = await failureOf(async () => decode(timestampPart(unit, ticks)));
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
  });

  it('keeps texts as they are, and gives each batch its own dictionary', async () => {
    const texts = ['007', '', '1e5', 'größe', 'a,"b"\n', '007', '__proto__'];
    const many = (column: ParquetColumn): ParquetColumn => ({
      ...column,
      data: texts.map(() => column.data[0]) as never,
    });
    const bytes = parquetPart({
      item_id: { type: 'STRING', data: texts },
      timestamp: many({ type: 'TIMESTAMP', data: [day('2021-12-01')] }),
      target_value: { type: 'DOUBLE', data: texts.map((_, index) => index) },
      backtestwindow_start_time: many({ type: 'TIMESTAMP', data: [day('2021-12-01')] }),
      backtestwindow_end_time: many({ type: 'TIMESTAMP', data: [day('2021-12-01')] }),
      mean: many({ type: 'DOUBLE', data: [1] }),
    });
    for (const batchRows of [1, 2, 3, 100]) {
      const { rows } = await decode(bytes, { batchRows });
      expect(rows.map((row) => [row['item_id'], row['target_value']])).toEqual(texts.map((text, i) => [text, i]));
    }
  });

  it.each<[string, Record<string, ParquetColumn>, ErrorCode, string]>([
    [
      'an item id that is a double',
      { item_id: { type: 'DOUBLE', data: [7] } },
      'PARQUET_UNSUPPORTED',
      'column item_id',
    ],
    ['an item id that is null', { item_id: { type: 'STRING', data: [null] } }, 'VALUE_MISSING', 'record 1'],
    ['a time that is a number', { timestamp: { type: 'INT64', data: [7n] } }, 'PARQUET_UNSUPPORTED', 'INT64'],
    ['a number that is a truth', { mean: { type: 'BOOLEAN', data: [true] } }, 'PARQUET_UNSUPPORTED', 'BOOLEAN'],
    ['an integer too long', { mean: { type: 'INT64', data: [2n ** 53n + 1n] } }, 'NUMBER_INEXACT', 'column mean'],
    ['text that is no number', { mean: { type: 'STRING', data: ['4,5'] } }, 'NUMBER_INVALID', "'4,5'"],
    ['text beyond doubles', { mean: { type: 'STRING', data: ['1e400'] } }, 'NUMBER_OVERFLOW', "'1e400'"],
    ['text that is no time', { timestamp: { type: 'STRING', data: ['yesterday'] } }, 'TIME_INVALID', "'yesterday'"],
    ['not defined in a forecast', { mean: { type: 'STRING', data: ['not defined'] } }, 'NUMBER_INVALID', 'record 1'],
  ])('refuses %s', async (_, columns, code, problem) => {
    const [found, message] = await failureOf(async () => decode(parquetPart(columns)));
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
  });

  it('reads LZ4 without frames, even where it begins as a frame might', async () => {
    const numbers = Array.from({ length: 223 }, (_, index) => Math.sin(index));
    const many = (name: string, column: ParquetColumn): ColumnSource => ({
      name,
      ...column,
      data: numbers.map(() => column.data[0]) as never,
    });
    const now: ParquetColumn = { type: 'TIMESTAMP', data: [day('2021-12-01')] };
    const file = parquetWriteBuffer({
      codec: 'LZ4',
      compressors: { LZ4: literalBlock },
      columnData: [
        many('item_id', { type: 'STRING', data: ['bike_12'] }),
        ...['timestamp', 'backtestwindow_start_time', 'backtestwindow_end_time'].map((name) => many(name, now)),
        { name: 'target_value', type: 'DOUBLE', data: numbers },
        { name: 'mean', type: 'DOUBLE', encoding: 'PLAIN', data: numbers },
      ],
    });
    const { rows } = await decode(new Uint8Array(file), { columns: ['mean'] });
    expect(rows.map((row) => row['mean'])).toEqual(numbers);
  });

  describe('the zero bytes that fastparquet writes after the values of a page', () => {
    const file = new Uint8Array(readFileSync(join(import.meta.dirname, 'files', 'fastparquet.parquet')));

    it('are no values', async () => {
      const { rows } = await decode(file);
      expect(rows.map((row) => [row['item_id'], row['timestamp'], row['target_value'], row['mean']])).toEqual([
        ['bike_12', day('2021-12-01'), 5, 4.5],
        ['größe', day('2021-12-02'), null, 0.1],
        ['', day('2021-12-03'), -0, 1e300],
      ]);
    });

    it('are refused in a file of another writer', async () => {
      const another = withFooter(file, (footer) => ({ ...footer, created_by: 'another version 1.0' }));
      const [code, message] = await failureOf(async () => decode(another));
      const problem = 'column item_id, page 1, byte 4: the page has 8 bytes after its last value';
      expect([code, message]).toEqual(['PARQUET_PAGE_INVALID', expect.stringContaining(problem)]);
    });
  });

  it('refuses a row group beyond the budget before reading it, and says how to raise it', async () => {
    const [code, message] = await failureOf(async () => decode(parquetPart(), { limits: { maxRowGroupBytes: 60 } }));
    expect([code, message]).toEqual(['PARQUET_TOO_LARGE', expect.stringContaining('limits.maxRowGroupBytes')]);
  });
});
