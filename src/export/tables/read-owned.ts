import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { decodeDefaults, type PartNotes, type SliceSpan } from '../../batch/decode-options.ts';
import { gatherRows } from '../../batch/forms/gather-rows.ts';
import type { OwnedRows } from '../../batch/forms/owned-rows.ts';
import { sliceBatch } from '../../batch/columns/slice-batch.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { bytesOf, readPart, type PartSource } from '../parts/part-source.ts';

/** How a part is read as owned rows. */
export interface OwnedReading {
  readonly columns: readonly ColumnSchema[];
  /** The most rows at a time. */
  readonly batchRows: number;
  /** How many of the first rows to leave out; none by default. */
  readonly skippedRows?: number;
  readonly signal?: AbortSignal | undefined;
  /** Receives where a slice really was, after its last row. */
  readonly onSpan?: ((span: SliceSpan | undefined) => void) | undefined;
}

/**
 * Decodes one part or slice, as `readPart` does, as rows that the caller owns. CSV is decoded in batches that fit into the cache of
 * the processor and gathered; a row group of Parquet is in memory as a whole and is cut once.
 * @throws as `readPart`; the rows before an error are given first
 */
export function readOwnedRows(
  source: PartSource,
  { columns, batchRows, skippedRows = 0, signal, onSpan }: OwnedReading,
): AsyncGenerator<OwnedRows, void, undefined> {
  const { format } = source.part;
  const decoded = format === 'CSV' ? Math.min(batchRows, decodeDefaults.batchRows) : batchRows;
  const onNotes = ({ slice }: PartNotes): void => onSpan?.(slice);
  const batches = readPart(source, { columns: columns.map(({ name }) => name), batchRows: decoded, signal, onNotes });
  const wanted = skippedRows === 0 ? batches : withoutFirst(batches, skippedRows);
  return gatherRows(
    wanted,
    { columns, mostRows: batchRows, expectedRows: expectedRows(bytesOf(source), format) },
    signal,
  );
}

/** Rows of 100 bytes in CSV and of 25 in Parquet, fewer than most have: memory that is not touched costs nothing. */
function expectedRows(bytes: number, format: 'CSV' | 'PARQUET'): number {
  return Math.ceil(bytes / (format === 'CSV' ? 100 : 25));
}

async function* withoutFirst(batches: AsyncIterable<ColumnBatch>, rows: number): AsyncGenerator<ColumnBatch> {
  let left = rows;
  for await (const batch of batches) {
    if (left < batch.rows) yield sliceBatch(batch, left, batch.rows);
    left = Math.max(0, left - batch.rows);
  }
}
