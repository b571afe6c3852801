import { ExactSum } from '../base/exact-sum.ts';
import { QuantileSketch, relativeError, type SketchState } from './quantile-sketch.ts';
import type { Figure } from '../base/summary.ts';

/** The quantiles of a distribution. */
const distributionQuantiles = { p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9 } as const;

/** How one metric is distributed over items. Figures are null where no row has a finite value. */
export interface Distribution {
  /** Rows with a finite value, from which the figures below are computed. */
  readonly count: number;
  /** Rows with `not defined`. */
  readonly notDefined: number;
  readonly empty: number;
  /** Rows with NaN or an infinite value. */
  readonly nonFinite: number;
  readonly min: Figure;
  readonly max: Figure;
  /** From the exact sum; null where that overflows. */
  readonly mean: Figure;
  /** By nearest rank: the smallest value that this share of the values does not exceed. */
  readonly quantiles: Readonly<Record<keyof typeof distributionQuantiles, Figure>>;
  /** Bound on the relative error of the quantiles: 0 for up to 1,000 values, else 2^-10 (values below 1e-307 become 0). */
  readonly quantileError: number;
}

/** A gatherer as plain data. */
export interface DistributionState {
  readonly counts: readonly [notDefined: number, empty: number, nonFinite: number];
  readonly extent: readonly [min: number, max: number];
  readonly partials: readonly number[];
  readonly sketch: SketchState;
}

/** Gathers one distribution; its result does not depend on the order of adding or merging. */
export class DistributionGatherer {
  notDefined = 0;
  empty = 0;
  #nonFinite = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #sum = new ExactSum();
  readonly #sketch = new QuantileSketch();

  add(value: number): void {
    if (!Number.isFinite(value)) {
      this.#nonFinite++;
      return;
    }
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#sum.add(value);
    this.#sketch.add(value);
  }

  export(): DistributionState {
    return {
      counts: [this.notDefined, this.empty, this.#nonFinite],
      extent: [this.#min, this.#max],
      partials: [...this.#sum.partials],
      sketch: this.#sketch.export(),
    };
  }

  merge(state: DistributionState): void {
    const [notDefined, empty, nonFinite] = state.counts;
    this.notDefined += notDefined;
    this.empty += empty;
    this.#nonFinite += nonFinite;
    this.#min = Math.min(this.#min, state.extent[0]);
    this.#max = Math.max(this.#max, state.extent[1]);
    for (const partial of state.partials) this.#sum.add(partial);
    this.#sketch.merge(state.sketch);
  }

  finish(): Distribution {
    const { count } = this.#sketch;
    const quantile = (p: number): Figure =>
      count === 0 ? null : Math.min(this.#max, Math.max(this.#min, this.#sketch.quantile(p)));
    const mean = count === 0 ? Number.NaN : this.#sum.round() / count;
    return {
      count,
      notDefined: this.notDefined,
      empty: this.empty,
      nonFinite: this.#nonFinite,
      min: count === 0 ? null : this.#min,
      max: count === 0 ? null : this.#max,
      mean: Number.isFinite(mean) ? mean : null,
      quantiles: {
        p10: quantile(distributionQuantiles.p10),
        p25: quantile(distributionQuantiles.p25),
        p50: quantile(distributionQuantiles.p50),
        p75: quantile(distributionQuantiles.p75),
        p90: quantile(distributionQuantiles.p90),
      },
      quantileError: this.#sketch.exact ? 0 : relativeError,
    };
  }
}
