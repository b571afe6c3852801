import type { PartNotes } from '../../batch/decode-options.ts';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import { Again, runTasks } from '../../parallel/run-tasks.ts';
import { threadsThatPay } from '../../parallel/threads-that-pay.ts';
import type { Task } from '../../parallel/task.ts';
import { estimateWork, isRemote } from './estimate-work.ts';
import { bytesOf, type PartSource } from './part-source.ts';
import { planSlices } from './plan-slices.ts';
import { SliceChain, type NextRead } from './slice-chain.ts';

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

/**
 * How what a task gives for the slices of a part becomes what it gives for the part. The task must throw what is wrong with a
 * slice, since only the whole part tells the right place, and hand on its notes.
 */
export interface SliceJoin<Output> {
  readonly notesOf: (output: Output) => PartNotes | undefined;
  /** Joins the outputs of slices, in order, and the notes that the whole part would have. */
  readonly join: (outputs: readonly Output[], notes: PartNotes | undefined) => Output;
}

/** Options of {@link runParts}. */
export interface RunPartsOptions<Output> {
  /** Threads at most; the available cores by default. One is used where a storage cannot change threads. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether the task writes to another machine. */
  readonly writesFar?: boolean | undefined;
  /** Lets a large part be read in slices by several threads; without it, one thread reads it. */
  readonly slices?: SliceJoin<Output> | undefined;
  /** Called on this thread as bytes are read, and when a part is done: last with all of them. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called on this thread as results come in, in any order, with the input's index; a promise is awaited. */
  readonly onResult: (output: Output, index: number) => unknown;
}

/**
 * Runs a task for every input on several threads, the largest first, so that no thread is left with a large one at the end,
 * and large parts in slices. Returns the final progress.
 * @throws what the task throws, at the first failure; `WORKER_FAILED`; the signal's reason
 */
export async function runParts<Input extends PartsInput, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  { threads, signal, writesFar = false, slices, onProgress, onResult }: RunPartsOptions<Output>,
): Promise<Progress> {
  const moved = inputs.map(handOver);
  const sources = moved.flatMap(sourcesOf);
  const most = sources.every(canMove) ? threads : 1;
  const work = estimateWork(sources) * (task.effort ?? 1);
  const options = given({ threads: most, work, signal });
  const units = planUnits(task, moved, slices === undefined ? 1 : threadsThatPay(task, options));
  const counter = new ProgressCounter(moved, onProgress);
  const finish = (output: Output, index: number): unknown => {
    counter.finish();
    return onResult(output, index);
  };
  await runTasks(
    task,
    units.map(({ input }) => input),
    {
      ...options,
      lanes:
        task.waits === true && (writesFar || sources.every(isRemote))
          ? lanesFor(sources, threadsThatPay(task, options))
          : 1,
      newWorkers: 'last',
      onBytes: (bytes, at) => counter.count(bytes, units[at]?.index ?? 0),
      onResult: (output, at) => {
        const unit = units[at];
        const { chain, index = 0, number = 0 } = unit ?? {};
        if (unit === undefined || chain === undefined || slices === undefined) return finish(output, index);
        const notes = slices.notesOf(output);
        const next = notes === undefined ? chain.fail(number) : chain.accept(number, output, notes);
        if (next !== undefined) return readNext(unit, next);
        const joined = chain.join();
        if (joined === undefined) return undefined;
        counter.count(Infinity, index); // what a slice that failed has not counted
        return finish(slices.join(joined.outputs, joined.notes), index);
      },
      onFailure: (error, at) => {
        const unit = units[at];
        if (unit?.chain === undefined || isThreadsFault(error)) throw error;
        const next = unit.chain.fail(unit.number);
        return next && readNext(unit, next);
      },
    },
  );
  return counter.progress;
}

/** Inputs that all threads together begin at a time where they wait for another machine, and bytes of them for each thread. */
const mostLanes = 16;
const bytesInLanes = 16 * 1024 * 1024;

