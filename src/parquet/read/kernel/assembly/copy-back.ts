/**
 * Copies what was unpacked before, `size` bytes from `offset` bytes back, whole vectors at a time: it may write up to 15
 * bytes more than `size`, for which there must be room. Where the two overlap, the copy repeats its own beginning, as
 * both Snappy and LZ4 have it.
 */
@inline
export function copyBack(output: usize, offset: usize, size: usize): void {
  let from = output - offset;
  let to = output;
  const end = output + size;
  if (offset >= 16) {
    do {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    } while (to < end);
    return;
  }
  // each step copies what the ones before have repeated, so that the distance doubles until a word is whole
  while (to - from < 8) {
    store<u64>(to, load<u64>(from));
    to += to - from;
    if (to >= end) return;
  }
  do {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
  } while (to < end);
}

/** The same byte by byte, exactly as long: for the end of a page. */
export function copyBackExactly(output: usize, offset: usize, size: usize): void {
  for (let to = output; to < output + size; to++) store<u8>(to, load<u8>(to - offset));
}
