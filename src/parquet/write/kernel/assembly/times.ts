/** Codes for the times of a column, in order of appearance. */
import {
  CODES, LAST_CODE, LAST_TIME, MOST_TIMES, NOT_WHOLE, SEED, SIZE, SLOTS, SLOT_MASK, STATES, TIME, VALUE, VALUES,
} from './map';
import { addEntry, entryOf } from './slots';

/**
 * Writes the codes of the rows `from` to `to`; returns how many times there are, or NOT_WHOLE.
 * There is room for MOST_TIMES + 1; with the last of them it stops. A time is first
 * compared with the one above, then with the one that came after that: the steps of a horizon repeat from item to item.
 */
export function codeTimes(column: usize, from: u32, to: u32): u32 {
  const values = <usize>load<u32>(column, VALUES);
  const states = <usize>load<u32>(column, STATES);
  const codes = <usize>load<u32>(column, CODES);
  let last = load<f64>(column, LAST_TIME);
  let code = load<u32>(column, LAST_CODE);
  for (let row: usize = from; row < <usize>to; row++) {
    // four at a time while none is missing and all are the last: windows stand still
    while (row + 4 <= <usize>to && load<u32>(states + row) == 0 && isAll(values + (row << 3), last)) {
      v128.store(codes + (row << 2), i32x4.splat(code));
      row += 4;
    }
    if (row == <usize>to) break;
    if (load<u8>(states + row) != VALUE) continue;
    const value = load<f64>(values + (row << 3));
    if (value != last) {
      const time = <i64>value;
      if (!isWhole(time, value)) return NOT_WHOLE;
      code = codeAfter(column, code + 1, time);
      if (load<u32>(column, SIZE) > MOST_TIMES) return MOST_TIMES + 1;
      last = value;
    }
    store<u32>(codes + (row << 2), code);
  }
  store<f64>(column, last, LAST_TIME);
  store<u32>(column, code, LAST_CODE);
  return load<u32>(column, SIZE);
}

@inline
function isAll(values: usize, last: f64): bool {
  const all = f64x2.splat(last);
  return i64x2.all_true(v128.and(f64x2.eq(v128.load(values), all), f64x2.eq(v128.load(values, 16), all)));
}

/** Whether an integer is exactly the double that it was made from; one out of range becomes the nearest. */
@inline
export function isWhole(time: i64, value: f64): bool {
  return <f64>time == value && time != i64.MAX_VALUE;
}

/** The code of a time, perhaps `guess`. */
@inline
function codeAfter(column: usize, guess: u32, time: i64): u32 {
  if (guess < load<u32>(column, SIZE) && load<i64>(entryOf(column, guess), TIME) == time) return guess;
  return intern(column, time);
}

function intern(column: usize, time: i64): u32 {
  const hash = hashTime(time);
  const mask = load<u32>(column, SLOT_MASK);
  const slots = <usize>load<u32>(column, SLOTS);
  let slot = hash & mask;
  while (true) {
    const at = slots + (<usize>slot << 2);
    const taken = load<u32>(at);
    if (taken == 0) {
      store<i64>(addEntry(column, at, hash), time, TIME);
      return load<u32>(column, SIZE) - 1;
    }
    if (load<i64>(entryOf(column, taken - 1), TIME) == time) return taken - 1;
    slot = (slot + 1) & mask;
  }
}

/** Two multiplications by secret factors. */
@inline
function hashTime(time: i64): u32 {
  let hash = (<u64>time ^ load<u64>(SEED)) * (load<u64>(SEED, 8) | 1);
  hash = (hash ^ (hash >> 32)) * (load<u64>(SEED) | 1);
  return <u32>(hash >> 32);
}
