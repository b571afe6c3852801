import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import type { ColumnBatch } from '#src/batch/columns/column-batch.js';
import type { EncodingLoss } from '#src/batch/part-encoder.js';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import type { TableSchema } from '#src/schema/schema.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { createParquetEncoder, type ParquetEncodeOptions } from '#src/parquet/write/encode.js';
import {
  accuracySchema,
  forecastSchema,
  schemaBatch,
  seededRandom,
  type Row as Cells,
} from '../support/column-batch.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { withFooter } from '../support/parquet-file.ts';
import { temporaryFolder } from '../support/temporary-folder.js';

async function encode(
  schema: TableSchema,
  batches: readonly ColumnBatch[],
  options: ParquetEncodeOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await createParquetEncoder(schema, options);
  const pieces = [encoder.start().slice()];
  for (const batch of batches) pieces.push(encoder.encode(batch).slice());
  pieces.push(encoder.finish().slice());
  return new Uint8Array(Buffer.concat(pieces));
}

async function decode(bytes: Uint8Array): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of decodeParquet(memoryFile(bytes))) rows.push(...toRows(batch));
  return rows;
}

const schema = forecastSchema(['mean', '0.9']);
const odd = [0, -0, 1.5, -2.25, 1e300, 5e-324, Number.NaN, Infinity, -Infinity, 0.1];
const texts = ['a', '', 'größe', '007', 'a,"b"\n', '\u0000', '🚲', '__proto__'];

/** Rows as an export has them: items in runs, times that repeat, windows that stand still, numbers that do not. */
function makeRows(count: number, seed: number, nulls = 0.1): Cells[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, row) => ({
    item_id: random() < 0.1 ? (texts[Math.floor(random() * texts.length)] ?? '') : `item_${Math.floor(row / 24)}`,
    timestamp: Date.UTC(2021, 10, 1) + (row % 24) * 3_600_000 + (random() < 0.01 ? 1 : 0),
    target_value: random() < nulls ? null : random() * 100,
    backtestwindow_start_time: '2021-11-01T00:00:00Z',
    backtestwindow_end_time: random() < nulls ? null : Date.UTC(2021, 10, 1 + Math.floor(row / 50_000)),
    mean: random() < 0.1 ? (odd[Math.floor(random() * odd.length)] ?? 0) : random() * 100 - 20,
    p90: Math.round(random() * 100),
  }));
}

function cut(rows: readonly Cells[], size: number): ColumnBatch[] {
  const batches: ColumnBatch[] = [];
  for (let from = 0; from < rows.length; from += size) {
    batches.push({ ...schemaBatch(schema, rows.slice(from, from + size)), firstRecord: from + 1 });
  }
  return batches;
}

const compressions = ['snappy', 'gzip', 'zstd', 'uncompressed'] as const;

