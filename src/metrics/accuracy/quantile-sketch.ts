/** Values that are kept individually; beyond that a histogram is used. */
const exactLimit = 1000;

/** Largest relative error of a quantile from the histogram: half of a bucket's width, 2^-10. */
export const relativeError: number = 2 ** -10;

/** A sketch as plain data. */
export type SketchState =
  { readonly values: Float64Array } | { readonly buckets: Float64Array; readonly counts: Float64Array };

/**
 * Quantiles of finite doubles in bounded memory: exact for up to 1,000 values, then a histogram whose buckets are the
 * sign, exponent and first 9 bits of the mantissa, so that a bucket's middle is within 0.1 % of everything in it. The
 * result depends only on the values, not on their order or on how sketches were merged. Memory: 8 bytes a value,
 * then about 40 bytes for each bucket in use, of 512 per factor of two (a few thousand in practice).
 */
export class QuantileSketch {
  #values: number[] = [];
  #buckets: Map<number, number> | undefined;
  #count = 0;

  /** Whether quantiles are exact. */
  get exact(): boolean {
    return this.#buckets === undefined;
  }

  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    this.#count++;
    if (this.#buckets !== undefined) increase(this.#buckets, bucketOf(value), 1);
    else {
      this.#values.push(value);
      if (this.#values.length > exactLimit) this.#spill();
    }
  }

  /** The smallest value that a share `p` of the values does not exceed (nearest rank); NaN without values. */
  quantile(p: number): number {
    const rank = Math.max(1, Math.ceil(p * this.#count));
    if (this.#buckets === undefined) return this.#values.sort((a, b) => a - b)[rank - 1] ?? Number.NaN;
    let seen = 0;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return middleOf(bucket);
    }
    return Number.NaN;
  }

  export(): SketchState {
    if (this.#buckets === undefined) return { values: Float64Array.from(this.#values) };
    return { buckets: Float64Array.from(this.#buckets.keys()), counts: Float64Array.from(this.#buckets.values()) };
  }

  merge(state: SketchState): void {
    if ('values' in state) {
      for (const value of state.values) this.add(value);
      return;
    }
    const buckets = this.#spill();
    for (const [index, bucket] of state.buckets.entries()) {
      const count = state.counts[index] ?? 0;
      increase(buckets, bucket, count);
      this.#count += count;
    }
  }

  #spill(): Map<number, number> {
    const buckets = (this.#buckets ??= new Map<number, number>());
    for (const value of this.#values) increase(buckets, bucketOf(value), 1);
    this.#values = [];
    return buckets;
  }
}

const view = new DataView(new ArrayBuffer(8));

/** A number that rises with the value: 0 for zero and subnormals, else the high bits with the sign. */
function bucketOf(value: number): number {
  view.setFloat64(0, Math.abs(value));
  const bits = view.getUint32(0) >>> 11;
  const bucket = bits < 512 ? 0 : bits;
  return value < 0 ? -bucket : bucket;
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  view.setUint32(0, ((Math.abs(bucket) << 11) | 0x400) >>> 0);
  view.setUint32(4, 0);
  const middle = view.getFloat64(0);
  return bucket < 0 ? -middle : middle;
}

function increase(buckets: Map<number, number>, bucket: number, by: number): void {
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + by);
}
