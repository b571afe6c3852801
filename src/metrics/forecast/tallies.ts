import { planFigures } from './figures.ts';
import type { GroupingPlan } from './grouping-plan.ts';
import { LetGo, type LetGoOptions } from './groups/let-go.ts';
import { Spill, type SpillPlan } from './groups/spill.ts';
import { createTables, type Tables } from './tables.ts';

/** What a forecast accumulator holds. */
export interface Tallies extends Tables {
  rowsWithoutWindow: number;
  /** Where groups are let go as soon as their rows are all there. */
  readonly letGo: LetGo | undefined;
  /** Where groups are written to files when memory does not suffice. */
  readonly spill: Spill | undefined;
}

/** Empty tallies for a plan. @throws `OPTION_INVALID` for an impossible choice of groups to keep */
export function createTallies(plan: GroupingPlan, letGo?: LetGoOptions, spill?: SpillPlan): Tallies {
  const tables = createTables(plan);
  return {
    ...tables,
    rowsWithoutWindow: 0,
    letGo: letGo === undefined ? undefined : new LetGo(tables, planFigures(plan.shape), letGo),
    spill: spill === undefined ? undefined : new Spill(tables, spill),
  };
}
