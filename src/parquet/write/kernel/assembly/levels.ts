/** Definition levels and the cells that have a value, from the states of cells. */
import { NOT_DEFINED, NOT_DEFINED_CELL, VALUE } from './map';
import { encodeHybrid, writeVarint } from './hybrid';
import { isWhole } from './times';

/** Counts the cells without a value; those that are not defined once more in NOT_DEFINED. */
export function countNulls(states: usize, count: u32): u32 {
  const end = states + <usize>count;
  let nulls: u32 = 0;
  let undefinedCells: u32 = 0;
  let at = states;
  for (; at + 16 <= end; at += 16) {
    const cells = v128.load(at);
    if (!v128.any_true(cells)) continue;
    nulls += 16 - popcnt<u32>(i8x16.bitmask(i8x16.eq(cells, i8x16.splat(VALUE))));
    undefinedCells += popcnt<u32>(i8x16.bitmask(i8x16.eq(cells, i8x16.splat(NOT_DEFINED_CELL))));
  }
  for (; at < end; at++) {
    const state = load<u8>(at);
    nulls += u32(state != VALUE);
    undefinedCells += u32(state == NOT_DEFINED_CELL);
  }
  store<u32>(NOT_DEFINED, undefinedCells);
  return nulls;
}

/** Writes the levels of `count` cells after their length; `rows` has room for an integer each. */
export function encodeLevels(states: usize, count: u32, nulls: bool, rows: usize, out: usize): usize {
  const start = out + 4;
  let end: usize;
  if (!nulls && count >= 16) {
    end = writeVarint(count << 1, start);
    store<u8>(end++, 1);
  } else {
    for (let row: usize = 0; row < <usize>count; row++) store<u32>(rows + (row << 2), u32(load<u8>(states + row) == VALUE));
    end = encodeHybrid(rows, count, 1, start);
  }
  store<u32>(out, <u32>(end - start));
  return end;
}

/** Copies the codes of the cells that have a value; returns how many. */
export function gatherCodes(codes: usize, states: usize, count: u32, target: usize): u32 {
  let to = target;
  for (let row: usize = 0; row < <usize>count; row++) {
    if (load<u8>(states + row) != VALUE) continue;
    store<u32>(to, load<u32>(codes + (row << 2)));
    to += 4;
  }
  return <u32>((to - target) >> 2);
}

/** Writes the doubles of the cells that have a value. */
export function gatherDoubles(values: usize, states: usize, count: u32, out: usize): usize {
  for (let row: usize = 0; row < <usize>count; row++) {
    if (load<u8>(states + row) != VALUE) continue;
    store<u64>(out, load<u64>(values + (row << 3)));
    out += 8;
  }
  return out;
}

/** Writes the times of the cells that have one as integers; returns 0 where one is none. */
export function gatherTimes(values: usize, states: usize, count: u32, out: usize): usize {
  for (let row: usize = 0; row < <usize>count; row++) {
    if (load<u8>(states + row) != VALUE) continue;
    const value = load<f64>(values + (row << 3));
    const time = <i64>value;
    if (!isWhole(time, value)) return 0;
    store<i64>(out, time);
    out += 8;
  }
  return out;
}
