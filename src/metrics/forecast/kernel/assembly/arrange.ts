/**
 * Brings the rows of a block into the order of their groups, so that each group is one segment of many rows: most of what
 * a segment costs beyond its rows is adding its totals to the sums. Rows with a number that is not finite follow behind the
 * others of their group, so that they do not keep those from being split.
 *
 * A group record has the number of its slot while the rows are arranged; a slot is where the rows of one group are.
 */
import { FEWEST_SPLIT, RUN_BYTES, SLOT, SLOT_BYTES } from './map';
import { clearBlock, measureStaged, widenBlock } from './ranges';
import { oddAt, runsAt, slotsAt, stagedAt, stagedStatesAt, stagedStride, statesAt, stride, types, valuesAt } from './settings';

// members of a slot; its group is at 0
export const FIRST: u32 = 4;
export const REGULAR: u32 = 8; // rows
export const FIRST_ODD: u32 = 12;
export const ODD: u32 = 16; // rows
const NEXT: u32 = 20; // where the next row is put
const NEXT_ODD: u32 = 24;

const MAGNITUDE: u64 = 0x7fffffffffffffff;
const INFINITE: u64 = 0x7ff0000000000000;

/** Whether some number of the block is not finite: then the states are needed. */
let isMixed: bool = false;
/** Whether that is so in most rows, which then count as regular. */
let isOddThroughout: bool = false;

/** Measures the staged columns; returns whether the states of the rows are needed, as something is not finite. */
export function inspect(rows: u32): bool {
  isMixed = !measureStaged(rows);
  return isMixed;
}

/** Arranges the rows of the runs, which `inspect` has seen; returns how many slots there are. */
export function arrange(runs: u32): u32 {
  const end = runsAt + runs * RUN_BYTES;
  if (isMixed) markOdd(end);
  const slots = countRows(end);
  placeSlots(slots);
  if (isMixed) copyMixed(end);
  else copyRuns(end);
  for (let slot = slotsAt; slot < slotsAt + slots * SLOT_BYTES; slot += SLOT_BYTES) {
    store<u16>(load<u32>(slot), 0, SLOT);
    if (isPadded(load<u32>(slot, REGULAR))) pad(load<u32>(slot, NEXT));
  }
  if (isMixed) measureRegular(slots);
  return slots;
}

/** Segments are split two rows at a time: those of an odd number get one of zeros. */
@inline
function isPadded(rows: u32): bool {
  return (rows & 1) != 0 && rows >= FEWEST_SPLIT;
}

/** The ranges of the block without the rows that are not finite. */
function measureRegular(slots: u32): void {
  clearBlock();
  for (let slot = slotsAt; slot < slotsAt + slots * SLOT_BYTES; slot += SLOT_BYTES) {
    widenBlock(load<u32>(slot, FIRST), load<u32>(slot, REGULAR));
  }
}

/** Marks the rows with a number that is not finite; none where they are most of all: a column may be missing throughout. */
function markOdd(end: u32): void {
  let row: u32 = 0;
  let odd: u32 = 0;
  for (let run = runsAt; run < end; run += RUN_BYTES) {
    for (const stop = row + load<u32>(run, 4); row < stop; row++) {
      let isOdd: u32 = 0;
      for (let column: u32 = 0; column <= types; column++) {
        isOdd |= <u32>((load<u64>(stagedAt + column * stagedStride + (row << 3)) & MAGNITUDE) >= INFINITE);
      }
      store<u8>(oddAt + row, isOdd);
      odd += isOdd;
    }
  }
  isOddThroughout = odd > row - odd;
  if (isOddThroughout) memory.fill(oddAt, 0, row);
}

/** Gives each group a slot, with the number of its rows. */
function countRows(end: u32): u32 {
  let slots: u32 = 0;
  let row: u32 = 0;
  for (let run = runsAt; run < end; run += RUN_BYTES) {
    const group = load<u32>(run);
    const rows = load<u32>(run, 4);
    row += rows;
    if (group == 0) continue;
    let slot = slotOf(group);
    if (load<u16>(group, SLOT) == 0) {
      store<u16>(group, ++slots, SLOT);
      slot = slotOf(group);
      store<u32>(slot, group);
      store<u32>(slot, 0, REGULAR);
      store<u32>(slot, 0, ODD);
    }
    let odd: u32 = 0;
    if (isMixed) for (let index = row - rows; index < row; index++) odd += load<u8>(oddAt + index);
    store<u32>(slot, load<u32>(slot, REGULAR) + rows - odd, REGULAR);
    store<u32>(slot, load<u32>(slot, ODD) + odd, ODD);
  }
  return slots;
}

@inline
function slotOf(group: u32): u32 {
  return slotsAt + (<u32>load<u16>(group, SLOT) - 1) * SLOT_BYTES;
}

function placeSlots(slots: u32): void {
  let next: u32 = 0;
  for (let slot = slotsAt; slot < slotsAt + slots * SLOT_BYTES; slot += SLOT_BYTES) {
    const regular = load<u32>(slot, REGULAR);
    store<u32>(slot, next, FIRST);
    store<u32>(slot, next, NEXT);
    next += regular + <u32>isPadded(regular);
    store<u32>(slot, next, FIRST_ODD);
    store<u32>(slot, next, NEXT_ODD);
    next += load<u32>(slot, ODD);
  }
}

function copyRuns(end: u32): void {
  let row: u32 = 0;
  for (let run = runsAt; run < end; run += RUN_BYTES) {
    const group = load<u32>(run);
    const rows = load<u32>(run, 4);
    if (group != 0) {
      const slot = slotOf(group);
      const next = load<u32>(slot, NEXT);
      store<u32>(slot, next + rows, NEXT);
      copyRun(stagedAt + (row << 3), valuesAt + (next << 3), rows << 3);
    }
    row += rows;
  }
}

function copyRun(from: u32, to: u32, bytes: u32): void {
  for (let column: u32 = 0; column <= types; column++) {
    let at: u32 = 0;
    for (; at + 8 < bytes; at += 16) v128.store(to + at, v128.load(from + at));
    if (at < bytes) store<u64>(to + at, load<u64>(from + at));
    from += stagedStride;
    to += stride;
  }
}

/** Rows in a run that are regular, or not, together; those that are not with their states. */
function copyMixed(end: u32): void {
  let row: u32 = 0;
  for (let run = runsAt; run < end; run += RUN_BYTES) {
    const group = load<u32>(run);
    const stop = row + load<u32>(run, 4);
    if (group == 0) row = stop;
    while (row < stop) {
      const isOdd = load<u8>(oddAt + row);
      let rows: u32 = 1;
      while (row + rows < stop && load<u8>(oddAt + row + rows) == isOdd) rows++;
      const slot = slotOf(group) + (isOdd ? NEXT_ODD : NEXT);
      const next = load<u32>(slot);
      store<u32>(slot, next + rows);
      copyRun(stagedAt + (row << 3), valuesAt + (next << 3), rows << 3);
      if (isOdd || isOddThroughout) copyStates(stagedStatesAt + row, statesAt + next, rows);
      row += rows;
    }
  }
}

function copyStates(from: u32, to: u32, rows: u32): void {
  for (let column: u32 = 0; column <= types; column++) {
    for (let row: u32 = 0; row < rows; row++) store<u8>(to + row, load<u8>(from + row));
    from += stagedStride >> 3;
    to += stride >> 3;
  }
}

function pad(row: u32): void {
  for (let column: u32 = 0; column <= types; column++) store<u64>(valuesAt + column * stride + (row << 3), 0);
}
