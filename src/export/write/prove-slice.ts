import { ContentSum, type ContentSums } from '../../batch/hash/content-sum.ts';
import type { PartNotes, PartSlice } from '../../batch/decode-options.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { openTransferred } from '../../storage/open-storage.ts';
import type { KnownFile, Storage, StorageTransfer } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { readFile } from '../parts/part-source.ts';
import type { SliceRead } from '../parts/right-slices.ts';
import { writtenColumns } from './prove-files.ts';

/** A slice of a written file. Plain data. */
export interface ProveSliceInput {
  readonly storage: Storage | StorageTransfer;
  /** The file's temporary name. */
  readonly temporary: string;
  /** What its writer said of it. */
  readonly known: KnownFile;
  readonly format: ExportFormat;
  readonly columns: readonly ColumnSchema[];
  readonly slice: PartSlice;
}

/** What was read back. */
export interface ProvenSlice {
  readonly sums: ContentSums;
  readonly notes: PartNotes;
}

/** Reads a slice of a written file back. @throws only the signal's reason */
export async function proveSlice(
  { storage, temporary, known, format, columns, slice }: ProveSliceInput,
  { signal, onBytes }: TaskContext,
): Promise<TaskResult<SliceRead<ProvenSlice>>> {
  const found = new ContentSum(columns);
  let notes: PartNotes | undefined;
  try {
    const file = await withSignal(openTransferred(storage), signal).open(temporary, known);
    try {
      const onNotes = (given: PartNotes): unknown => (notes = given);
      const reading = { signal, columnRules: writtenColumns, onNotes, slice };
      for await (const batch of readFile(file, format, reading)) found.add(batch);
    } finally {
      await file.close();
    }
  } catch {
    signal.throwIfAborted();
    notes = undefined;
  }
  onBytes(slice.to - slice.from);
  return { output: notes === undefined ? 'failed' : { sums: found.take(), notes } };
}

/** {@link proveSlice} for any thread. */
export const proveSliceTask: Task<ProveSliceInput, SliceRead<ProvenSlice>> = { name: 'proveSlice', run: proveSlice };
