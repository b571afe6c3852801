import { given } from '../given.ts';
import { unitDigest } from './plan-digest.ts';
import { formatVersion, type PlanLine } from './plan-line.ts';
import { sealState, stateKind, type StateLine } from './state-line.ts';

/** What is in a state besides what its line of the plan says. */
export type StateContent = Pick<
  StateLine,
  'piece' | 'last' | 'rowsWithoutWindow' | 'sums' | 'partitions' | 'checked' | 'error' | 'notes'
>;

/** A state of what a line of a plan names. */
export function toState(unit: PlanLine, { sums, ...content }: StateContent): StateLine {
  const { plan, number, total, head, warnings, table, part } = unit;
  return sealState({
    kind: stateKind,
    format: formatVersion,
    plan,
    number,
    total,
    unit: unitDigest(unit),
    table,
    file: part.path,
    ...content,
    head,
    ...given({ warnings, sums }),
  });
}
