import { transferOf } from '../../batch/forms/owned-rows.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { readWhole, type OwnedPart } from './owned-part-task.ts';
import type { PartSource } from '../parts/part-source.ts';

/** Parts and slices that several threads share. Plain data, and memory that they share. */
export interface OwnedPartsInput {
  readonly sources: readonly PartSource[];
  readonly columns: readonly ColumnSchema[];
  readonly batchRows: number;
  /** One number: how many sources have been taken, by all threads where memory can be shared, else by this one. */
  readonly taken: Int32Array;
  /** The first source to take, and how far each next one is from it, by default 0 and 1: threads that share nothing take every so many-th. */
  readonly first?: number;
  readonly step?: number;
}

/** What a thread has read, with the place of each in the list of sources. */
export type OwnedParts = readonly { readonly at: number; readonly part: OwnedPart }[];

/**
 * Takes one source after another that no thread has taken yet, until none is left: a thread waits for nobody meanwhile. Each
 * is handed over at once where it can be, as memory that a thread holds makes its garbage collector run. @throws only the signal's reason
 */
export const ownedPartsTask: Task<OwnedPartsInput, OwnedParts> = { name: 'readOwnedParts', run: readOwnedParts };

async function readOwnedParts(
  { sources, taken, first = 0, step = 1, ...reading }: OwnedPartsInput,
  { signal, onPartial }: TaskContext,
): Promise<TaskResult<OwnedParts>> {
  const output: { at: number; part: OwnedPart }[] = [];
  for (;;) {
    signal.throwIfAborted();
    const at = first + step * Atomics.add(taken, 0, 1);
    const source = sources[at];
    if (source === undefined) return { output };
    const part = await readWhole(source, { ...reading, signal });
    if (onPartial === undefined) output.push({ at, part });
    else onPartial([{ at, part }], part.rows.flatMap(transferOf));
    // what begins at the start of its part is no guess: the table ends with this error, and needs nothing more
    if (part.failed && (source.slice?.from ?? 0) === 0) Atomics.store(taken, 0, sources.length);
  }
}
