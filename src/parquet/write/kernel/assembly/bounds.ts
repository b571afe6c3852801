/** The least and the greatest value of a page, and by how many columns rows are sorted. `test/reference/slow-bounds.ts` is the slow reference. */
import {
  ADDRESS, CODES, GREATEST, GREATEST_CODE, LEAST, LEAST_CODE, LENGTH, NANS, SIZE, VALUES,
} from './map';
import { entryOf } from './slots';

/**
 * Writes LEAST and GREATEST of `count` doubles or times that are not NaN, infinities the wrong way round where there is none,
 * and in NANS how many are NaN, as cells without a value are. Which of two zeros it finds is not said.
 */
export function boundNumbers(values: usize, count: u32): void {
  const end = values + (<usize>count << 3);
  let least = f64x2.splat(Infinity);
  let greatest = f64x2.splat(-Infinity);
  let least2 = least;
  let greatest2 = greatest;
  let numbers = i64x2.splat(0);
  let numbers2 = numbers;
  let at = values;
  // a comparison with NaN is false, so that it takes no place
  for (; at + 32 <= end; at += 32) {
    const one = v128.load(at);
    const other = v128.load(at, 16);
    least = f64x2.pmin(least, one);
    greatest = f64x2.pmax(greatest, one);
    numbers = i64x2.sub(numbers, f64x2.eq(one, one));
    least2 = f64x2.pmin(least2, other);
    greatest2 = f64x2.pmax(greatest2, other);
    numbers2 = i64x2.sub(numbers2, f64x2.eq(other, other));
  }
  least = f64x2.pmin(least, least2);
  greatest = f64x2.pmax(greatest, greatest2);
  numbers = i64x2.add(numbers, numbers2);
  let low = lesser(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
  let high = greater(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1));
  let found = <u32>(i64x2.extract_lane(numbers, 0) + i64x2.extract_lane(numbers, 1));
  for (; at < end; at += 8) {
    const value = load<f64>(at);
    low = lesser(low, value);
    high = greater(high, value);
    found += u32(value == value);
  }
  store<f64>(LEAST, low);
  store<f64>(GREATEST, high);
  store<u32>(NANS, count - found);
}

@inline
function lesser(least: f64, value: f64): f64 {
  return value < least ? value : least;
}

@inline
function greater(greatest: f64, value: f64): f64 {
  return value > greatest ? value : greatest;
}

/**
 * Writes in LEAST_CODE and GREATEST_CODE the codes of the least and the greatest text of the rows `from` to `to`, at least one.
 * `flags` has `room` bytes: the first text of each code is compared, where its code is below.
 */
export function boundTexts(column: usize, from: u32, to: u32, flags: usize, room: u32): void {
  const codes = <usize>load<u32>(column, CODES);
  const end = codes + (<usize>to << 2);
  let at = codes + (<usize>from << 2);
  memory.fill(flags, 0, <usize>min(room, load<u32>(column, SIZE)));
  let last = load<u32>(at);
  let least = last;
  let greatest = last;
  for (; at < end; at += 4) {
    const code = load<u32>(at);
    if (code == last) {
      const all = i32x4.splat(code);
      while (at + 20 <= end && i32x4.all_true(i32x4.eq(v128.load(at, 4), all))) at += 16;
      continue;
    }
    last = code;
    if (code < room) {
      if (load<u8>(flags + <usize>code) != 0) continue;
      store<u8>(flags + <usize>code, 1);
    }
    if (isLess(entryOf(column, code), entryOf(column, least))) least = code;
    else if (isLess(entryOf(column, greatest), entryOf(column, code))) greatest = code;
  }
  store<u32>(LEAST_CODE, least);
  store<u32>(GREATEST_CODE, greatest);
}

/** Whether a text comes before another in the order of unsigned bytes. Reads up to 7 bytes too far. */
function isLess(one: usize, other: usize): bool {
  const length = load<u32>(one, LENGTH);
  const otherLength = load<u32>(other, LENGTH);
  let left = <usize>load<u32>(one, ADDRESS);
  let right = <usize>load<u32>(other, ADDRESS);
  const end = left + <usize>min(length, otherLength);
  for (; left + 8 <= end; left += 8, right += 8) {
    const head = load<u64>(left);
    const otherHead = load<u64>(right);
    if (head != otherHead) return bswap(head) < bswap(otherHead);
  }
  if (left < end) {
    const surplus = <u64>(8 - (end - left)) << 3;
    const rest = bswap(load<u64>(left)) >> surplus;
    const otherRest = bswap(load<u64>(right)) >> surplus;
    if (rest != otherRest) return rest < otherRest;
  }
  return length < otherLength;
}

/**
 * By how many of `count` columns the first `rows` rows are sorted, each rising and before those behind it; `columns` are the
 * addresses of their descriptors. A cell without a value ends the order, unless it is compared with none.
 */
export function countSorted(columns: usize, count: u32, rows: u32): u32 {
  let depth = count;
  for (let row: u32 = 1; row < rows && depth > 0; row++) {
    for (let index: u32 = 0; index < depth; index++) {
      const column = <usize>load<u32>(columns + (<usize>index << 2));
      const values = <usize>load<u32>(column, VALUES);
      if (values != 0) {
        const value = load<f64>(values + (<usize>row << 3));
        const before = load<f64>(values + (<usize>(row - 1) << 3));
        if (before == value) continue;
        if (!(before < value)) depth = index;
        break;
      }
      const codes = <usize>load<u32>(column, CODES) + (<usize>row << 2);
      const code = load<u32>(codes);
      const before = load<u32>(codes - 4);
      if (code == before) continue;
      if (!isLess(entryOf(column, before), entryOf(column, code))) depth = index;
      break;
    }
  }
  return depth;
}
