import { stateNotDefined, stateNull, type NumberColumn } from '../../batch/columns/column-batch.ts';
import { ExactSum, type ExactSumState } from '../base/exact-sum.ts';
import { QuantileSketch, relativeError, type SketchState, type ValueSteps } from './quantile-sketch.ts';
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
  readonly sum: ExactSumState;
  readonly sketch: SketchState;
}

/** Gathers one distribution; its result does not depend on the order of adding or merging. */
export class DistributionGatherer {
  #notDefined = 0;
  #empty = 0;
  #nonFinite = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #sum = new ExactSum();
  readonly #sketch = new QuantileSketch();

  /** Adds the cells of `rows[from, to)`: they are copied together, so that the loops that add them up are short. */
  add({ values, states }: NumberColumn, rows: Int32Array, from: number, to: number): void {
    const finite = (gathered = gathered.length < to - from ? new Float64Array(to - from) : gathered);
    const count = copyFinite(values, rows, from, to, finite);
    if (count < to - from) this.#countOthers(values, states, rows, from, to);
    this.#min = leastOf(finite, count, this.#min);
    this.#max = mostOf(finite, count, this.#max);
    this.#sum.addAll(finite, count);
    this.#sketch.addAll(finite, count);
  }

  /** Adds the first `count` of the values, all of them finite, and so many `notDefined` ones. */
  addValues(values: Float64Array, count: number, notDefined = 0): void {
    this.#notDefined += notDefined;
    this.#min = leastOf(values, count, this.#min);
    this.#max = mostOf(values, count, this.#max);
    this.#sum.addAll(values, count);
    this.#sketch.addAll(values, count);
  }

  /** How many values there are from each lower bound on, rising: see {@link QuantileSketch.steps}. */
  steps(): ValueSteps {
    return this.#sketch.steps();
  }

  #countOthers(values: Float64Array, states: Uint8Array, rows: Int32Array, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const row = rows[index] ?? 0;
      if (Number.isFinite(values[row])) continue;
      if (states[row] === stateNotDefined) this.#notDefined++;
      else if (states[row] === stateNull) this.#empty++;
      else this.#nonFinite++;
    }
  }

  export(): DistributionState {
    return {
      counts: [this.#notDefined, this.#empty, this.#nonFinite],
      extent: [this.#min, this.#max],
      sum: this.#sum.export(),
      sketch: this.#sketch.export(),
    };
  }

  merge(state: DistributionState): void {
    const [notDefined, empty, nonFinite] = state.counts;
    this.#notDefined += notDefined;
    this.#empty += empty;
    this.#nonFinite += nonFinite;
    this.#min = Math.min(this.#min, state.extent[0]);
    this.#max = Math.max(this.#max, state.extent[1]);
    this.#sum.merge(state.sum);
    this.#sketch.merge(state.sketch);
  }

  finish(): Distribution {
    const { count } = this.#sketch;
    const mean = count === 0 ? Number.NaN : this.#sum.round() / count;
    return {
      count,
      notDefined: this.#notDefined,
      empty: this.#empty,
      nonFinite: this.#nonFinite,
      min: count === 0 ? null : this.#min,
      max: count === 0 ? null : this.#max,
      mean: Number.isFinite(mean) ? mean : null,
      quantiles: this.#quantiles(),
      quantileError: this.#sketch.exact ? 0 : relativeError,
    };
  }

  /** Within the extent, which a bucket's middle may leave. */
  #quantiles(): Distribution['quantiles'] {
    const values = this.#sketch.quantiles(Object.values(distributionQuantiles));
    const figure = (index: number): Figure =>
      this.#sketch.count === 0 ? null : Math.min(this.#max, Math.max(this.#min, values[index] ?? Number.NaN));
    return { p10: figure(0), p25: figure(1), p50: figure(2), p75: figure(3), p90: figure(4) };
  }
}

/** Where values are copied together. */
let gathered = new Float64Array(2048);

/** Copies the finite cells of `rows[from, to)` to the front of `target`; returns how many there are. */
function copyFinite(values: Float64Array, rows: Int32Array, from: number, to: number, target: Float64Array): number {
  let count = 0;
  for (let index = from; index < to; index++) {
    const value = values[rows[index] ?? 0] ?? Number.NaN;
    target[count] = value + 0; // -0 is 0, or the order of the two would show
    // 0 for what is finite
    if (value - value === 0) count++;
  }
  return count;
}

function leastOf(values: Float64Array, count: number, before: number): number {
  let least = before;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? 0;
    if (value < least) least = value;
  }
  return least;
}

function mostOf(values: Float64Array, count: number, before: number): number {
  let most = before;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? 0;
    if (value > most) most = value;
  }
  return most;
}
