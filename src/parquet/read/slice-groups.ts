import type { PartSlice } from '../../batch/decode-options.ts';
import type { GroupPlan } from './plan-file.ts';

/** Some of a file's row groups, which follow each other, and what precedes them. */
export interface GroupSlice {
  readonly groups: readonly GroupPlan[];
  readonly groupsBefore: number;
  readonly rowsBefore: number;
}

/**
 * The row groups that begin within a slice of the file; all of them without one. Where row groups do not lie in the file
 * in their order, the first slice has them all.
 */
export function sliceGroups(groups: readonly GroupPlan[], slice: PartSlice | undefined): GroupSlice {
  if (slice === undefined) return { groups, groupsBefore: 0, rowsBefore: 0 };
  const starts = groups.map(startOf);
  const ordered = starts.every((start, index) => start >= (starts[index - 1] ?? 0));
  const isBefore = (end: number): number => (ordered ? starts.filter((start) => start < end).length : groups.length);
  const from = slice.from === 0 ? 0 : isBefore(slice.from);
  const before = groups.slice(0, from);
  return {
    groups: groups.slice(from, isBefore(slice.to)),
    groupsBefore: from,
    rowsBefore: before.reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** Where a row group's first page begins. */
function startOf({ chunks }: GroupPlan): number {
  return chunks.reduce((least, { plan }) => Math.min(least, plan.start), Number.POSITIVE_INFINITY);
}
