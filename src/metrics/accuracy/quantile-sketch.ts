import { BucketCounts, leastOf, middleOf, type BucketState } from './bucket-counts.ts';

/** Values that are kept individually; beyond that a histogram is used. */
export const exactLimit = 1000;
const fewestValues = 16;

/** Largest relative error of a quantile from the histogram: half of a bucket's width, 2^-10. */
export const relativeError: number = 2 ** -10;

/** Values by rising lower bounds: `counts[i]` of them are at least `bounds[i]` and below the next bound. */
export interface ValueSteps {
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
  /** Whether each bound is the value itself. */
  readonly exact: boolean;
}

/** A sketch as plain data. */
export type SketchState = { readonly values: Float64Array } | { readonly buckets: BucketState };

/**
 * Quantiles of finite doubles in bounded memory: exact for up to 1,000 values, then a histogram (see `BucketCounts`). The
 * result depends only on the values, not on their order or on how sketches were merged. Memory: 8 bytes a value, then
 * that of the histogram. Nothing is left to the garbage collector but arrays that were outgrown.
 */
export class QuantileSketch {
  #values: Float64Array = new Float64Array();
  #kept = 0;
  #buckets: BucketCounts | undefined;
  #count = 0;

  /** Whether quantiles are exact. */
  get exact(): boolean {
    return this.#buckets === undefined;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the first `count` of the values. */
  addAll(values: Float64Array, count: number): void {
    this.#count += count;
    if (this.#buckets !== undefined || this.#kept + count > exactLimit) {
      this.#spill().addValues(values, count);
      return;
    }
    if (this.#kept + count > this.#values.length) this.#grow(this.#kept + count);
    for (let index = 0; index < count; index++) this.#values[this.#kept + index] = values[index] ?? 0;
    this.#kept += count;
  }

  /** The smallest value that each share of the values does not exceed (nearest rank); NaN without values. */
  quantiles(shares: readonly number[]): number[] {
    const ranks = shares.map((share) => Math.max(1, Math.ceil(share * this.#count)));
    if (this.#buckets !== undefined) return middlesAt(this.#buckets, ranks);
    const sorted = this.#values.slice(0, this.#kept).sort();
    return ranks.map((rank) => sorted[rank - 1] ?? Number.NaN);
  }

  /** The values, each counted once, or the buckets that hold some. */
  steps(): ValueSteps {
    if (this.#buckets === undefined) {
      const bounds = this.#values.slice(0, this.#kept).sort();
      return { bounds, counts: new Float64Array(bounds.length).fill(1), exact: true };
    }
    const { buckets, counts } = this.#buckets.sorted();
    return { bounds: Float64Array.from(buckets, leastOf), counts, exact: false };
  }

  export(): SketchState {
    return this.#buckets === undefined
      ? { values: this.#values.slice(0, this.#kept) }
      : { buckets: this.#buckets.export() };
  }

  merge(state: SketchState): void {
    if ('values' in state) {
      this.addAll(state.values, state.values.length);
      return;
    }
    this.#count += this.#spill().merge(state.buckets);
  }

  #grow(needed: number): void {
    const values = new Float64Array(Math.min(exactLimit, Math.max(needed, 2 * this.#values.length, fewestValues)));
    values.set(this.#values);
    this.#values = values;
  }

  #spill(): BucketCounts {
    if (this.#buckets !== undefined) return this.#buckets;
    this.#buckets = new BucketCounts();
    this.#buckets.addValues(this.#values, this.#kept);
    this.#values = new Float64Array();
    this.#kept = 0;
    return this.#buckets;
  }
}

/** The middles of the buckets with the values of these ranks, counted from 1. */
function middlesAt(counted: BucketCounts, ranks: readonly number[]): number[] {
  const { buckets, counts } = counted.sorted();
  // up to and with each bucket
  let seen = 0;
  for (let index = 0; index < counts.length; index++) {
    seen += counts[index] ?? 0;
    counts[index] = seen;
  }
  return ranks.map((rank) => middleOf(buckets[firstReaching(counts, rank)] ?? 0));
}

/** The index of the first of the rising counts that is at least `rank`. */
function firstReaching(counts: Float64Array, rank: number): number {
  let low = 0;
  let high = counts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((counts[middle] ?? 0) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
