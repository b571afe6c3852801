/**
 * The metrics kernel: adds rows to the exact sums and counts of their groups, merges groups, and rounds their sums. Its
 * memory is described in `map.ts`. A call of `accumulate` ends at the end of the rows or, before any row of a segment is
 * touched, where the reserve may not suffice: the caller refills it and calls again from there.
 */
import { countCrossed, increase } from './counts';
import { MOST_PENDING, ROWS } from './map';
import { normalize } from './merge';
import { addPoint, addTargets, addType, addWidths } from './rows';
import { groupsAt, intervals, mean, point, types } from './settings';
import { splitPoint, splitTargets, splitType, splitWidths } from './split';
import { reserve, reserveEnd, reserveNeeded } from './sums';

export { mergeGroup, mergeWide, normalize } from './merge';
export { finishGroup } from './round';
export { configure } from './settings';
export { refill, reserveLeft, reserveNeeded } from './sums';

const FEWEST_SPLIT: u32 = 4; // rows for which splitting pays

/**
 * Adds staged rows from `from` up to `end` to their groups; returns the row where it stopped: `end`, or an earlier one
 * when the reserve must be refilled first.
 */
export function accumulate(from: u32, end: u32): u32 {
  const needed = reserveNeeded();
  let row = from;
  while (row < end) {
    const group = load<u32>(groupsAt + (row << 2));
    if (group == 0) {
      row++;
      continue;
    }
    let pending = load<u32>(group);
    if (pending >= MOST_PENDING) {
      normalize(group);
      pending = 0;
    }
    let stop = row + 1;
    const last = min(end, row + MOST_PENDING - pending);
    while (stop < last && load<u32>(groupsAt + (stop << 2)) == group) stop++;
    if (reserveEnd - reserve < needed) return row;
    addSegment(group, row, stop - row);
    store<u32>(group, pending + stop - row);
    row = stop;
  }
  return row;
}

/** Adds rows of one group, column by column: a column's loop is short, and its sums stay in the first-level cache. */
function addSegment(group: u32, row: u32, rows: u32): void {
  const pairs = rows < FEWEST_SPLIT ? 0 : rows & ~1; // the rows that may be split
  increase(group, ROWS, rows);
  const most = pairs ? splitTargets(group, row, pairs) : NaN;
  let done: u32 = most == most ? pairs : 0;
  if (done < rows) addTargets(group, row + done, rows - done);
  const guess = 4 * most;
  for (let type: u32 = 0; type < types; type++) {
    if (type == point) {
      done = pairs && splitPoint(group, type, row, pairs) ? pairs : 0;
      if (done < rows) addPoint(group, type, row + done, rows - done);
    } else {
      done = pairs && splitType(group, type, row, pairs, guess) ? pairs : 0;
      if (done < rows) addType(group, type, row + done, rows - done);
    }
  }
  for (let interval: u32 = 0; interval < intervals; interval++) {
    done = pairs && splitWidths(group, interval, row, pairs, guess) ? pairs : 0;
    if (done < rows) addWidths(group, interval, row + done, rows - done);
  }
  if (types - mean > 1) countCrossed(group, row, rows);
}
