import { transferOf, type OwnedRows } from '../../batch/forms/owned-rows.ts';
import type { SliceSpan } from '../../batch/decode-options.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import type { PartSource } from '../parts/part-source.ts';
import { readOwnedRows, type OwnedReading } from './read-owned.ts';

/** A part or a slice of one, and how it becomes owned rows. Plain data. */
export interface OwnedPartInput {
  readonly source: PartSource;
  readonly columns: readonly ColumnSchema[];
  readonly batchRows: number;
}

/** The rows of a part or slice; if it has an error, those before it. */
export interface OwnedPart {
  readonly rows: readonly OwnedRows[];
  readonly failed: boolean;
  /** Where a slice without an error really was. */
  readonly span?: SliceSpan | undefined;
}

/** Reads a part as owned rows, for any thread; its memory is that of the rows. @throws only the signal's reason */
export const ownedPartTask: Task<OwnedPartInput, OwnedPart> = { name: 'readOwnedPart', run: readOwnedPart };

async function readOwnedPart(
  { source, ...reading }: OwnedPartInput,
  { signal }: TaskContext,
): Promise<TaskResult<OwnedPart>> {
  const output = await readWhole(source, { ...reading, signal });
  return { output, transfer: output.rows.flatMap(transferOf) };
}

/** All rows of a part or slice, in memory. @throws only the signal's reason */
export async function readWhole(source: PartSource, reading: OwnedReading): Promise<OwnedPart> {
  const rows: OwnedRows[] = [];
  let span: SliceSpan | undefined;
  let failed = false;
  const onSpan = (found: SliceSpan | undefined): unknown => (span = found);
  try {
    for await (const owned of readOwnedRows(source, { ...reading, onSpan })) rows.push(owned);
  } catch {
    reading.signal?.throwIfAborted();
    failed = true; // the error is found again where it can be thrown as it is
  }
  return { rows, failed, span };
}
