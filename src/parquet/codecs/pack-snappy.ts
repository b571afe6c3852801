const mostTableBits = 14;
/** A copy with two bytes of offset reaches no further. */
const mostOffset = 0xffff;
/** So many bytes at the end are not searched, so that the search may read ahead. */
const margin = 15;

/**
 * Packs bytes as one Snappy block. Repeated bytes are found as google/snappy finds them: through a table of the last
 * place of every four bytes, which is asked at ever fewer places while it finds nothing. The mirror of `unpackSnappy`.
 * Source: google/snappy, `format_description.txt`.
 */
export function packSnappy(input: Uint8Array): Uint8Array {
  const block = new BlockWriter(input);
  const limit = input.length - margin;
  if (limit < 0) return block.finish(0);
  const places = new PlaceTable(input);
  let literal = 0;
  for (let at = 1; ; at++) {
    let earlier = 0;
    for (let tries = 32; ; tries++) {
      if (at > limit) return block.finish(literal);
      earlier = places.exchange(at);
      if (isMatch(input, earlier, at)) break;
      at += tries >>> 5;
    }
    block.appendLiteral(literal, at);
    do {
      const end = endOfMatch(input, earlier, at);
      block.appendCopy(at - earlier, end - at);
      literal = at = end;
      if (at >= limit) return block.finish(literal);
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

  /** Puts a place into the table; answers the one that was there for the same hash, or 0. */
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

/** A block: the length of what it unpacks to, then literals and copies. */
class BlockWriter {
  readonly #input: Uint8Array;
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(input: Uint8Array) {
    this.#input = input;
    // the most that the format can take, as google/snappy counts it
    this.#bytes = new Uint8Array(32 + input.length + Math.floor(input.length / 6));
    let rest = input.length;
    for (; rest >= 0x80; rest >>>= 7) this.#append((rest & 0x7f) | 0x80);
    this.#append(rest);
  }

  appendLiteral(from: number, to: number): void {
    const last = to - from - 1;
    if (last < 60) this.#append(last << 2);
    else {
      const width = (39 - Math.clz32(last)) >>> 3;
      this.#append((59 + width) << 2);
      for (let byte = 0; byte < width; byte++) this.#append(last >>> (8 * byte));
    }
    this.#bytes.set(this.#input.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  /** A copy takes at most 64 bytes and at least 4. */
  appendCopy(offset: number, length: number): void {
    let left = length;
    for (; left >= 68; left -= 64) this.#appendShortCopy(offset, 64);
    if (left > 64) {
      this.#appendShortCopy(offset, 60);
      left -= 60;
    }
    this.#appendShortCopy(offset, left);
  }

  /** Appends what is left from `literal` on; answers the block. */
  finish(literal: number): Uint8Array {
    if (literal < this.#input.length) this.appendLiteral(literal, this.#input.length);
    return this.#bytes.subarray(0, this.#length);
  }

  #appendShortCopy(offset: number, length: number): void {
    if (length < 12 && offset < 2048) {
      this.#append(1 | ((length - 4) << 2) | ((offset >>> 8) << 5));
      this.#append(offset);
    } else {
      this.#append(2 | ((length - 1) << 2));
      this.#append(offset);
      this.#append(offset >>> 8);
    }
  }

  /** The low eight bits. */
  #append(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }
}
