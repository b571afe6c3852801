import type { ColumnBatch } from '#src/batch/columns/column-batch.js';
import { createParquetEncoder, type ParquetEncodeOptions } from '#src/parquet/write/encode.js';
import { inferSchema } from '#src/schema/infer-schema.js';
import type { TableSchema } from '#src/schema/schema.js';
import { parquetMetadata } from 'hyparquet';
import { schemaBatch, seededRandom, type Row } from './column-batch.ts';

/** Encodes rows as one Parquet file, in batches of 700. */
export async function encodeParquet(
  schema: TableSchema,
  rows: readonly Row[],
  options: ParquetEncodeOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await createParquetEncoder(schema, options);
  const pieces = [encoder.start().slice()];
  for (let from = 0; from < rows.length; from += 700) {
    const batch: ColumnBatch = { ...schemaBatch(schema, rows.slice(from, from + 700)), firstRecord: from + 1 };
    pieces.push(encoder.encode(batch).slice());
  }
  pieces.push(encoder.finish().slice());
  return new Uint8Array(Buffer.concat(pieces));
}

/** Encodes rows as {@link encodeParquet} does, not packed, with one wrong bit in a page of the last column. */
export async function encodeDamaged(schema: TableSchema, rows: readonly Row[]): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await encodeParquet(schema, rows, { compression: 'uncompressed' });
  const chunk = parquetMetadata(bytes.buffer).row_groups[0]!.columns.at(-1)!.meta_data!;
  bytes[Number(chunk.data_page_offset + chunk.total_compressed_size / 2n)]! ^= 1;
  return bytes;
}

/** Texts that have hurt somebody. */
export const hostileTexts = [
  'a',
  '',
  'größe',
  '007',
  'a,"b"\n',
  '\u0000',
  '🚲',
  '__proto__',
  '\r\n',
  "'",
  ' ',
  'NaN',
  '\ufeffx',
];
const oddNumbers = [0, -0, 1.5, 1e300, -1e300, 5e-324, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity, 0.1];
const oddTimes = [0, -1, 253_402_300_799_999, -62_135_596_800_000, 999];

/**
 * Rows of forecasted-values with dimension `region`, types `mean` and `0.9`, nulls in every optional column. `distinct`
 * makes each item id another, which is written without a dictionary.
 */
export function forecastRows(count: number, seed: number, distinct = false): Row[] {
  const random = seededRandom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: count }, (_, row) => ({
    item_id: `${random() < 0.2 ? pick(hostileTexts) : 'item'}${distinct ? row : random() < 0.5 ? '' : Math.floor(row / 24)}`,
    region: pick(['', 'north', ...hostileTexts]),
    timestamp: random() < 0.05 ? pick(oddTimes) : Date.UTC(2021, 10, 1) + (row % 24) * 3_600_000,
    target_value: random() < 0.1 ? null : random() * 100,
    backtestwindow_start_time: Date.UTC(2021, 10, 1 + Math.floor(row / 1000)),
    backtestwindow_end_time: random() < 0.1 ? null : Date.UTC(2021, 10, 14, 23),
    mean: random() < 0.2 ? pick(oddNumbers) : random() < 0.1 ? null : random() * 100 - 20,
    p90: Math.round(random() * 100),
  }));
}

/** The table of {@link accuracyRows}. */
export const accuracyTable: TableSchema = inferSchema([
  'item_id',
  'backtest_window',
  'backtestwindow_start_time',
  'backtestwindow_end_time',
  'wQL[0.9]',
  'Average wQL',
  'RMSE',
]);

/** Rows of accuracy-metrics-values; a fifth of the metrics are `not defined`. */
export function accuracyRows(count: number, seed: number): Row[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, row) => {
    const metric = random() < 0.2 ? (): string => 'not defined' : random;
    return {
      item_id: `item_${Math.floor(row / 3)}`,
      backtest_window: row % 3 === 0 ? 'Summary' : 'Computed',
      backtestwindow_start_time: Date.UTC(2021, 10, 1),
      backtestwindow_end_time: Date.UTC(2021, 10, 14),
      'wQL[0.9]': metric(),
      'Average wQL': metric(),
      RMSE: metric(),
    };
  });
}
