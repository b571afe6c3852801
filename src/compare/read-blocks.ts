import type { ColumnBatch } from '../batch/column-batch.ts';
import type { ExportTable } from '../export/backtest-export.ts';
import { readPart } from '../export/read-part.ts';
import type { Storage } from '../storage/storage.ts';
import { rowsOfPartition, type Partition } from './partition.ts';
import type { RowBits } from './row-bits.ts';
import { selectRows } from '../batch/select-rows.ts';

/** Rows at hand: a batch, borrowed, and where its rows stand. */
export interface Block {
  readonly batch: ColumnBatch;
  /** Index of the part in the table's list. */
  readonly part: number;
  /** Number of the batch's first row in its part, from 1, before any were left out. */
  readonly firstRecord: number;
  /** Number of that row in the table, from 0. */
  readonly firstOrdinal: number;
  /** Where each row stood before others were left out; undefined when none were. */
  readonly kept: Int32Array | undefined;
}

/** What to read of a table. */
export interface BlockOptions {
  readonly columns: readonly string[];
  /** Names of the columns that make a series, for `partition`. */
  readonly series: readonly string[];
  readonly partition: Partition;
  /** Only these rows, by their number in the table; all by default. */
  readonly only?: RowBits | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** A table in its storage. */
export interface StoredTable {
  readonly storage: Storage;
  readonly table: Pick<ExportTable, 'parts' | 'bytes' | 'expected' | 'decode'>;
}

/** Progress within a part is told by rows; the part's end sets it right. */
const approximateRowBytes = 150;

/** Reads a table part by part, in the order of the parts' numbers, leaving out what is not asked for. */
export async function* readBlocks(
  { storage, table }: StoredTable,
  options: BlockOptions,
): AsyncGenerator<Block, void, undefined> {
  const { columns, signal } = options;
  let ordinal = 0;
  for (const [part, file] of table.parts.entries()) {
    let told = 0;
    const decode = { ...table.decode, columns, ...(signal === undefined ? {} : { signal }) };
    for await (const batch of readPart(storage, file, table.expected, decode)) {
      const bytes = Math.min(file.size - told, batch.rows * approximateRowBytes);
      told += bytes;
      options.onBytes?.(bytes);
      const block = { batch, part, firstRecord: batch.firstRecord, firstOrdinal: ordinal, kept: undefined };
      ordinal += batch.rows;
      const selected = selectBlock(block, options);
      if (selected !== undefined) yield selected;
    }
    options.onBytes?.(file.size - told);
  }
}

function selectBlock(block: Block, { series, partition, only }: BlockOptions): Block | undefined {
  const { batch, firstOrdinal } = block;
  const share = partition.modulus === 1 ? undefined : rowsOfPartition(batch, series, partition);
  if (share === undefined && only === undefined) return block;
  const candidates = share ?? Int32Array.from({ length: batch.rows }, (_, row) => row);
  const kept = only === undefined ? candidates : candidates.filter((row) => only.has(firstOrdinal + row));
  if (kept.length === 0) return undefined;
  return kept.length === batch.rows ? block : { ...block, batch: selectRows(batch, kept), kept };
}
