import type { ZodType } from 'zod';
import { BacktestExportError, type ErrorPosition } from '../errors.ts';
import { given } from '../given.ts';
import { unitCostsShape, type UnitCosts } from '../metrics/base/costs.ts';
import type { Reading } from '../metrics/base/reading.ts';
import type { GroupPhase, GroupSummary, Worst } from '../metrics/base/summary.ts';
import { refuseIdleOptions } from '../metrics/summarize-options.ts';
import type { ExportSummary, ListedSummary } from '../metrics/summarize.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { StateMerger } from './merge-states.ts';
import { readStates, type GivenState } from './read-states.ts';
import type { StateLine } from './state-line.ts';
import { StateRoll } from './state-roll.ts';

/** How far reducing is. */
export interface ReduceProgress {
  /** States that were merged. */
  readonly states: number;
  /** Lines of the plan; 0 until the first state is there. A part of very many groups has several states. */
  readonly totalParts: number;
  readonly phase: 'reading' | GroupPhase;
  /** Groups that are done in this phase, and their total: 0 of 0 until all states are merged. */
  readonly groups: number;
  readonly totalGroups: number;
}

/** Options of {@link reduceStates}: those of `summarize` on which sums do not depend. */
export interface ReduceOptions {
  /** Show only the worst groups; all by default. */
  readonly worst?: Worst;
  /** Which reading of groups `worst` ranks by: `pooled` (the default) or `averaged`. */
  readonly reading?: Reading;
  /** What a unit too few and a unit too many cost, as of `summarize`. */
  readonly costs?: UnitCosts;
  /** Takes the groups one after another instead of `groups`, as of `summarize`. */
  readonly onGroup?: (group: GroupSummary) => void | Promise<void>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReduceProgress) => void;
}

const reduceOptionsShape = (z: Zod): ZodType<ReduceOptions> =>
  objectShape<ReduceOptions>(z, {
    worst: objectShape<Worst>(z, { metric: z.string(), count: z.int().min(1) }).optional(),
    reading: z.enum(['pooled', 'averaged']).optional(),
    costs: unitCostsShape(z).optional(),
    onGroup: z.function().optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
  });

/**
 * Merges the states of all lines of a plan, in any order, into what `summarize` gives for the export, to the last bit. Every
 * state is checked as if it were a file, and held no longer than it takes to merge it. Memory: that of `summarize` on one thread;
 * groups that do not fit go to a temporary folder.
 * @throws `STATE_INVALID`, `VERSION_UNSUPPORTED`, `STATE_FOREIGN`, `STATE_REPEATED`, `STATE_CONFLICT`, `STATE_MISSING`: there is
 * no figure from part of the data; `TOO_MANY_GROUPS`; `OPTION_INVALID`; what the source of states throws; the signal's reason
 */
export async function reduceStates(
  states: AsyncIterable<GivenState> | Iterable<GivenState>,
  options: ReduceOptions = {},
): Promise<ExportSummary> {
  const listed = await reduceListed(states, options);
  const { onGroup, signal } = options;
  if (onGroup === undefined) return { ...listed, groups: await listed.groups.toArray(given({ signal })) };
  await listed.groups.forEach((group) => onGroup(group), given({ signal }));
  return { ...listed, groups: [] };
}

/** {@link reduceStates} for whoever takes the groups one by one, such as the command. */
export async function reduceListed(
  states: AsyncIterable<GivenState> | Iterable<GivenState>,
  options: ReduceOptions = {},
): Promise<ListedSummary> {
  await checkOptions('reduceStates', options, reduceOptionsShape);
  const { worst, reading, costs, signal, onProgress } = options;
  const roll = new StateRoll();
  let merger: StateMerger | undefined;
  let count = 0;
  try {
    for await (const { state, place } of readStates('reduceStates', states, roll, signal)) {
      merger ??= await openMerger(state, options, place);
      await merger.add(state, place, signal);
      onProgress?.({ states: ++count, totalParts: state.total, phase: 'reading', groups: 0, totalGroups: 0 });
    }
    const { total, warnings } = roll.finish();
    if (merger === undefined) throw new Error('a roll without states was finished');
    const onGroups = (groups: number, totalGroups: number, phase: GroupPhase): void =>
      onProgress?.({ states: count, totalParts: total, phase, groups, totalGroups });
    return await merger.finish(warnings, { ...given({ worst, reading, costs, signal }), onGroups });
  } finally {
    await merger?.dispose();
  }
}

/** @throws `STATE_INVALID` for a state of an impossible plan; `OPTION_INVALID` for options that mean nothing to it */
async function openMerger(state: StateLine, options: ReduceOptions, place: ErrorPosition): Promise<StateMerger> {
  const { head } = state;
  if (head.for !== 'summarize') {
    const problem =
      'reduceStates: expected states for summarize, found some for verify: give them to reduceVerification';
    throw new BacktestExportError('OPTION_INVALID', problem, { position: place });
  }
  refuseIdleOptions({ ...options, ...given({ by: head.options.by }) }, 'reduceStates');
  try {
    return await StateMerger.create(head);
  } catch (error) {
    if (!(error instanceof BacktestExportError) || error.code === 'MEMORY_REFUSED') throw error;
    throw new BacktestExportError('STATE_INVALID', `its plan is impossible: ${error.problem}`, {
      position: place,
      cause: error,
    });
  }
}
