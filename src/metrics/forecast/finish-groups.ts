import { given } from '../../given.ts';
import type { Pause } from '../../pause.ts';
import type { Frequency } from '../../schema/frequency.ts';
import type { FinishOptions } from '../base/summary.ts';
import type { FiguresPlan } from './figures.ts';
import { findFrequency, stepOfGroups, stepPart } from './find-frequency.ts';
import { FinishedSet } from './groups/finished-set.ts';
import { KeyColumns } from './groups/key-columns.ts';
import { GroupMeasurer } from './groups/measure-groups.ts';
import { partitions, type Spill } from './groups/spill.ts';
import { WindowTotals } from './groups/window-totals.ts';
import { allGroups } from './records.ts';
import type { Tallies } from './tallies.ts';

/** All groups, finished. */
export interface FinishedGroups {
  readonly set: FinishedSet;
  readonly keys: KeyColumns;
  readonly frequency: Frequency | null;
  /** The sums of groups that were merged from files; to be freed. */
  readonly spilled: WindowTotals | undefined;
}

/**
 * The figures of each group, both ways: over all its rows, and as the mean of its windows' figures; with `worst` the worst
 * alone are kept. About 2 µs for each group of each window that was not let go.
 * @throws `OPTION_INVALID` where no group has the figure to rank by; what reading files throws; the signal's reason
 */
export async function finishGroups(
  tallies: Tallies,
  plan: FiguresPlan,
  { worst, reading, take, costs, keepSums = costs !== undefined, frequency: known, onGroups }: FinishOptions,
  pause: Pause,
): Promise<FinishedGroups> {
  const { groups, letGo, spill } = tallies;
  const frequency = await findFrequency(tallies, known, pause, (times) => spilledTimes(tallies, times, pause));
  const keys = new KeyColumns(tallies);
  const set = letGo?.finished.copy() ?? new FinishedSet(plan, keys, { ...given({ worst, reading, take }), keepSums });
  const measurer = new GroupMeasurer(tallies, plan, keys, stepOfGroups(tallies, frequency));
  let done = letGo?.records ?? 0;
  const measure = async (total: number): Promise<void> => {
    for (const records of measurer.measure(allGroups(groups), set)) {
      done += records;
      if (!pause.isDue(20 * records || 5000)) continue;
      onGroups?.(done, Math.max(done, total), 'figures');
      await pause.take();
    }
  };
  let spilled: WindowTotals | undefined;
  if (spill?.isUsed === true) spilled = await measureSpilled(tallies, spill, measure, pause);
  else if (tallies.plan.by.length > 0) await measure(groups.size + done);
  if (done > 0) onGroups?.(done, done, 'figures');
  set.refuseMissed();
  return { set, keys, frequency, spilled };
}

/** Groups that were written to files are merged a partition at a time. */
async function measureSpilled(
  tallies: Tallies,
  spill: Spill,
  measure: (total: number) => Promise<void>,
  pause: Pause,
): Promise<WindowTotals> {
  const { groups, plan } = tallies;
  const totals = new WindowTotals(plan);
  try {
    await spill.write(pause);
    const total = spill.groups;
    let before = 0;
    for (let partition = 0; partition < partitions; partition++) {
      groups.reserveElsewhere(before);
      await spill.load(partition, pause);
      totals.add(tallies, allGroups(groups));
      await measure(total);
      before += groups.size;
      spill.clear();
      await pause.take();
    }
    return totals;
  } catch (error) {
    totals.free();
    throw error;
  } finally {
    groups.reserveElsewhere(0);
    spill.clear();
  }
}

async function spilledTimes(
  tallies: Tallies,
  times: readonly { readonly timestamps: Set<number> }[],
  pause: Pause,
): Promise<void> {
  const { plan, timestamps, spill } = tallies;
  const part = stepPart(plan);
  const add = (keys: Int32Array, at: number): void => {
    const time = timestamps.value(keys[at + part] ?? -1);
    if (time !== undefined) times[keys[at] ?? -1]?.timestamps.add(time);
  };
  await spill?.forEachKey(add, pause);
}
