import { describe, expect, it } from 'vitest';
import type { DecodeOptions, PartNotes } from '#src/batch/decode-options.js';
import { toRows, type Row } from '#src/batch/rows.js';
import type { ErrorCode } from '#src/errors.js';
import { decodeParquet, readParquetSchema } from '#src/parquet/decode.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { parquetPart, type ParquetColumn } from '../support/parquet-file.js';

async function decode(bytes: Uint8Array, options: DecodeOptions = {}): Promise<{ rows: Row[]; notes: PartNotes }> {
  const rows: Row[] = [];
  const batches = decodeParquet(memoryFile(bytes, 'part.parquet'), Object.freeze({ ...options }));
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return { rows, notes: next.value };
    rows.push(...toRows(next.value));
  }
}

const day = (date: string): Date => new Date(`${date}T00:00:00Z`);

describe('decodeParquet', () => {
  it('tells the schema from the footer', async () => {
    const schema = await readParquetSchema(memoryFile(parquetPart()));
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
    ['an item id that is a number', { item_id: { type: 'INT32', data: [7] } }, 'PARQUET_UNSUPPORTED', 'column item_id'],
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

  it('refuses a row group beyond the budget before reading it, and says how to raise it', async () => {
    const [code, message] = await failureOf(async () => decode(parquetPart(), { limits: { maxRowGroupBytes: 60 } }));
    expect([code, message]).toEqual(['PARQUET_TOO_LARGE', expect.stringContaining('limits.maxRowGroupBytes')]);
  });
});
