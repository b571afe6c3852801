import type { Pause } from '../../pause.ts';

/** Values that are sorted in one go: a few milliseconds. */
const blockLength = 4096;

/**
 * Sorts in place as `values.sort(compare)` does, equal values staying in their order, but gives way between blocks that
 * are sorted and while they are merged. Holds one more copy of the values.
 * @throws the signal's reason, the values being in no order then
 */
export async function sortGently<Value>(
  values: Value[],
  compare: (a: Value, b: Value) => number,
  pause: Pause,
): Promise<void> {
  for (let from = 0; from < values.length; from += blockLength) {
    const block = values.slice(from, from + blockLength).sort(compare);
    for (const [index, value] of block.entries()) values[from + index] = value;
    if (pause.isDue(blockLength)) await pause.take();
  }
  let sorted = values;
  let other = values.slice();
  for (let width = blockLength; width < values.length; width *= 2) {
    for (let from = 0; from < values.length; from += 2 * width) {
      const middle = Math.min(from + width, values.length);
      const end = Math.min(middle + width, values.length);
      let [left, right] = [from, middle];
      for (let at = from; at < end; at++) {
        const takesLeft =
          left < middle && (right >= end || compare(sorted[left] as Value, sorted[right] as Value) <= 0);
        other[at] = sorted[takesLeft ? left++ : right++] as Value;
        if (pause.isDue()) await pause.take();
      }
    }
    [sorted, other] = [other, sorted];
  }
  if (sorted !== values) for (const [index, value] of sorted.entries()) values[index] = value;
}

/**
 * Sorts whole numbers by their ranks, those of one rank staying in their order: counts, and takes as long for any order.
 * `ranks` are from 0 to `count - 1`, by number.
 */
export function sortByRank(order: Uint32Array, ranks: Int32Array, count: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(count + 1);
  for (const index of order) starts[(ranks[index] ?? 0) + 1] = (starts[(ranks[index] ?? 0) + 1] ?? 0) + 1;
  for (let rank = 0; rank < count; rank++) starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0);
  const sorted = new Uint32Array(order.length);
  for (const index of order) {
    const rank = ranks[index] ?? 0;
    const at = starts[rank] ?? 0;
    sorted[at] = index;
    starts[rank] = at + 1;
  }
  return sorted;
}
