/** The values of a page that are not null moved to their rows, from the last on, so that they need no second region. */

/**
 * Moves the `present` doubles at the front of `values` to the rows with a flag, with NaN in the others; `flags` becomes
 * states: 0 where there is a value, 1 where null.
 */
export function spreadDoubles(values: usize, present: u32, flags: usize, count: u32): void {
  const missing = reinterpret<u64>(<f64>NaN);
  let next = values + (<usize>present << 3);
  for (let row = <usize>count; row-- > 0;) {
    const flag = <usize>load<u8>(flags + row);
    next -= flag << 3;
    // where nothing is left, this is the first value or room
    const bits = load<u64>(next);
    store<u64>(values + (row << 3), flag != 0 ? bits : missing);
    store<u8>(flags + row, <u8>(flag ^ 1));
  }
}

/** The same for codes, with -1 in the others; `flags` stays. */
export function spreadCodes(codes: usize, present: u32, flags: usize, count: u32): void {
  let next = codes + (<usize>present << 2);
  for (let row = <usize>count; row-- > 0;) {
    const flag = <usize>load<u8>(flags + row);
    next -= flag << 2;
    const code = load<i32>(next);
    store<i32>(codes + (row << 2), flag != 0 ? code : -1);
  }
}