/** How many parts a thread begins at a time: several small ones, or one besides a large one. */
function lanesFor(sources: readonly PartSource[], threads: number): number {
  const mean = sources.reduce((sum, source) => sum + bytesOf(source), 0) / Math.max(1, sources.length);
  return Math.max(2, Math.min(Math.floor(mostLanes / threads), Math.floor(bytesInLanes / Math.max(1, mean))));
}

/** What a thread is given: an input, or a slice of its part. */
interface Unit<Input, Output> {
  /** Of its input. */
  readonly index: number;
  readonly input: Input;
  readonly bytes: number;
  /** Undefined where the part is read whole. */
  chain: SliceChain<Output> | undefined;
  /** Of the slice that is read. */
  number: number;
}

/** The largest first. */
function planUnits<Input extends PartsInput, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  threads: number,
): Unit<Input, Output>[] {
  const plans = planSlices(inputs.map(sourcesOf), threads, task.effort ?? 1);
  const units = inputs.flatMap((input, index): Unit<Input, Output>[] => {
    const slices = plans[index];
    const bytes = sourcesOf(input).reduce((sum, source) => sum + bytesOf(source), 0);
    if (slices === undefined) return [{ index, input, bytes, chain: undefined, number: 0 }];
    const chain = new SliceChain<Output>(slices);
    return slices.map((slice, number) => {
      return { index, input: withSlice(input, slice), bytes: slice.to - slice.from, chain, number };
    });
  });
  return units.sort((a, b) => b.bytes - a.bytes);
}

function readNext<Input extends PartsInput, Output>(unit: Unit<Input, Output>, next: NextRead): Again<Input> {
  if (next === 'whole') {
    unit.chain = undefined;
    return new Again(withSlice(unit.input, undefined));
  }
  unit.number = next.number;
  return new Again(withSlice(unit.input, next.slice));
}

function withSlice<Input extends PartsInput>(input: Input, slice: PartSource['slice']): Input {
  return 'source' in input ? { ...input, source: { ...input.source, slice } } : input;
}

/** A thread that has died cannot read anything else instead. */
function isThreadsFault(error: unknown): boolean {
  return error instanceof BacktestExportError && error.code === 'WORKER_FAILED';
}

/** Counts each part's bytes once, however often they are read. */
class ProgressCounter {
  readonly #left: number[];
  readonly #onProgress: RunPartsOptions<unknown>['onProgress'];
  #bytes = 0;
  readonly #totalBytes: number;
  #parts = 0;

  constructor(inputs: readonly PartsInput[], onProgress: RunPartsOptions<unknown>['onProgress']) {
    this.#left = inputs.map((input) => sourcesOf(input).reduce((sum, { part }) => sum + part.size, 0));
    this.#totalBytes = this.#left.reduce((sum, bytes) => sum + bytes, 0);
    this.#onProgress = onProgress;
  }

  get progress(): Progress {
    const totals = { totalBytes: this.#totalBytes, totalParts: this.#left.length };
    return { ...totals, bytes: this.#bytes, parts: this.#parts };
  }

  count(bytes: number, index: number): void {
    const left = this.#left[index] ?? 0;
    const counted = Math.min(bytes, left);
    if (counted === 0) return;
    this.#left[index] = left - counted;
    this.#bytes += counted;
    this.#onProgress?.(this.progress);
  }

  finish(): void {
    this.#parts++;
    this.#onProgress?.(this.progress);
  }
}

function sourcesOf(input: PartsInput): readonly PartSource[] {
  return 'source' in input ? [input.source] : input.sources;
}

/** The same input for any thread, as far as its storage allows. */
function handOver<Input extends PartsInput>(input: Input): Input {
  return 'source' in input
    ? { ...input, source: handOverSource(input.source) }
    : { ...input, sources: input.sources.map(handOverSource) };
}

/** The same part for any thread, as far as its storage allows ({@link canMove}). */
export function handOverSource(source: PartSource): PartSource {
  const { storage, part } = source;
  if (!('list' in storage)) return source;
  return { ...source, storage: storage.transferOf?.(part.path) ?? storage.transfer ?? storage };
}

/** Whether a part can be read on another thread. */
export function canMove({ storage }: PartSource): boolean {
  return !('list' in storage) || storage.transferOf !== undefined || storage.transfer !== undefined;
}
