import type { GroupSummary } from '#src/metrics/base/summary.js';
import { exactSum } from './exact-sum.ts';

/** A group of a summary by item, and Σ|y| of its rows. */
export interface SlowGroup {
  readonly group: GroupSummary;
  readonly absoluteActuals: number;
}

/** Everything is held and sorted, straight from docs/report.md. Keys of the groups, in order; the median of all. */
export function slowLists(groups: readonly SlowGroup[], badnessOf: (group: GroupSummary) => number | null) {
  const all = groups.map(({ group }) => group);
  const byKey = (a: GroupSummary, b: GroupSummary): number => (keyOf(a) < keyOf(b) ? -1 : 1);
  const errorOf = ({ pooled }: GroupSummary): number => pooled.WAPESum ?? 0;
  const ranked = all.filter((group) => badnessOf(group) !== null);
  const badness = (group: GroupSummary): number => badnessOf(group) ?? 0;
  const best = ranked.toSorted((a, b) => badness(a) - badness(b) || byKey(a, b));
  return {
    costliest: all
      .filter((group) => errorOf(group) > 0)
      .sort((a, b) => errorOf(b) - errorOf(a) || byKey(a, b))
      .map(keyOf),
    worst: ranked.toSorted((a, b) => badness(b) - badness(a) || byKey(a, b)).map(keyOf),
    best: best.map(keyOf),
    median: best[Math.ceil(best.length / 2) - 1]?.key['item'],
    errors: exactSum(all.map(errorOf)),
    actuals: exactSum(groups.map(({ absoluteActuals }) => absoluteActuals)),
  };
}

/** The share of the total error that the `count` largest errors have. */
export function slowErrorShare(errors: readonly number[], count: number): number {
  const sorted = errors.toSorted((a, b) => b - a);
  return exactSum(sorted.slice(0, count)) / exactSum(sorted);
}

function keyOf({ key }: GroupSummary): string {
  return JSON.stringify(Object.values(key));
}
