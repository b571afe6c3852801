import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { readPart, type PartReading, type PartSource } from '../export/parts/part-source.ts';
import { rowsOfPartition, type Partition } from './partition.ts';
import type { RowBits } from './row-bits.ts';
import { selectRows } from '../batch/columns/select-rows.ts';

/** A borrowed batch, and where its rows are in the table. */
export interface Block {
  readonly batch: ColumnBatch;
  /** Index of the part in the table's list. */
  readonly part: number;
  /** Number of the batch's first row in the table, from 0, before any were left out. */
  readonly firstOrdinal: number;
  /** The index of each row before others were left out; undefined when none were. */
  readonly kept: Int32Array | undefined;
}

/** What to read of a table. */
export interface BlockOptions extends Pick<PartReading, 'signal' | 'onBytes'> {
  readonly columns: readonly string[];
  /** Names of the columns that make a series, for `partition`. */
  readonly series: readonly string[];
  readonly partition: Partition;
  /** Only these rows, by their number in the table; all by default. */
  readonly only?: RowBits | undefined;
}

/** Reads the parts of a table, in the order of their numbers, without what is not requested. */
export async function* readBlocks(
  sources: readonly PartSource[],
  options: BlockOptions,
): AsyncGenerator<Block, void, undefined> {
  const { columns, signal, onBytes } = options;
  let ordinal = 0;
  for (const [part, source] of sources.entries()) {
    for await (const batch of readPart(source, { columns, signal, onBytes })) {
      const block = { batch, part, firstOrdinal: ordinal, kept: undefined };
      ordinal += batch.rows;
      const selected = selectBlock(block, options);
      if (selected !== undefined) yield selected;
    }
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
