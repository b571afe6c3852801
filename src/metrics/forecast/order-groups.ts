import type { TextTable } from '../../batch/text-table.ts';
import { sortInSteps, takeSteps, type Pause } from '../../pause.ts';
import type { FinishedChunks } from './groups/finished-chunks.ts';
import type { KeyColumn, KeyColumns } from './groups/key-columns.ts';
import { sortByRank } from './sort-by-rank.ts';
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
): Promise<Uint32Array> {
  let order = finished.addresses();
  const numbers = new Int32Array(finished.addressEnd);
  for (let part = columns.length - 1; part >= 0; part--) {
    const column = columns[part];
    if (column === undefined) continue;
    for (const address of order) numbers[address] = finished.keyAt(address, part);
    if (pause.isDue(order.length)) await pause.take();
    const ranks = column.kind === 'step' ? rankSteps(numbers, order) : ranksOf(await sortedIds(column, windows, pause));
    for (const address of order) numbers[address] = ranks.of(numbers[address] ?? 0);
    if (pause.isDue(order.length)) await pause.take();
    order = sortByRank(order, numbers, ranks.count);
    if (pause.isDue(order.length)) await pause.take();
  }
  return order;
}

/** The rank of each number of a part of a key, from 0 to `count - 1`. */
interface Ranks {
  readonly of: (number: number) => number;
  readonly count: number;
}

/** Groups without a step, which is 0, come last. */
function rankSteps(steps: Int32Array, order: Uint32Array): Ranks {
  const distinct = new Set<number>();
  for (const address of order) distinct.add(steps[address] ?? 0);
  const sorted = Int32Array.from(distinct).sort();
  const ranks = new Map(Array.from(sorted, (step, rank) => [step, step === 0 ? sorted.length : rank]));
  return { of: (step) => ranks.get(step) ?? 0, count: sorted.length + 1 };
}

function ranksOf(sorted: readonly number[]): Ranks {
  const ranks = new Int32Array(sorted.length);
  for (const [rank, id] of sorted.entries()) ranks[id] = rank;
  return { of: (id) => ranks[id] ?? 0, count: sorted.length };
}

async function sortedIds({ texts }: KeyColumn, windows: WindowTable, pause: Pause): Promise<readonly number[]> {
  return texts === undefined ? windows.sorted() : sortedTexts(texts, pause);
}

async function sortedTexts(table: TextTable, pause: Pause): Promise<number[]> {
  const texts: { readonly id: number; readonly text: string }[] = [];
  for (let id = 0; id < table.size; id++) {
    texts.push({ id, text: table.text(id) });
    if (pause.isDue(4)) await pause.take();
  }
  const sorting = sortInSteps(texts, (a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  await takeSteps(sorting, pause);
  return texts.map(({ id }) => id);
}
