import { decodeDefaults } from '../batch/decode-options.ts';
import { gatherRows } from '../batch/gather-rows.ts';
import type { OwnedRows } from '../batch/owned-rows.ts';
import type { ColumnSchema } from '../schema/schema.ts';
import { readPart, type PartSource } from './part-source.ts';

/** How a part is read as owned rows. */
export interface OwnedReading {
  readonly columns: readonly ColumnSchema[];
  /** The most rows at a time. */
  readonly batchRows: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes one part, as `readPart` does, as rows that the caller owns. CSV is decoded in batches that fit into the cache of
 * the processor and gathered; a row group of Parquet is in memory as a whole and is cut once.
 * @throws as `readPart`; the rows before an error are given first
 */
export function readOwnedRows(
  source: PartSource,
  { columns, batchRows, signal }: OwnedReading,
): AsyncGenerator<OwnedRows, void, undefined> {
  const { format, size } = source.part;
  const decoded = format === 'CSV' ? Math.min(batchRows, decodeDefaults.batchRows) : batchRows;
  const batches = readPart(source, { columns: columns.map(({ name }) => name), batchRows: decoded, signal });
  return gatherRows(batches, { columns, mostRows: batchRows, expectedRows: expectedRows(size, format) }, signal);
}

/** Rows of 100 bytes in CSV and of 25 in Parquet, fewer than most have: memory that is not touched costs nothing. */
function expectedRows(bytes: number, format: 'CSV' | 'PARQUET'): number {
  return Math.ceil(bytes / (format === 'CSV' ? 100 : 25));
}
