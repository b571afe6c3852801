/** Counts of a group record; a count is a double, so that it never overflows. */
import { COMMON_COUNTS, COUNTS, COUNTS_PER_INTERVAL, COUNTS_PER_TYPE, CROSSED } from './map';
import { capacity, mean, types, valuesAt } from './settings';

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
  const stride = capacity << 3;
  const first = valuesAt + (1 + mean) * stride + (row << 3);
  const pairs = types - mean - 1;
  let at = first;
  const end = first + (rows << 3);
  let crossed: v128 = i64x2.splat(0);
  for (; at + 8 < end; at += 16) {
    let any: v128 = i64x2.splat(0);
    let lower = v128.load(at);
    for (let pair: u32 = 1; pair <= pairs; pair++) {
      const upper = v128.load(at + pair * stride);
      any = v128.or(any, f64x2.gt(lower, upper));
      lower = upper;
    }
    crossed = i64x2.sub(crossed, any);
  }
  let count = <u32>i64x2.extract_lane(crossed, 0) + <u32>i64x2.extract_lane(crossed, 1);
  if (at < end) {
    let any: u32 = 0;
    for (let pair: u32 = 0; pair < pairs; pair++) {
      any |= <u32>(load<f64>(at + pair * stride) > load<f64>(at + (pair + 1) * stride));
    }
    count += any;
  }
  if (count) increase(group, CROSSED, count);
}
