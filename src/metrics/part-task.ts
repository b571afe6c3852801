import type { PartNotes } from '../batch/decode-options.ts';
import { isPassing, serializeError, type SerializedError } from '../errors.ts';
import { readPart, type PartSource } from '../export/parts/part-source.ts';
import type { SliceJoin } from '../export/parts/run-parts.ts';
import type { Task, TaskContext, TaskResult } from '../parallel/task.ts';
import type { TableName } from '../schema/schema.ts';
import {
  AccuracyDistribution,
  type AccuracyDistributionOptions,
  type AccuracyDistributionState,
} from './accuracy/item-distributions.ts';
import { ForecastAccumulator, type AccumulatorOptions } from './forecast/accumulator.ts';
import { ItemsScattered } from './forecast/groups/let-go.ts';
import { transferList, type ForecastState } from './forecast/states/state.ts';

/** What to compute from a part: its table, and the options. Plain data. */
export type GatherPlan =
  | { readonly table: 'forecasted-values'; readonly options: AccumulatorOptions }
  | { readonly table: 'accuracy-metrics-values'; readonly options: AccuracyDistributionOptions };

/** What was computed. Plain data. */
export type Gathered =
  | { readonly table: 'forecasted-values'; readonly state: ForecastState }
  | { readonly table: 'accuracy-metrics-values'; readonly state: AccuracyDistributionState };

/** One part of either table, as plain data. */
export interface PartInput {
  readonly source: PartSource;
  readonly gather: GatherPlan;
  readonly onBadPart: 'stop' | 'skip';
}

/** The result of a part: sums, of each of its slices or of all of it, and notes; or why it has none. */
export type PartOutput =
  | {
      readonly kind: 'summed';
      readonly table: TableName;
      readonly gathered: readonly Gathered[];
      readonly notes: PartNotes | undefined;
    }
  /** Rows of one item are far apart: its groups cannot be let go. */
  | { readonly kind: 'scattered' }
  /** Where bad parts are skipped. */
  | { readonly kind: 'skipped'; readonly table: TableName; readonly file: string; readonly error: SerializedError };

/**
 * Summarizes one part, or a slice of it. The sums of a part that fails are dropped entirely.
 * @throws what decoding throws, unless bad parts are skipped; always of a slice, and an abort.
 */
export async function summarizePart(
  { source, gather, onBadPart }: PartInput,
  { signal, onBytes, takeRoom }: TaskContext,
): Promise<TaskResult<PartOutput>> {
  const sums =
    gather.table === 'forecasted-values'
      ? new ForecastAccumulator({ ...gather.options, interim: true })
      : new AccuracyDistribution(gather.options);
  const notes: PartNotes[] = [];
  try {
    const onNotes = (found: PartNotes): unknown => notes.push(found);
    const reading = { columns: sums.requiredColumns, batchRows, signal, onBytes, takeRoom, onNotes };
    for await (const batch of readPart(source, reading)) {
      sums.add(batch);
      if (sums instanceof ForecastAccumulator && sums.isFull) await sums.relieve(signal);
    }
    const gathered = await takeState(sums, signal);
    // the few buffers of a distribution are copied
    const transfer = gathered.table === 'forecasted-values' ? transferList(gathered.state) : [];
    return { output: { kind: 'summed', table: gather.table, gathered: [gathered], notes: notes[0] }, transfer };
  } catch (error) {
    if (error instanceof ItemsScattered) return { output: { kind: 'scattered' } };
    if (onBadPart !== 'skip' || signal.aborted || source.slice !== undefined) throw error;
    const serialized = serializeError(error);
    if (isPassing(serialized.code)) throw error;
    if (serialized.code === 'WORKER_FAILED' || serialized.code === 'TOO_MANY_GROUPS') throw error;
    return { output: { kind: 'skipped', table: gather.table, file: source.part.path, error: serialized } };
  } finally {
    if (sums instanceof ForecastAccumulator) sums.dispose();
  }
}

/**
 * Rows of a batch: what each batch costs is paid less often than with those of other readers, and in a process that does
 * nothing else the engine compiles less of it.
 */
const batchRows = 8192;

/** {@link summarizePart} for any thread. */
export const summarizePartTask: Task<PartInput, PartOutput> = {
  name: 'summarizePart',
  waits: true,
  run: summarizePart,
};

/** The sums of slices, which merge in any order. */
export const joinSummaries: SliceJoin<PartOutput> = {
  notesOf: (output) => (output.kind === 'summed' ? output.notes : undefined),
  join: (outputs, notes) => {
    if (outputs.some(({ kind }) => kind === 'scattered')) return { kind: 'scattered' };
    const gathered = outputs.flatMap((output) => (output.kind === 'summed' ? output.gathered : []));
    return { kind: 'summed', table: gathered[0]?.table ?? 'forecasted-values', gathered, notes };
  },
};

async function takeState(sums: ForecastAccumulator | AccuracyDistribution, signal: AbortSignal): Promise<Gathered> {
  return sums instanceof ForecastAccumulator
    ? { table: 'forecasted-values', state: await sums.takeState(signal) }
    : { table: 'accuracy-metrics-values', state: sums.takeState() };
}
