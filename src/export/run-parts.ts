import { given } from '../given.ts';
import { runTasks } from '../parallel/run-tasks.ts';
import type { Task } from '../parallel/task.ts';
import type { PartSource } from './part-source.ts';
import { estimateWork } from './estimate-work.ts';

/** The input of a task: one part, or several that belong together, and whatever else it needs. Plain data. */
export type PartsInput = { readonly source: PartSource } | { readonly sources: readonly PartSource[] };

/** How much has been read, over all tables. */
export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  /** Parts done. */
  readonly parts: number;
  readonly totalParts: number;
}

/** Options of {@link runParts}. */
export interface RunPartsOptions<Output> {
  /** Threads at most; the available cores by default. One is used where a storage cannot change threads. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called on this thread as bytes are read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called on this thread as results come in, in any order, with the input's index; a promise is awaited. */
  readonly onResult: (output: Output, index: number) => unknown;
}

/**
 * Runs a task for every input on several threads, the largest first, so that no thread is left with a large one at the end.
 * Returns the final progress.
 * @throws what the task throws, at the first failure; `WORKER_FAILED`; the signal's reason
 */
export async function runParts<Input extends PartsInput, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  { threads, signal, onProgress, onResult }: RunPartsOptions<Output>,
): Promise<Progress> {
  const sorted = inputs
    .map((input, index) => ({ input: handOver(input), index, bytes: bytesOf(input) }))
    .sort((a, b) => b.bytes - a.bytes);
  const totalBytes = sorted.reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = { bytes: 0, totalBytes, parts: 0, totalParts: inputs.length };
  const most = sorted.every(({ input }) => sourcesOf(input).every(canMove)) ? threads : 1;
  const work = estimateWork(sorted.flatMap(({ input }) => sourcesOf(input))) * (task.effort ?? 1);
  await runTasks(
    task,
    sorted.map(({ input }) => input),
    {
      ...given({ threads: most, signal }),
      work,
      onBytes: (bytes) => {
        progress.bytes += bytes;
        onProgress?.({ ...progress });
      },
      onResult: (output, at) => {
        progress.parts++;
        return onResult(output, sorted[at]?.index ?? 0);
      },
    },
  );
  return progress;
}

function sourcesOf(input: PartsInput): readonly PartSource[] {
  return 'source' in input ? [input.source] : input.sources;
}

function bytesOf(input: PartsInput): number {
  return sourcesOf(input).reduce((sum, { part }) => sum + part.size, 0);
}

/** The same input for any thread, as far as its storage allows. */
function handOver<Input extends PartsInput>(input: Input): Input {
  return 'source' in input
    ? { ...input, source: handOverSource(input.source) }
    : { ...input, sources: input.sources.map(handOverSource) };
}

/** The same part for any thread, as far as its storage allows ({@link canMove}). */
export function handOverSource(source: PartSource): PartSource {
  const { storage } = source;
  return { ...source, storage: 'list' in storage ? (storage.transfer ?? storage) : storage };
}

/** Whether a part can be read on another thread. */
export function canMove({ storage }: PartSource): boolean {
  return !('list' in storage) || storage.transfer !== undefined;
}
