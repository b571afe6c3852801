import { ByteSink } from '#src/batch/byte-sink.js';

const mostTableBits = 14;
/** A copy with two bytes of offset reaches no further. */
const mostOffset = 0xffff;
/** So many bytes at the end are not searched, so that the search may read ahead. */
const margin = 15;

/**
 * Packs bytes as one Snappy block. Repeated bytes are found as google/snappy finds them: through a table of the last
 * place of every four bytes, which is asked at ever fewer places while it finds nothing.
 * Source: google/snappy, `format_description.txt`.
 */
export function slowPackSnappy(input: Uint8Array): Uint8Array {
  // the most that the format can take, as google/snappy counts it
  const out = new ByteSink(32 + input.length + Math.floor(input.length / 6));
  out.appendVarint(input.length);
  appendLiteral(out, input.subarray(appendMatches(out, input)));
  return out.view();
}

/** Appends what ends with a match, literals included; returns where that ends. */
function appendMatches(out: ByteSink, input: Uint8Array): number {
  const limit = input.length - margin;
  let literal = 0;
  if (limit < 0) return literal;
  const places = new PlaceTable(input);
  for (let at = 1; ; at++) {
    let earlier = 0;
    for (let tries = 32; ; tries++) {
      if (at > limit) return literal;
      earlier = places.exchange(at);
      if (isMatch(input, earlier, at)) break;
      at += tries >>> 5;
    }
    appendLiteral(out, input.subarray(literal, at));
    do {
      const end = endOfMatch(input, earlier, at);
      appendCopy(out, at - earlier, end - at);
      literal = at = end;
      if (at >= limit) return literal;
      places.exchange(at - 1);
      earlier = places.exchange(at);
    } while (isMatch(input, earlier, at));
  }
}

/** The last place of every four bytes, by a hash of them. */
class PlaceTable {
  readonly #input: Uint8Array;
  readonly #places: Uint32Array;
  readonly #shift: number;

  constructor(input: Uint8Array) {
    const bits = Math.min(mostTableBits, 31 - Math.clz32(input.length));
    this.#input = input;
    this.#places = new Uint32Array(2 ** bits);
    this.#shift = 32 - bits;
  }

  /** Puts a place into the table; returns the one that was there for the same hash, or 0. */
  exchange(at: number): number {
    const slot = Math.imul(wordAt(this.#input, at), 0x1e35a7bd) >>> this.#shift;
    const before = this.#places[slot] ?? 0;
    this.#places[slot] = at;
    return before;
  }
}

function wordAt(input: Uint8Array, at: number): number {
  const low = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
  return low | ((input[at + 2] ?? 0) << 16) | ((input[at + 3] ?? 0) << 24);
}

function isMatch(input: Uint8Array, earlier: number, at: number): boolean {
  return at - earlier <= mostOffset && wordAt(input, earlier) === wordAt(input, at);
}

/** Where the bytes from `at` on, the first four of which match those from `earlier` on, cease to. */
function endOfMatch(input: Uint8Array, earlier: number, at: number): number {
  let end = at + 4;
  for (let from = earlier + 4; end < input.length && input[end] === input[from]; from++) end++;
  return end;
}

function appendLiteral(out: ByteSink, literal: Uint8Array): void {
  const last = literal.length - 1;
  if (last < 0) return;
  const width = last < 60 ? 0 : (39 - Math.clz32(last)) >>> 3;
  out.appendByte((width === 0 ? last : 59 + width) << 2);
  out.appendLittle(last, width);
  out.append(literal);
}

/** A copy has at most 64 bytes, and the last one at least 4. */
function appendCopy(out: ByteSink, offset: number, length: number): void {
  for (let left = length; left > 0;) {
    const size = left >= 68 ? 64 : left > 64 ? 60 : left;
    const isShort = size < 12 && offset < 2048;
    out.appendByte(isShort ? 1 | ((size - 4) << 2) | ((offset >>> 8) << 5) : 2 | ((size - 1) << 2));
    out.appendByte(offset & 0xff);
    if (!isShort) out.appendByte(offset >>> 8);
    left -= size;
  }
}
