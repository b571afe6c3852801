/** The codes of the texts of a batch: rows that follow one another mostly have the same. */

/**
 * Numbers the codes of `count` rows by their first appearance, to `out`; the codes by number go to `distinct`. `marks` has 8
 * bytes for each possible code: the batch in which it was last seen, never 0, and its number there. Returns how many distinct
 * codes there are.
 */
export function renumber(codes: usize, count: u32, marks: usize, batch: u32, out: usize, distinct: usize): u32 {
  let size: u32 = 0;
  const end = codes + (<usize>count << 2);
  const toOut = out - codes;
  for (let at = codes; at < end;) {
    const code = load<u32>(at);
    const mark = marks + (<usize>code << 3);
    if (load<u32>(mark) != batch) {
      store<u32>(mark, batch);
      store<u32>(mark, size, 4);
      store<u32>(distinct + (<usize>size << 2), code);
      size++;
    }
    const number = load<u32>(mark, 4);
    const codesAlike = i32x4.splat(code);
    const numbers = i32x4.splat(number);
    while (at + 16 <= end && i32x4.all_true(i32x4.eq(v128.load(at), codesAlike))) {
      v128.store(at + toOut, numbers);
      at += 16;
    }
    while (at < end && load<u32>(at) == code) {
      store<u32>(at + toOut, number);
      at += 4;
    }
  }
  return size;
}
