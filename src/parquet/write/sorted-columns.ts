import type { ColumnRole } from '../../schema/schema.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { GroupMemory } from './kernel/group-memory.ts';

/** The orders in which exports are written, each by its columns, in the schema's order where several have a role. */
const orders: readonly (readonly ColumnRole[])[] = [
  ['item', 'dimension', 'windowStart', 'timestamp'],
  ['windowStart', 'item', 'dimension', 'timestamp'],
];

/**
 * The columns, by their index, by which the first `rows` rows of a row group really are sorted, all rising: the most that
 * one of the usual orders has. Every row is compared with the one before it, for as long as it is sorted at all.
 */
export function findSortedColumns(memory: GroupMemory, buffers: readonly ColumnBuffer[], rows: number): number[] {
  let best: number[] = [];
  for (const order of orders) {
    const indexes = order.flatMap((role) =>
      buffers.flatMap(({ column }, index) => (column.role === role ? [index] : [])),
    );
    for (const [at, index] of indexes.entries())
      memory.put(memory.rows + 4 * at, buffers[index]?.regions.descriptor ?? 0);
    const depth = memory.functions.countSorted(memory.rows, indexes.length, rows);
    if (depth > best.length) best = indexes.slice(0, depth);
    // a row group that is sorted by item and window is not sorted by more the other way round
    if (depth > 1) break;
  }
  return best;
}
