import { endOfPackedRun } from './page-padding.ts';
import type { PagePlace } from './page-place.ts';

/** Which rows of a page have a value. */
export interface Levels {
  /** Rows with a value. */
  readonly present: number;
  /** Per row 1 where there is a value, 0 where null; undefined when all have one. */
  readonly flags: Uint8Array | undefined;
}

/**
 * Decodes the definition levels of `count` rows of a flat column, the hybrid of width 1, from `bytes[at, end)`. That all
 * rows have a value, which is nearly always one run, costs nothing.
 *
 * @throws `PARQUET_PAGE_INVALID` as `decodeHybrid` does, and for bytes after the last run, except for one surplus packed run.
 */
export function decodeLevels(bytes: Uint8Array, at: number, end: number, count: number, place: PagePlace): Levels {
  let flags: Uint8Array | undefined;
  let present = 0;
  let done = 0;
  let p = at;
  while (done < count) {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      if (p >= end || shift > 28) throw endsAfter(done, count, place);
      const byte = bytes[p++] ?? 0;
      head += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const length = Math.floor(head / 2);
    if (length === 0) throw place.refuse('the levels have an empty run');
    if (head % 2 === 0) {
      if (p >= end) throw endsAfter(done, count, place);
      const level = bytes[p++] ?? 0;
      if (level > 1) throw place.refuse(`expected levels of 0 and 1, found a run of ${level}`);
      if (length > count - done) throw place.refuse(`a run has ${length} levels, but only ${count - done} are left`);
      if (length === count && level === 1) flags = undefined;
      else (flags ??= new Uint8Array(count)).fill(level, done, done + length);
      present += level * length;
      done += length;
    } else {
      const wanted = Math.min(length * 8, count - done);
      if (p + Math.ceil(wanted / 8) > end) throw endsAfter(done, count, place);
      flags ??= new Uint8Array(count);
      present += unpackFlags(bytes, p, wanted, flags, done);
      done += wanted;
      p += length;
    }
  }
  if (p < end && endOfPackedRun(bytes, p, 1) !== end)
    throw place.refuse(`the levels have ${end - p} bytes after those of ${count} rows`);
  return { present, flags: present === count ? undefined : flags };
}

function unpackFlags(bytes: Uint8Array, at: number, count: number, flags: Uint8Array, from: number): number {
  let ones = 0;
  for (let index = 0; index < count; index++) {
    const flag = ((bytes[at + (index >> 3)] ?? 0) >> (index & 7)) & 1;
    flags[from + index] = flag;
    ones += flag;
  }
  return ones;
}

function endsAfter(done: number, count: number, place: PagePlace): Error {
  return place.refuse(`the levels end after ${done} of ${count} rows`);
}
