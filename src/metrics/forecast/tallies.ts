import { planFigures } from './figures.ts';
import type { GroupingPlan } from './grouping-plan.ts';
import { LetGo, type LetGoOptions } from './groups/let-go.ts';
import { Spill, type SpillPlan } from './groups/spill.ts';
import { RunFinder } from './kernel/run-finder.ts';
import { createTables, type Tables } from './tables.ts';

/** How a forecast accumulator keeps memory small. */
export interface TallyOptions {
  /**
   * Finishes the groups of an item when rows of another one follow, and keeps only those chosen here; by default they
   * are held to the end. Needs `item` in `by`, and with `step` the frequency. Then `finish` needs the same options.
   */
  readonly letGo?: LetGoOptions;
  /** Where groups are written that do not fit into memory. By default all must. */
  readonly spill?: SpillPlan;
  /**
   * The state goes to another accumulator: that an item comes again may be left for that one to find, which is faster where
   * the rows of an item are together. Then `finish` is not to be called.
   */
  readonly interim?: boolean;
  /**
   * Whether the items of windows are counted; true by default. Otherwise there are none, and unless items are grouped by, their
   * texts are not held.
   */
  readonly countsItems?: boolean;
}

/** What a forecast accumulator holds. */
export interface Tallies extends Tables {
  rowsWithoutWindow: number;
  readonly countsItems: boolean;
  readonly runs: RunFinder;
  /** Where groups are let go as soon as their rows are all there. */
  readonly letGo: LetGo | undefined;
  /** Where groups are written to files when memory does not suffice. */
  readonly spill: Spill | undefined;
}

/** Empty tallies for a plan. @throws `OPTION_INVALID` for an impossible choice of groups to keep */
export function createTallies(
  plan: GroupingPlan,
  { letGo, spill, interim, countsItems = true }: TallyOptions = {},
): Tallies {
  const tables = createTables(plan, interim);
  const { kernel, groups, windows, texts, timestamps, items } = tables;
  // before those that mark what is allocated, and give back what comes after
  const runs = new RunFinder(kernel, 2, plan.textTables);
  // copied by name: what a spread makes has a new hidden class now and then, for which the loop over rows is compiled again
  return {
    plan,
    kernel,
    groups,
    windows,
    texts,
    timestamps,
    items,
    rowsWithoutWindow: 0,
    countsItems,
    runs,
    letGo: letGo === undefined ? undefined : new LetGo(tables, planFigures(plan.shape), letGo),
    spill: spill === undefined ? undefined : new Spill(tables, spill),
  };
}
