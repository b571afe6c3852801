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
