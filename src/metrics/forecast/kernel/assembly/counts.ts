/** Counts of a group record; a count is a double, so that it never overflows. */
import { COMMON_COUNTS, COUNTS, COUNTS_PER_INTERVAL, COUNTS_PER_TYPE, CROSSED } from './map';
import { mean, stride, types, valuesAt } from './settings';

@inline
export function increase(group: u32, count: u32, by: u32): void {
  const at = group + COUNTS + (count << 3);
  store<f64>(at, load<f64>(at) + <f64>by);
}

export function increaseType(group: u32, type: u32, count: u32, by: u32): void {
  const at = group + COUNTS + ((COMMON_COUNTS + type * COUNTS_PER_TYPE + count) << 3);
  store<f64>(at, load<f64>(at) + <f64>by);
}

export function increaseInterval(group: u32, interval: u32, count: u32, by: u32): void {
  const at = group + COUNTS + ((COMMON_COUNTS + types * COUNTS_PER_TYPE + interval * COUNTS_PER_INTERVAL + count) << 3);
  store<f64>(at, load<f64>(at) + <f64>by);
}

/** Rows where a quantile's forecast is above the next one's; those that are not finite are NaN here and never are. */
export function countCrossed(group: u32, row: u32, rows: u32): void {
  if (!anyCrossed(row, rows)) return;
  const first = valuesAt + (1 + mean) * stride + (row << 3);
  const last = first + (types - mean - 1) * stride;
  let crossed: v128 = i64x2.splat(0);
  let at: u32 = 0;
  for (const end = (rows & ~1) << 3; at < end; at += 16) {
    let any: v128 = i64x2.splat(0);
    for (let lower = first + at; lower < last; lower += stride) {
      any = v128.or(any, f64x2.gt(v128.load(lower), v128.load(lower + stride)));
    }
    crossed = i64x2.sub(crossed, any);
  }
  let count = <u32>(i64x2.extract_lane(crossed, 0) + i64x2.extract_lane(crossed, 1));
  if (rows & 1) {
    let any: u32 = 0;
    for (let lower = first + at; lower < last; lower += stride) {
      any |= <u32>(load<f64>(lower) > load<f64>(lower + stride));
    }
    count += any;
  }
  increase(group, CROSSED, count);
}

/** As a rule there are none. */
function anyCrossed(row: u32, rows: u32): bool {
  const first = valuesAt + (1 + mean) * stride + (row << 3);
  const last = first + (types - mean - 1) * stride;
  let any: v128 = i64x2.splat(0);
  for (let column = first; column < last; column += stride) {
    let lower = column;
    let upper = column + stride;
    const end = column + (rows << 3);
    for (; lower + 8 < end; lower += 16, upper += 16) any = v128.or(any, f64x2.gt(v128.load(lower), v128.load(upper)));
    if (lower < end) any = v128.or(any, f64x2.gt(v128.load64_splat(lower), v128.load64_splat(upper)));
  }
  return v128.any_true(any);
}