describe('createParquetEncoder', () => {
  it.each(compressions)('%s: what is written is read again, here and by hyparquet', async (compression) => {
    const rows = makeRows(3000, 7);
    const batches = cut(rows, 700);
    const expected = batches.flatMap((batch) => [...toRows(batch)]);
    const bytes = await encode(schema, batches, { compression, rowGroupRows: 1024 });
    expect(await decode(bytes)).toEqual(expected);
    const others = await parquetReadObjects({ file: bytes.buffer, compressors });
    expect(others.map((row) => ({ ...row }))).toEqual(expected.map((row) => ({ ...row })));
    expect(parquetMetadata(bytes.buffer).row_groups.map(({ num_rows }) => num_rows)).toEqual([1024n, 1024n, 952n]);
  });

  it.each(compressions)('%s: DuckDB reads the same values and types', async (compression) => {
    const rows = makeRows(150_000, 3);
    const path = join(temporaryFolder(), 'part.parquet');
    writeFileSync(path, await encode(schema, cut(rows, 2048), { compression }));
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const query = async (sql: string): Promise<unknown[][]> =>
      (await connection.runAndReadAll(sql.replace('PART', `read_parquet('${path}')`))).getRows();
    const types = await query('DESCRIBE SELECT * FROM PART');
    expect(types.map(([name, type]) => [name, type])).toEqual([
      ['item_id', 'VARCHAR'],
      ['timestamp', 'TIMESTAMP WITH TIME ZONE'],
      ['target_value', 'DOUBLE'],
      ['backtestwindow_start_time', 'TIMESTAMP WITH TIME ZONE'],
      ['backtestwindow_end_time', 'TIMESTAMP WITH TIME ZONE'],
      ['mean', 'DOUBLE'],
      ['p90', 'DOUBLE'],
    ]);
    const found = await query(
      'SELECT item_id, epoch_ms(timestamp), target_value, epoch_ms(backtestwindow_end_time), mean, p90 FROM PART',
    );
    const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
    expect(found.map((row) => row.map(plain))).toEqual(
      rows.map((row) => [
        row['item_id'],
        row['timestamp'],
        row['target_value'],
        row['backtestwindow_end_time'],
        row['mean'],
        row['p90'],
      ]),
    );
    connection.closeSync();
  });

  it('writes a file without rows', async () => {
    const bytes = await encode(schema, []);
    expect(await decode(bytes)).toEqual([]);
    expect(parquetMetadata(bytes.buffer)).toMatchObject({ num_rows: 0n, row_groups: [] });
  });

  it('writes texts that are all different without a dictionary', async () => {
    const rows = makeRows(5000, 1).map((row, index) => ({ ...row, item_id: `${index}-${'x'.repeat(index % 700)}` }));
    const bytes = await encode(schema, cut(rows, 1000));
    expect((await decode(bytes)).map((row) => row['item_id'])).toEqual(rows.map((row) => row.item_id));
    const column = parquetMetadata(bytes.buffer).row_groups[0]?.columns[0]?.meta_data;
    expect(column?.encodings).toEqual(['PLAIN', 'RLE']);
  });

  it('keeps not defined apart from empty cells', async () => {
    const accuracy = accuracySchema(['0.9'], ['RMSE', 'WAPE']);
    const cells = {
      item_id: 'a',
      backtest_window: 'Computed',
      backtestwindow_start_time: 0,
      backtestwindow_end_time: 0,
    };
    const batch = schemaBatch(accuracy, [
      { ...cells, 'wQL[0.9]': 'not defined', RMSE: 1, WAPE: null },
      { ...cells, 'wQL[0.9]': 2, RMSE: 3, WAPE: 4 },
    ]);
    const rows = await decode(await encode(accuracy, [batch]));
    expect(rows.map((row) => [row['wQL[0.9]'], row['RMSE'], row['WAPE']])).toEqual([
      ['not defined', 1, null],
      [2, 3, 4],
    ]);
  });

  it('refuses a column with both, or takes note of it', async () => {
    const accuracy = accuracySchema([], ['RMSE']);
    const cells = {
      item_id: 'a',
      backtest_window: 'Computed',
      backtestwindow_start_time: 0,
      backtestwindow_end_time: 0,
    };
    const rows = ['not defined', 1, null, 'not defined', null].map((RMSE) => ({ ...cells, RMSE }));
    const [code, message] = await failureOf(async () => encode(accuracy, [schemaBatch(accuracy, rows)]));
    expect([code, message]).toEqual(['VALUE_NOT_RESTORABLE', expect.stringContaining('record 3, column RMSE')]);
    const losses: EncodingLoss[] = [];
    const bytes = await encode(accuracy, [schemaBatch(accuracy, rows)], { onLoss: (loss) => losses.push(loss) });
    expect(losses.map(({ record, column }) => [record, column])).toEqual([
      [3, 'RMSE'],
      [5, 'RMSE'],
    ]);
    expect((await decode(bytes)).map((row) => row['RMSE'])).toEqual(
      rows.map(({ RMSE }) => (RMSE === null ? 'not defined' : RMSE)),
    );
  });

  it('has checksums of pages, chunks and footer: no bit can change what is read without being seen', async () => {
    const bytes = await encode(schema, cut(makeRows(300, 5), 300));
    const expected = await decode(bytes);
    const writer = Buffer.from(bytes).lastIndexOf('backtest-export') - 2;
    for (let position = 0; position < bytes.length; position += 5) {
      const damaged = bytes.slice();
      damaged[position] = (damaged[position] ?? 0) ^ (1 << (position % 8));
      const result = await decode(damaged).catch((error: unknown) => error);
      if (!(result instanceof Error) && position >= writer && position < writer + 18) expect(result).toEqual(expected);
      else
        expect([position, result]).toEqual([position, expect.objectContaining({ code: expect.any(String) as string })]);
    }
  });

  it('does not believe checksums that another program copied into its own file', async () => {
    const bytes = await encode(schema, cut(makeRows(300, 5), 300));
    const copied = withFooter(bytes, (footer) => ({ ...footer, created_by: 'parquet-cpp-arrow version 99' }));
    expect(await decode(copied)).toEqual(await decode(bytes));
  });
});
