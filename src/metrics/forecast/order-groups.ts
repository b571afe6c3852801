import type { TextTable } from '../../batch/text-table.ts';
import { sortInSteps, takeSteps, type Pause } from '../../pause.ts';
import type { GroupSteps } from './find-steps.ts';
import type { Tallies } from './tallies.ts';
import { sortByRank } from './sort-by-rank.ts';

/** All groups in the order of a result, and what their keys mean. */
export interface OrderedGroups {
  /** Group numbers, sorted by the keys of `by` in turn, then by window. */
  readonly order: Uint32Array;
  /** Whether two groups have the same keys of `by`. */
  readonly sameKey: (a: number, b: number) => boolean;
  /** A group's key as a result shows it. */
  readonly keyOf: (group: number) => Record<string, string | number | null>;
}

/** The rank of each group by one key; ranks are from 0 to `count - 1`. */
interface Ranks {
  readonly byGroup: Int32Array;
  readonly count: number;
}

/**
 * Sorts the groups; the order depends on the meaning of keys, never on their numbers. Linear in the groups except for
 * sorting the distinct texts.
 */
export async function orderGroups(
  tallies: Tallies,
  steps: GroupSteps,
  windowNames: readonly string[],
  pause: Pause,
): Promise<OrderedGroups> {
  const { groups, plan, texts } = tallies;
  const { keys, width } = groups;
  const columns = plan.by.map((name) => {
    const at = plan.keyParts.findIndex((part) => part.name === name) + 1;
    const part = plan.keyParts[at - 1];
    return { name, at, kind: part?.kind ?? 'window', texts: part?.kind === 'text' ? texts[part.table] : undefined };
  });
  const windowRanks = rankWindows(tallies);
  const ranks: Ranks[] = [];
  for (const { at, kind, texts: table } of columns) {
    if (kind === 'step') ranks.push(rankSteps(steps.byGroup));
    else if (table === undefined) ranks.push(windowRanks);
    else ranks.push(rankKeys(tallies, at, await rankTexts(table, pause)));
    if (pause.isDue(groups.size)) await pause.take();
  }
  let order = sortByRank(
    Uint32Array.from({ length: groups.size }, (_, group) => group),
    windowRanks.byGroup,
    windowRanks.count,
  );
  for (const { byGroup, count } of ranks.toReversed()) {
    if (pause.isDue(groups.size)) await pause.take();
    order = sortByRank(order, byGroup, count);
  }
  const keyOf = (group: number): Record<string, string | number | null> =>
    Object.fromEntries(
      columns.map(({ name, at, kind, texts: table }) => {
        const id = keys[group * width + at] ?? 0;
        if (kind === 'step') return [name, steps.byGroup[group] || null];
        return [name, table === undefined ? (windowNames[id] ?? '') : table.text(id)];
      }),
    );
  return { order, sameKey: (a, b) => ranks.every(({ byGroup }) => byGroup[a] === byGroup[b]), keyOf };
}

/** The groups of each window one after another, windows by start, then end. */
export function orderByWindow(tallies: Tallies): Uint32Array {
  const { byGroup, count } = rankWindows(tallies);
  return sortByRank(
    Uint32Array.from({ length: tallies.groups.size }, (_, group) => group),
    byGroup,
    count,
  );
}

function rankWindows(tallies: Tallies): Ranks {
  return rankKeys(tallies, 0, ranksOf(tallies.windows.sorted()));
}

/** Ranks of groups by the ranks of one part of their keys. */
function rankKeys({ groups }: Tallies, at: number, ranks: Int32Array): Ranks {
  const byGroup = new Int32Array(groups.size);
  for (let group = 0; group < groups.size; group++) {
    byGroup[group] = ranks[groups.keys[group * groups.width + at] ?? 0] ?? 0;
  }
  return { byGroup, count: ranks.length };
}

/** Groups without a step come last. */
function rankSteps(byGroup: Int32Array): Ranks {
  const distinct = Int32Array.from(new Set(byGroup)).sort();
  const rankOf = new Map(Array.from(distinct, (step, rank) => [step, step === 0 ? distinct.length : rank]));
  return { byGroup: byGroup.map((step) => rankOf.get(step) ?? 0), count: distinct.length + 1 };
}

async function rankTexts(table: TextTable, pause: Pause): Promise<Int32Array> {
  const texts: { readonly id: number; readonly text: string }[] = [];
  for (let id = 0; id < table.size; id++) {
    texts.push({ id, text: table.text(id) });
    if (pause.isDue(4)) await pause.take();
  }
  const sorting = sortInSteps(texts, (a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  await takeSteps(sorting, pause);
  return ranksOf(texts.map(({ id }) => id));
}

function ranksOf(sortedIds: readonly number[]): Int32Array {
  const ranks = new Int32Array(sortedIds.length);
  for (const [rank, id] of sortedIds.entries()) ranks[id] = rank;
  return ranks;
}
