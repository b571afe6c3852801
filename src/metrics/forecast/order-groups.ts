import type { TextTable } from '../../batch/tables/text-table.ts';
import { forEachInSteps, sortInSteps, takeSteps, type Pause, type Steps } from '../../pause.ts';
import type { FinishOptions } from '../base/summary.ts';
import type { FinishedChunks } from './groups/finished-chunks.ts';
import type { KeyColumn, KeyColumns } from './groups/key-columns.ts';
import { sortByRankInSteps } from './sort-by-rank.ts';
import type { WindowTable } from './window-table.ts';

/**
 * The addresses of finished groups in the order of a result, by the keys of `by` in turn: it depends on the meaning of
 * keys, never on their numbers. Linear in the groups except for sorting the distinct texts.
 * @throws the signal's reason
 */
export async function orderGroups(
  finished: FinishedChunks,
  { columns }: KeyColumns,
  windows: WindowTable,
  pause: Pause,
  onGroups?: FinishOptions['onGroups'],
): Promise<Uint32Array> {
  let order = finished.addresses();
  // the texts of groups that were handed over need not be sorted
  if (order.length === 0) return order;
  const tell = (part: number, share: number): void => {
    const done = (columns.length - 1 - part + share) / columns.length;
    onGroups?.(Math.floor(order.length * done), order.length, 'order');
  };
  const numbers = new Int32Array(finished.addressEnd);
  for (let part = columns.length - 1; part >= 0; part--) {
    const column = columns[part];
    if (column === undefined) continue;
    await takeSteps(
      forEachInSteps(order, (address) => (numbers[address] = finished.keyAt(address, part))),
      pause,
    );
    tell(part, 0.1);
    const ranks =
      column.kind === 'step'
        ? await takeSteps(rankSteps(numbers, order), pause)
        : ranksOf(await sortedIds(column, windows, pause, (share) => tell(part, 0.1 + 0.6 * share)));
    await takeSteps(
      forEachInSteps(order, (address) => (numbers[address] = ranks.of(numbers[address] ?? 0))),
      pause,
    );
    tell(part, 0.8);
    order = await takeSteps(sortByRankInSteps(order, numbers, ranks.count), pause);
    tell(part, 1);
  }
  return order;
}

/** The rank of each number of a part of a key, from 0 to `count - 1`. */
interface Ranks {
  readonly of: (number: number) => number;
  readonly count: number;
}

/** Groups without a step, which is 0, come last. */
function* rankSteps(steps: Int32Array, order: Uint32Array): Steps<Ranks> {
  const distinct = new Set<number>();
  yield* forEachInSteps(order, (address) => distinct.add(steps[address] ?? 0));
  const sorted = Int32Array.from(distinct).sort();
  const ranks = new Map(Array.from(sorted, (step, rank) => [step, step === 0 ? sorted.length : rank]));
  return { of: (step) => ranks.get(step) ?? 0, count: sorted.length + 1 };
}

function ranksOf(sorted: readonly number[]): Ranks {
  const ranks = new Int32Array(sorted.length);
  for (const [rank, id] of sorted.entries()) ranks[id] = rank;
  return { of: (id) => ranks[id] ?? 0, count: sorted.length };
}

async function sortedIds(
  { texts }: KeyColumn,
  windows: WindowTable,
  pause: Pause,
  tell: (share: number) => void,
): Promise<readonly number[]> {
  return texts === undefined ? windows.sorted() : sortedTexts(texts, pause, tell);
}

/** Tells how much of it is done, from 0 to 1, when it gives way. */
async function sortedTexts(table: TextTable, pause: Pause, tell: (share: number) => void): Promise<number[]> {
  const texts: { readonly id: number; readonly text: string }[] = [];
  for (let id = 0; id < table.size; id++) {
    texts.push({ id, text: table.text(id) });
    if (!pause.isDue(4)) continue;
    tell((0.3 * id) / table.size);
    await pause.take();
  }
  let compared = 0;
  const most = Math.max(1, texts.length * Math.log2(texts.length + 1));
  const sorting = sortInSteps(texts, (a, b) => {
    compared++;
    return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  });
  for (const units of sorting) {
    if (!pause.isDue(units ?? 8)) continue;
    tell(0.3 + 0.7 * Math.min(1, compared / most));
    await pause.take();
  }
  return texts.map(({ id }) => id);
}
