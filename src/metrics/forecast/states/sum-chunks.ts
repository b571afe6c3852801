import { map } from '../kernel/map.generated.ts';

/** What a digit of 32 bits carries to the next one. */
const radix = 2 ** 32;
/** Adds after which a digit, as a double, could lose bits. */
const mostAdds = 2 ** 20;
/** The chunks of a compact sum that its greatest terms reach: what is above them, for each row. */
const topOfRow = 2 ** 20;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** Where the chunks of a compact sum begin among those of the full range, and how many there are. */
export interface CompactChunks {
  readonly base: number;
  readonly count: number;
}

/**
 * One exact sum at a time, in the chunks of the metrics kernel (`kernel/assembly/map.ts`): digits of 32 bits over the full
 * range of doubles, the top one with the sign. What it holds depends on the exact sum alone, not on how it was added up.
 */
export class SumChunks {
  /** Bit j of the whole weighs 2^(j-1091). */
  readonly #digits = new Float64Array(map.WIDE_CHUNKS);
  /** The digits that are in use: from, to (exclusive). */
  #from: number = map.WIDE_CHUNKS;
  #to = 0;
  #adds = 0;

  /** Forgets the sum. */
  clear(): void {
    if (this.#to > this.#from) this.#digits.fill(0, this.#from, this.#to);
    this.#from = map.WIDE_CHUNKS;
    this.#to = 0;
    this.#adds = 0;
  }

  /** Adds a finite double. */
  add(value: number): void {
    if (value === 0) return;
    double[0] = value;
    const low = words[0] ?? 0;
    const high = words[1] ?? 0;
    const exponent = (high >>> 20) & 0x7ff;
    const fraction = high & 0xfffff;
    // the mantissa of a subnormal has no hidden bit and the weight of the smallest exponent
    const upper = exponent === 0 ? fraction : fraction | 0x100000;
    const place = (exponent === 0 ? 1 : exponent) + map.PLACE;
    const shift = place & 31;
    const at = place >>> 5;
    const sign = value < 0 ? -1 : 1;
    const digits = this.#digits;
    digits[at] = (digits[at] ?? 0) + sign * ((low << shift) >>> 0);
    const middle = shift === 0 ? upper : ((upper << shift) | (low >>> (32 - shift))) >>> 0;
    digits[at + 1] = (digits[at + 1] ?? 0) + sign * middle;
    if (shift !== 0) digits[at + 2] = (digits[at + 2] ?? 0) + sign * (upper >>> (32 - shift));
    if (at < this.#from) this.#from = at;
    if (at + 3 > this.#to) this.#to = at + 3;
    if (++this.#adds === mostAdds) this.#carry(this.#to);
  }

  /** Whether the sum is 0. Ends adding, as what follows does: only {@link clear} begins again. */
  isZero(): boolean {
    this.#carry(this.#to);
    for (let at = this.#from; at < this.#to; at++) if (this.#digits[at] !== 0) return false;
    return true;
  }

  /**
   * Writes the sum as a compact one of a record, normalized; false, and nothing written, where it has bits below its first chunk
   * or is larger than the compact terms of so many rows can add up to.
   */
  writeCompact(view: DataView, offset: number, { base, count }: CompactChunks, rows: number): boolean {
    const top = base + count - 1;
    this.#carry(Math.max(this.#to, top + 1));
    const digits = this.#digits;
    for (let at = this.#from; at < Math.min(base, this.#to); at++) if (digits[at] !== 0) return false;
    let above = 0;
    for (let at = this.#to - 1; at >= top; at--) above = above * radix + (digits[at] ?? 0);
    if (Math.abs(above) > Math.min(rows * topOfRow, Number.MAX_SAFE_INTEGER)) return false;
    for (let at = base; at < top; at++) view.setUint32(offset + 8 * (at - base), digits[at] ?? 0, true);
    writeSigned(view, offset + 8 * (count - 1), above);
    return true;
  }

  /** Writes the sum to the chunks of a wide node, normalized. */
  writeWide(view: DataView, offset: number): void {
    this.#carry(map.WIDE_CHUNKS);
    const last = map.WIDE_CHUNKS - 1;
    for (let at = this.#from; at < last; at++) view.setUint32(offset + 8 * at, this.#digits[at] ?? 0, true);
    writeSigned(view, offset + 8 * last, this.#digits[last] ?? 0);
  }

  /** Moves carries upwards: digits before the last are from 0 to 2^32 - 1 then, and the last one, before `to`, has the sign. */
  #carry(to: number): void {
    const digits = this.#digits;
    this.#adds = 0;
    this.#to = Math.min(map.WIDE_CHUNKS, Math.max(to, this.#to + 1));
    let over = 0;
    for (let at = this.#from; at < this.#to - 1; at++) {
      const digit = (digits[at] ?? 0) + over;
      over = Math.floor(digit / radix);
      digits[at] = digit - over * radix;
    }
    digits[this.#to - 1] = (digits[this.#to - 1] ?? 0) + over;
  }
}

/** A whole number as an integer of 64 bits. */
function writeSigned(view: DataView, offset: number, value: number): void {
  const high = Math.floor(value / radix);
  view.setUint32(offset, value - high * radix, true);
  view.setInt32(offset + 4, high, true);
}
