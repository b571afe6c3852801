/** BYTE_STREAM_SPLIT: the first byte of every double, then the second, to the eighth. Source: apache/parquet-format, Encodings.md. */

/** Writes the streams of `count` doubles; returns where they ended. */
export function splitDoubles(values: usize, count: u32, out: usize): usize {
  const stream = <usize>count;
  const end = values + (stream << 3);
  let at = values;
  let to = out;
  for (; at + 128 <= end; at += 128, to += 16) {
    splitHalf(at, 0, to, stream);
    splitHalf(at, 4, to + (stream << 2), stream);
  }
  for (; at < end; at += 8, to++) {
    for (let byte: usize = 0; byte < 8; byte++) store<u8>(to + byte * stream, load<u8>(at + byte));
  }
  return out + (stream << 3);
}

/** Four of the eight bytes of sixteen doubles, from byte `first` on, to four streams. */
@inline
function splitHalf(at: usize, first: u32, to: usize, stream: usize): void {
  // four doubles to four bytes of each stream
  const a = first == 0 ? low(v128.load(at), v128.load(at, 16)) : high(v128.load(at), v128.load(at, 16));
  const b = first == 0 ? low(v128.load(at, 32), v128.load(at, 48)) : high(v128.load(at, 32), v128.load(at, 48));
  const c = first == 0 ? low(v128.load(at, 64), v128.load(at, 80)) : high(v128.load(at, 64), v128.load(at, 80));
  const d = first == 0 ? low(v128.load(at, 96), v128.load(at, 112)) : high(v128.load(at, 96), v128.load(at, 112));
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + stream, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(to + 2 * stream, v128.shuffle<i64>(ab2, cd2, 0, 2));
  v128.store(to + 3 * stream, v128.shuffle<i64>(ab2, cd2, 1, 3));
}

@inline
function low(one: v128, other: v128): v128 {
  return v128.shuffle<i8>(one, other, 0, 8, 16, 24, 1, 9, 17, 25, 2, 10, 18, 26, 3, 11, 19, 27);
}

@inline
function high(one: v128, other: v128): v128 {
  return v128.shuffle<i8>(one, other, 4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31);
}
