import { TextTable } from '../../batch/tables/text-table.ts';
import { GroupTable } from './group-table.ts';
import type { GroupingPlan } from './grouping-plan.ts';
import { ItemSets } from './item-sets.ts';
import { MetricsKernel } from './kernel/kernel.ts';
import { NumberTable } from './number-table.ts';
import { WindowTable } from './window-table.ts';

/** The tables of a forecast accumulator, which number their entries; a group's key is a tuple of such numbers. */
export interface Tables {
  readonly plan: GroupingPlan;
  readonly kernel: MetricsKernel;
  /** Key: window, then the plan's key parts in order. */
  readonly groups: GroupTable;
  readonly windows: WindowTable;
  /** Items first, then the dimensions grouped by. */
  readonly texts: readonly TextTable[];
  /** Of every row; only where the plan has a step. */
  readonly timestamps: NumberTable;
  readonly items: ItemSets;
}

/** Empty tables for a plan. With `interim` an item may have several numbers, as they go into other tables. */
export function createTables(plan: GroupingPlan, interim = false): Tables {
  const kernel = new MetricsKernel(plan.shape);
  return {
    plan,
    kernel,
    groups: new GroupTable(kernel, 1 + plan.keyParts.length, plan.maxGroups),
    windows: new WindowTable(),
    texts: Array.from(
      { length: plan.textTables },
      // groups that are counted twice could be too many
      (_, table) => new TextTable(interim && table === 0 && plan.maxGroups === undefined ? 'sampled' : 'found'),
    ),
    timestamps: new NumberTable(),
    items: new ItemSets(),
  };
}
