import type { PartDecode, PartNotes } from '../batch/decode-options.ts';
import { isPassing, serializeError, type SerializedError } from '../errors.ts';
import type { PartFile } from '../export/export-catalog.ts';
import { readPart, type ExpectedSchema } from '../export/read-part.ts';
import type { Task, TaskContext, TaskResult } from '../parallel/task.ts';
import { openTransferred } from '../storage/open-storage.ts';
import type { Storage, StorageTransfer } from '../storage/storage.ts';
import type { TableName } from '../schema/schema.ts';
import { startGathering, transferOf, type Gathered, type GatherPlan, type PartGatherer } from './part-gatherer.ts';

/** One part of either table to summarise, as plain data. */
export interface PartInput {
  /** A transfer from another thread, or the storage itself on the same one. */
  readonly storage: StorageTransfer | Storage;
  readonly part: PartFile;
  readonly expected: ExpectedSchema;
  readonly decode: PartDecode;
  readonly gather: GatherPlan;
  readonly onBadPart: 'stop' | 'skip';
}

/** What a part gave: sums and notes, or, where bad parts are skipped, why it gave nothing. */
export type PartOutput =
  | { readonly kind: 'summed'; readonly gathered: Gathered; readonly notes: PartNotes | undefined }
  | { readonly kind: 'skipped'; readonly table: TableName; readonly file: string; readonly error: SerializedError };

/**
 * Sums up one part. Nothing of a part that fails gets into a result: its sums are dropped whole.
 * @throws what decoding throws, unless bad parts are skipped; an abort always.
 */
export async function summarizePart(input: PartInput, context: TaskContext): Promise<TaskResult<PartOutput>> {
  const gatherer = startGathering(input.gather);
  try {
    const notes = await readInto(gatherer, input, context);
    const gathered = await gatherer.take(context.signal);
    return { output: { kind: 'summed', gathered, notes }, transfer: transferOf(gathered) };
  } catch (error) {
    if (input.onBadPart !== 'skip' || context.signal.aborted) throw error;
    const serialized = serializeError(error);
    if (isPassing(serialized.code)) throw error;
    if (serialized.code === 'WORKER_FAILED' || serialized.code === 'TOO_MANY_GROUPS') throw error;
    return { output: { kind: 'skipped', table: input.gather.table, file: input.part.path, error: serialized } };
  } finally {
    gatherer.dispose();
  }
}

async function readInto(
  gatherer: PartGatherer,
  input: PartInput,
  context: TaskContext,
): Promise<PartNotes | undefined> {
  const storage = 'list' in input.storage ? input.storage : openTransferred(input.storage);
  const columns = gatherer.requiredColumns;
  const batches = readPart(storage, input.part, input.expected, { ...input.decode, columns, signal: context.signal });
  let told = 0;
  for (;;) {
    const next = await batches.next();
    if (next.done === true) {
      context.onBytes(input.part.size - told);
      return next.value;
    }
    gatherer.add(next.value);
    const bytes = Math.min(input.part.size, told + next.value.rows * approximateRowBytes);
    context.onBytes(bytes - told);
    told = bytes;
  }
}

/** Progress within a part is told by rows; the part's end sets it right. */
const approximateRowBytes = 150;

/** {@link summarizePart} for any thread. */
export const summarizePartTask: Task<PartInput, PartOutput> = {
  module: import.meta.url,
  name: 'summarizePart',
  run: summarizePart,
};
