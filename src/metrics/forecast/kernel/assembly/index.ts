/**
 * The metrics kernel: adds rows to the exact sums and counts of their groups, merges groups, and rounds their sums. Its
 * memory is described in `map.ts`. Rows are staged in blocks: `findRuns` finds the runs of equal keys, to each of which the
 * caller gives a group; `inspect`, `arrange` and `addSlots` add the rows. `finishGroups` computes the figures.
 */
import { FIRST, FIRST_ODD, ODD, REGULAR } from './arrange';
import { countCrossed, increase } from './counts';
import { FEWEST_SPLIT, MOST_PENDING, ROWS, SLOT_BYTES } from './map';
import { normalize } from './merge';
import { addErrors, addShares, addSquares, addTargets, addWidths } from './rows';
import { intervals, mean, point, slotsAt, types } from './settings';
import { splitErrors, splitShares, splitSquares, splitTargets, splitWidths } from './split';
import { reserve, reserveEnd, reserveNeeded } from './sums';

export { arrange, inspect } from './arrange';
export { findRuns } from './find-runs';
export { configureFigures, finishBytes, finishGroups, giveFinishWork } from './groups';
export { mergeGroup, mergeWhole, mergeWide, normalize } from './merge';
export { finishGroup } from './round';
export { configure, stagingBytes, workBytes } from './settings';
export { refill, reserveLeft, reserveNeeded } from './sums';

/**
 * Adds arranged rows to their groups, those of slots `from` up to `end`; returns the slot before which it stopped: `end`, or an
 * earlier one when the reserve must be refilled first.
 */
export function addSlots(from: u32, end: u32): u32 {
  const needed = reserveNeeded();
  for (let number = from; number < end; number++) {
    if (reserveEnd - reserve < needed) return number;
    const slot = slotsAt + number * SLOT_BYTES;
    const group = load<u32>(slot);
    addRows(group, load<u32>(slot, FIRST), load<u32>(slot, REGULAR), true);
    addRows(group, load<u32>(slot, FIRST_ODD), load<u32>(slot, ODD), false);
  }
  return end;
}

/** Adds rows of one group, at most as many at a time as its chunks can take. */
function addRows(group: u32, row: u32, rows: u32, isRegular: bool): void {
  while (rows > 0) {
    const some = min(rows, MOST_PENDING);
    let pending = load<u32>(group);
    if (pending + some > MOST_PENDING) {
      normalize(group);
      pending = 0;
    }
    addSegment(group, row, some, isRegular && some >= FEWEST_SPLIT);
    store<u32>(group, pending + some);
    row += some;
    rows -= some;
  }
}

/** Adds a segment column by column: a column's loop is short, and its sums stay in the first-level cache. */
function addSegment(group: u32, row: u32, rows: u32, isSplit: bool): void {
  increase(group, ROWS, rows);
  if (!isSplit || !splitTargets(group, row, rows)) addTargets(group, row, rows);
  for (let type: u32 = 0; type < types; type++) {
    if (!isSplit || !splitErrors(group, type, row, rows)) addErrors(group, type, row, rows);
    if (type != point) continue;
    if (!isSplit || !splitSquares(group, type, row, rows)) addSquares(group, type, row, rows);
    if (!isSplit || !splitShares(group, type, row, rows)) addShares(group, type, row, rows);
  }
  for (let interval: u32 = 0; interval < intervals; interval++) {
    if (!isSplit || !splitWidths(group, interval, row, rows)) addWidths(group, interval, row, rows);
  }
  if (types - mean > 1) countCrossed(group, row, rows);
}
