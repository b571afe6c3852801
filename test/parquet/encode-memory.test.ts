import { parquetMetadata } from 'hyparquet';
import { afterEach, describe, expect, it } from 'vitest';
import type { ColumnBatch } from '#src/batch/columns/column-batch.js';
import { toRows } from '#src/batch/forms/rows.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { encodeKernels } from '#src/parquet/write/kernel/kernel.js';
import { createParquetEncoder, type ParquetEncodeOptions } from '#src/parquet/write/encode.js';
import { columnBatch, forecastSchema, schemaBatch, seededRandom, type Row } from '../support/column-batch.ts';
import { forecastRows } from '../support/encode-parquet.ts';
import { failureOf } from '../support/failure.ts';
import { memoryFile } from '../support/memory-file.ts';

const { Memory } = WebAssembly;
let made: WebAssembly.Memory[] = [];

function watchMemories(): void {
  made = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
}

afterEach(() => {
  WebAssembly.Memory = Memory;
});

const schema = forecastSchema(['mean', '0.9'], ['region']);

/** The rows in batches that end at these rows. */
function* cut(rows: readonly Row[], ends: Iterable<number>): Generator<ColumnBatch, void, undefined> {
  let from = 0;
  for (const end of ends) {
    if (end > from) yield { ...schemaBatch(schema, rows.slice(from, end)), firstRecord: from + 1 };
    from = end;
  }
}

async function encode(batches: Iterable<ColumnBatch>, options: ParquetEncodeOptions = {}): Promise<Buffer> {
  const encoder = await createParquetEncoder(schema, options);
  try {
    const pieces = [Buffer.from(encoder.start())];
    for (const batch of batches) pieces.push(Buffer.from(encoder.encode(batch)));
    return Buffer.concat([...pieces, Buffer.from(encoder.finish())]);
  } finally {
    encoder.release();
  }
}

const groupsOf = (bytes: Buffer): bigint[] =>
  parquetMetadata(new Uint8Array(bytes).buffer).row_groups.map(({ num_rows }) => num_rows);

describe('the encoder of Parquet', () => {
  it('writes the same bytes however rows are cut into batches, through the ends of row groups (seeds 1 to 30)', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seededRandom(seed);
      const rows = forecastRows(Math.floor(random() * 2500), seed, random() < 0.3);
      const rowGroupRows = 1 + Math.floor(random() * 900);
      const compression = random() < 0.7 ? 'snappy' : 'uncompressed';
      const whole = await encode(cut(rows, [rows.length]), { rowGroupRows, compression });
      const ends = Array.from({ length: 6 }, () => Math.floor(random() * rows.length)).toSorted((a, b) => a - b);
      const pieces = await encode(cut(rows, [...ends, rows.length]), { rowGroupRows, compression });
      expect([seed, pieces.equals(whole)]).toEqual([seed, true]);
      expect([seed, groupsOf(whole)]).toEqual([
        seed,
        Array.from({ length: Math.ceil(rows.length / rowGroupRows) }, (_, group) =>
          BigInt(Math.min(rowGroupRows, rows.length - group * rowGroupRows)),
        ),
      ]);
    }
  });

  it('has one memory, for part after part, which does not grow from row group to row group', async () => {
    const rows = forecastRows(1000, 1);
    const batches = [...cut(rows, [250, 500, 750, 1000])];
    const options = { rowGroupRows: 500 };
    await encode(batches, options);
    watchMemories();
    const encoder = await createParquetEncoder(schema, { rowGroupRows: 200_000 });
    expect(made).toHaveLength(0);
    encoder.release();
    encoder.release();
    for (let part = 0; part < 50; part++) await encode(batches, options);
    expect(made).toHaveLength(0);
    // a second one at the same time gets its own
    const [first, second] = [await createParquetEncoder(schema, options), await createParquetEncoder(schema, options)];
    expect(made).toHaveLength(1);
    const sizes = [];
    for (let group = 0; group < 60; group++) {
      for (const batch of batches) second.encode(batch);
      sizes.push(made[0]!.buffer.byteLength);
    }
    expect(new Set(sizes.slice(2)).size).toBe(1);
    first.release();
    second.release();
  });

  it('cannot be used once it is released', async () => {
    const encoder = await createParquetEncoder(schema);
    encoder.start();
    encoder.release();
    expect(() => encoder.encode(schemaBatch(schema, forecastRows(1, 1)))).toThrow('the encoder has been released');
    expect(() => encoder.finish()).toThrow('the encoder has been released');
  });

  it('reports a kernel that traps, and does not use it again', async () => {
    const rows = [...cut(forecastRows(10, 1), [10])];
    const expected = await encode(rows);
    const kernel = encodeKernels.acquire(1);
    const packSnappy = (): never => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    encodeKernels.release({ ...kernel, functions: { ...kernel.functions, packSnappy } });
    const [code, message] = await failureOf(async () => encode(rows));
    expect([code, message]).toEqual([
      'KERNEL_FAILED',
      expect.stringContaining('the Parquet kernel stopped: unreachable'),
    ]);
    expect((await encode(rows)).equals(expected)).toBe(true);
  });

  it('ends a row group once its texts, of all columns, have more than 64 MiB', async () => {
    const text = 'x'.repeat((1 << 20) - 2);
    const rows = forecastRows(70, 1).map((row, index) => ({ ...row, item_id: text + String(index).padStart(2) }));
    const bytes = await encode(
      cut(
        rows,
        rows.map((_, index) => index + 1),
      ),
    );
    expect(groupsOf(bytes)).toEqual([64n, 6n]);
    const found: unknown[] = [];
    for await (const batch of decodeParquet(memoryFile(bytes))) {
      for (const row of toRows(batch)) found.push(row['item_id'] === rows[found.length]?.item_id);
    }
    expect(found).toEqual(rows.map(() => true));
  });

  it.each([
    ['few times', 10],
    ['more times than a dictionary takes', 66_000],
  ])('refuses a time that is no whole number of milliseconds: %s', async (_, distinct) => {
    const times = (last: number): Float64Array =>
      Float64Array.from({ length: distinct }, (_value, row) => (row === distinct - 1 ? last : row * 1000));
    const row = columnBatch(
      { item_id: 'text', target_value: 'number', region: 'text', mean: 'number', p90: 'number' },
      Array.from({ length: distinct }, () => ({ item_id: 'a', region: '', target_value: 1, mean: 1, p90: 1 })),
    );
    const batch = (last: number): ColumnBatch => {
      const states = new Uint8Array(distinct);
      const column = (values: Float64Array) => ({ kind: 'time', values, states, spellings: 0 }) as const;
      const still = column(new Float64Array(distinct));
      const columns = new Map([
        ...row.columns,
        ['backtestwindow_start_time', still],
        ['backtestwindow_end_time', still],
      ]);
      return { ...row, columns: columns.set('timestamp', column(times(last))) };
    };
    const found: number[] = [];
    for await (const { columns } of decodeParquet(memoryFile(await encode([batch(-1)])))) {
      const timestamp = columns.get('timestamp');
      if (timestamp?.kind === 'time') found.push(...timestamp.values);
    }
    expect(found).toEqual([...times(-1)]);
    for (const last of [0.5, Infinity, 2 ** 63]) {
      const [code, message] = await failureOf(async () => encode([batch(last)]));
      expect([code, message]).toEqual([
        'TIME_INVALID',
        expect.stringContaining(`expected a time in whole milliseconds, found ${last} milliseconds since 1970`),
      ]);
    }
  });
});
