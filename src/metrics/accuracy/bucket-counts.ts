import { randomSeed } from '../../batch/hash/mix.ts';

/** Buckets of a factor of two. */
export const octave = 512;
/** Buckets that are counted in one array: 16 factors of two, 64 KB. */
export const mostDense: number = 16 * octave;

/** Counts as plain data. */
export interface BucketState {
  readonly zeros: number;
  readonly low: number;
  readonly dense: Float64Array;
  readonly strays: { readonly buckets: Int32Array; readonly counts: Float64Array };
}

/**
 * Counts of finite doubles by bucket: sign, exponent and first 9 bits of the mantissa, so that a bucket's middle is within
 * 0.1 % of everything in it. Positive values within 16 factors of two of each other, as one metric's are, are counted in one
 * array: 2 ns each, no garbage. Zeros (with subnormals) have a count, and whatever else there is a table. Memory: 4 KB for
 * each factor of two that the values span, 64 KB at most, and about 40 bytes for each other bucket.
 */
export class BucketCounts {
  #zeros = 0;
  /** The bucket that `#dense` begins with, a whole number of octaves from 1 on: no bucket is below that but zero. */
  #low = octave;
  #dense: Float64Array = new Float64Array();
  /** Keyed by bucket ^ seed, so that no file can be made to collide in it. */
  readonly #strays = new Map<number, number>();
  #seed = 0;

  /** Counts the first `count` values. */
  addValues(values: Float64Array, count: number): void {
    const words = new Int32Array(values.buffer, values.byteOffset, 2 * count);
    if (this.#dense.length === 0) this.#frame(words);
    for (let at = 1; at < words.length; at += 2) {
      at = countWithin(words, at, this.#dense, this.#low);
      if (at < words.length) this.#addElsewhere(bucketOf(words[at] ?? 0), 1);
    }
  }

  /** Buckets by rising value, and how many values are in them. */
  sorted(): { readonly buckets: Int32Array; readonly counts: Float64Array } {
    const dense = this.#dense;
    const most = 1 + dense.length + this.#strays.size;
    const buckets = new Int32Array(most);
    const counts = new Float64Array(most);
    let found = 0;
    for (let at = -1; at < dense.length; at++) {
      const count = at < 0 ? this.#zeros : (dense[at] ?? 0);
      if (count === 0) continue;
      buckets[found] = at < 0 ? 0 : this.#low + at;
      counts[found++] = count;
    }
    if (this.#strays.size === 0) return { buckets: buckets.subarray(0, found), counts: counts.subarray(0, found) };
    for (const key of this.#strays.keys()) buckets[found++] = key ^ this.#seed;
    const all = buckets.subarray(0, found).sort();
    return { buckets: all, counts: Float64Array.from(all, (bucket) => this.#countOf(bucket)) };
  }

  export(): BucketState {
    return { zeros: this.#zeros, low: this.#low, dense: this.#dense.slice(), strays: this.#exportStrays() };
  }

  /** Adds exported counts; returns how many values they count. */
  merge({ zeros, low, dense, strays }: BucketState): number {
    this.#zeros += zeros;
    let added = zeros + this.#mergeDense(low, dense);
    for (let index = 0; index < strays.buckets.length; index++) {
      const count = strays.counts[index] ?? 0;
      this.#addElsewhere(strays.buckets[index] ?? 0, count);
      added += count;
    }
    return added;
  }

  #mergeDense(low: number, dense: Float64Array): number {
    if (dense.length === 0) return 0;
    const fits = this.#cover(low) && this.#cover(low + dense.length - 1);
    const own = this.#dense;
    let added = 0;
    for (let index = 0, at = low - this.#low; index < dense.length; index++, at++) {
      const count = dense[index] ?? 0;
      added += count;
      if (fits) own[at] = (own[at] ?? 0) + count;
      else if (count > 0) this.#addElsewhere(low + index, count);
    }
    return added;
  }

  #countOf(bucket: number): number {
    if (bucket === 0) return this.#zeros;
    const at = bucket - this.#low;
    return (at >= 0 ? this.#dense[at] : undefined) ?? this.#strays.get(bucket ^ this.#seed) ?? 0;
  }

  #exportStrays(): BucketState['strays'] {
    const buckets = Int32Array.from(this.#strays.keys(), (key) => key ^ this.#seed);
    return { buckets, counts: Float64Array.from(this.#strays.values()) };
  }

  /** Adds to a bucket that the array may not have. */
  #addElsewhere(bucket: number, count: number): void {
    if (bucket === 0) this.#zeros += count;
    else if (bucket > 0 && this.#cover(bucket)) {
      const at = bucket - this.#low;
      this.#dense[at] = (this.#dense[at] ?? 0) + count;
    } else {
      if (this.#strays.size === 0) this.#seed = randomSeed();
      const key = bucket ^ this.#seed;
      this.#strays.set(key, (this.#strays.get(key) ?? 0) + count);
    }
  }

  /** Makes the array for the first values, in one piece. */
  #frame(words: Int32Array): void {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let index = 1; index < words.length; index += 2) {
      const bucket = bucketOf(words[index] ?? 0);
      if (bucket > 0 && bucket < least) least = bucket;
      if (bucket > most) most = bucket;
    }
    if (most > 0 && this.#cover(most)) this.#cover(least);
  }

  /** Lets the array reach to a positive bucket; false where it would become too long. A bucket once in it stays in it. */
  #cover(bucket: number): boolean {
    const first = bucket - (bucket % octave);
    const isNew = this.#dense.length === 0;
    const low = isNew ? first : Math.min(this.#low, first);
    const end = isNew ? first + octave : Math.max(this.#low + this.#dense.length, first + octave);
    if (end - low > mostDense) return false;
    if (end - low === this.#dense.length) return true;
    const dense = new Float64Array(end - low);
    if (!isNew) dense.set(this.#dense, this.#low - low);
    this.#low = low;
    this.#dense = dense;
    return true;
  }
}

/** Counts doubles, the high words of which are at `from` and every other place, up to one that is not in the array. */
function countWithin(words: Int32Array, from: number, dense: Float64Array, low: number): number {
  let index = from;
  for (; index < words.length; index += 2) {
    const at = ((words[index] ?? 0) >>> 11) - low; // beyond the array where the value is negative, since its sign comes first
    if (at < 0 || at >= dense.length) return index;
    dense[at] = (dense[at] ?? 0) + 1;
  }
  return index;
}

/** The bucket of a double, from its high word: a number that rises with the value; 0 for zero and subnormals. */
function bucketOf(high: number): number {
  const bits = (high & 0x7fff_ffff) >>> 11;
  if (bits < octave) return 0;
  return high < 0 ? -bits : bits;
}

/** The least double of the bucket that holds a finite double: 0 for zeros and subnormals. */
export function bucketStart(value: number): number {
  view.setFloat64(0, value);
  return leastOf(bucketOf(view.getInt32(0)));
}

/** The least double of a bucket. */
export function leastOf(bucket: number): number {
  if (bucket === 0) return 0;
  view.setUint32(0, ((Math.abs(bucket) << 11) | (bucket < 0 ? 0x7ff : 0)) >>> 0);
  view.setUint32(4, bucket < 0 ? 0xffff_ffff : 0);
  const least = view.getFloat64(0);
  return bucket < 0 ? -least : least;
}

const view = new DataView(new ArrayBuffer(8));

/** The middle of a bucket. */
export function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  view.setUint32(0, ((Math.abs(bucket) << 11) | 0x400) >>> 0);
  view.setUint32(4, 0);
  const middle = view.getFloat64(0);
  return bucket < 0 ? -middle : middle;
}
