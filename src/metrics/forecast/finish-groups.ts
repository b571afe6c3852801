import type { Pause } from '../../pause.ts';
import type { Frequency } from '../../schema/frequency.ts';
import type { NoteBook } from '../base/notes.ts';
import type { FinishOptions } from '../base/summary.ts';
import type { FiguresPlan } from './figures.ts';
import { findSteps } from './find-steps.ts';
import { FinishedSet } from './groups/finished-set.ts';
import { GroupList } from './groups/group-list.ts';
import { KeyColumns } from './groups/key-columns.ts';
import { GroupMeasurer } from './groups/measure-groups.ts';
import { orderGroups } from './order-groups.ts';
import { allGroups } from './records.ts';
import type { Tallies } from './tallies.ts';

/** The groups of a result, and how many there are in all. */
export interface FinishedGroups {
  readonly groups: GroupList;
  readonly groupCount: number;
  readonly frequency: Frequency | null;
  /** Rows without a step, because there is no frequency or their timestamp does not fit it. */
  readonly rowsWithoutStep: number;
}

/**
 * The figures of each group, both ways: over all its rows, and as the mean of its windows' figures; with `worst` the worst
 * alone. About 2 µs for each group of each window that was not let go.
 * @throws `OPTION_INVALID` where no group has the figure to rank by; the signal's reason
 */
export async function finishGroups(
  tallies: Tallies,
  plan: FiguresPlan,
  { worst, reading, frequency: given, onGroups }: FinishOptions,
  notes: NoteBook,
  pause: Pause,
): Promise<FinishedGroups> {
  const { groups, letGo } = tallies;
  const { frequency, byGroup } = await findSteps(tallies, given, pause);
  const keys = new KeyColumns(tallies);
  const set = letGo?.finished.copy() ?? new FinishedSet(plan, keys, { ...(worst && { worst }), ...(reading && { reading }) });
  if (tallies.plan.by.length > 0) {
    const total = groups.size + (letGo?.records ?? 0);
    let done = letGo?.records ?? 0;
    const measurer = new GroupMeasurer(tallies, plan, keys, (group) => byGroup[group] ?? 0);
    for (const records of measurer.measure(allGroups(groups), set)) {
      done += records;
      if (!pause.isDue(20 * records)) continue;
      onGroups?.(done, total);
      await pause.take();
    }
  }
  set.refuseMissed();
  set.notes.addTo(notes);
  const order = worst === undefined ? await orderGroups(set.kept, keys, tallies.windows, pause) : set.worstFirst();
  return {
    groups: new GroupList(set.kept, order, plan, keys),
    groupCount: set.groupCount,
    frequency,
    rowsWithoutStep: set.rowsWithoutStep,
  };
}
