import { forEachInSteps, type Steps } from '../../pause.ts';
import { runSteps } from './records.ts';

/**
 * Sorts whole numbers by their ranks, those of one rank staying in their order: counts, and takes as long for any order.
 * `ranks` are from 0 to `count - 1`, by number. For few: it takes about 10 ns for each.
 */
export function sortByRank(order: Uint32Array, ranks: Int32Array, count: number): Uint32Array<ArrayBuffer> {
  return runSteps(sortByRankInSteps(order, ranks, count));
}

/** {@link sortByRank} in steps. */
export function* sortByRankInSteps(
  order: Uint32Array,
  ranks: Int32Array,
  count: number,
): Steps<Uint32Array<ArrayBuffer>> {
  const starts = new Uint32Array(count + 1);
  yield* forEachInSteps(order, (index) => {
    const next = (ranks[index] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  });
  for (let rank = 0; rank < count; rank++) starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0);
  const sorted = new Uint32Array(order.length);
  yield* forEachInSteps(order, (index) => {
    const rank = ranks[index] ?? 0;
    const at = starts[rank] ?? 0;
    sorted[at] = index;
    starts[rank] = at + 1;
  });
  return sorted;
}
