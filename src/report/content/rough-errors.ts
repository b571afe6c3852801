import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { numberColumn } from '../../batch/columns/typed-column.ts';
import { findMetric, nominalShare, type MetricKind } from '../../metrics/base/metric.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import type { SeriesPlan } from './series-plan.ts';

/** Numbers of a series' sums: Σ|y−m|, Σ|y|, pairs, and what its metric adds up besides. */
export const sumError = 0;
const sumActuals = 1;
const sumPairs = 2;
const sumOther = 3;
/** How many sums there are. */
export const roughSums = 4;

/** A forecast column and its τ. */
interface Forecast {
  readonly name: string;
  readonly tau: number;
}

/**
 * What a series is ranked by while its rows are read, in plain doubles: enough to tell which series are worth keeping. What is
 * shown are the exact figures; where a rough sum and they disagree about the order, rows are read again.
 */
export class RoughErrors {
  readonly #target: string;
  readonly #point: string | undefined;
  readonly #kind: MetricKind | undefined;
  readonly #errorOf: (value: number) => number;
  readonly #others: readonly Forecast[];
  #actuals: Float64Array = new Float64Array();
  #points: Float64Array | undefined;
  #quantiles: readonly { readonly values: Float64Array; readonly tau: number }[] = [];

  constructor({ schema, point, rankBy }: SeriesPlan) {
    const { target, mean, quantiles } = columnsOf(schema);
    const metric = findMetric(rankBy ?? '');
    const type = rankBy?.slice(1 + rankBy.indexOf('['), -1);
    this.#target = target;
    this.#point = point === 'mean' ? mean : quantiles.find(({ forecastType }) => forecastType === point)?.name;
    this.#kind = metric?.kind;
    this.#errorOf = metric?.errorOf ?? ((value) => value);
    this.#others = quantiles
      .filter(({ forecastType }) => metric?.of === 'quantiles' || (metric?.of === 'quantile' && forecastType === type))
      .map(({ name, forecastType }) => ({ name, tau: nominalShare([forecastType]) }));
  }

  /** Turns to the rows of a batch. */
  open(batch: ColumnBatch): void {
    const valuesOf = (name: string): Float64Array => numberColumn(batch, name).values;
    this.#actuals = valuesOf(this.#target);
    this.#points = this.#point === undefined ? undefined : valuesOf(this.#point);
    this.#quantiles = this.#others.map(({ name, tau }) => ({ values: valuesOf(name), tau }));
  }

  /** Adds rows of the batch to a series' sums. About 1 ns for each row and column. */
  add(sums: Float64Array, from: number, to: number): void {
    const actuals = this.#actuals;
    const points = this.#points;
    if (points === undefined) addActuals(sums, actuals, from, to);
    else addErrors(sums, actuals, points, from, to);
    if (points !== undefined) {
      if (this.#kind === 'RMSE') addSquares(sums, actuals, points, from, to);
      else if (this.#kind === 'MAPE') addShares(sums, actuals, points, from, to);
      else if (this.#kind === 'bias') addSigned(sums, actuals, points, from, to);
    }
    for (const { values, tau } of this.#quantiles) {
      if (this.#kind === 'coverage') addCovered(sums, actuals, values, from, to);
      else addLosses(sums, actuals, values, tau, from, to);
    }
  }

  /** The error by the metric, but for a factor that is the same for all series; NaN where there is none. */
  badnessOf(sums: Float64Array): number {
    return this.#errorOf(this.#valueOf(sums));
  }

  #valueOf(sums: Float64Array): number {
    const read = this.#kind && readers[this.#kind];
    const pairs = sums[sumPairs] || Number.NaN;
    const actuals = sums[sumActuals] || Number.NaN;
    return read?.({ error: sums[sumError] ?? 0, other: sums[sumOther] ?? 0, pairs, actuals }) ?? Number.NaN;
  }
}

/** The sums of a series; NaN for those that are 0 and divide. */
interface Sums {
  readonly error: number;
  readonly other: number;
  readonly pairs: number;
  readonly actuals: number;
}

const readers: Readonly<Partial<Record<MetricKind, (sums: Sums) => number>>> = {
  wQL: ({ other, actuals }) => other / actuals,
  averageWQL: ({ other, actuals }) => other / actuals,
  WAPE: ({ error, actuals }) => error / actuals,
  WAPESum: ({ error, pairs }) => (pairs > 0 ? error : Number.NaN),
  RMSE: ({ other, pairs }) => Math.sqrt(other / pairs),
  MAPE: ({ other, pairs }) => other / pairs,
  MAE: ({ error, pairs }) => error / pairs,
  bias: ({ other, pairs }) => other / pairs,
  coverage: ({ other, pairs }) => other / pairs,
};

// a loop for each sum: the engine compiles what runs long together with all that it calls

function addActuals(sums: Float64Array, actuals: Float64Array, from: number, to: number): void {
  let total = sums[sumActuals] ?? 0;
  let pairs = sums[sumPairs] ?? 0;
  for (let row = from; row < to; row++) {
    const size = Math.abs(actuals[row] ?? Number.NaN);
    if (!(size <= Number.MAX_VALUE)) continue;
    total += size;
    pairs++;
  }
  sums[sumActuals] = total;
  sums[sumPairs] = pairs;
}

function addErrors(sums: Float64Array, actuals: Float64Array, points: Float64Array, from: number, to: number): void {
  let errors = sums[sumError] ?? 0;
  let total = sums[sumActuals] ?? 0;
  let pairs = sums[sumPairs] ?? 0;
  for (let row = from; row < to; row++) {
    const actual = actuals[row] ?? Number.NaN;
    const error = Math.abs(actual - (points[row] ?? Number.NaN));
    if (!(error <= Number.MAX_VALUE)) continue;
    errors += error;
    total += Math.abs(actual);
    pairs++;
  }
  sums[sumError] = errors;
  sums[sumActuals] = total;
  sums[sumPairs] = pairs;
}

function addSquares(sums: Float64Array, actuals: Float64Array, points: Float64Array, from: number, to: number): void {
  let other = sums[sumOther] ?? 0;
  for (let row = from; row < to; row++) {
    const error = (actuals[row] ?? Number.NaN) - (points[row] ?? Number.NaN);
    if (Math.abs(error) <= Number.MAX_VALUE) other += error * error;
  }
  sums[sumOther] = other;
}

function addShares(sums: Float64Array, actuals: Float64Array, points: Float64Array, from: number, to: number): void {
  let other = sums[sumOther] ?? 0;
  for (let row = from; row < to; row++) {
    const actual = actuals[row] ?? Number.NaN;
    const share = Math.abs((actual - (points[row] ?? Number.NaN)) / actual);
    if (share <= Number.MAX_VALUE) other += share;
  }
  sums[sumOther] = other;
}

function addSigned(sums: Float64Array, actuals: Float64Array, points: Float64Array, from: number, to: number): void {
  let other = sums[sumOther] ?? 0;
  for (let row = from; row < to; row++) {
    const error = (points[row] ?? Number.NaN) - (actuals[row] ?? Number.NaN);
    if (Math.abs(error) <= Number.MAX_VALUE) other += error;
  }
  sums[sumOther] = other;
}

function addCovered(sums: Float64Array, actuals: Float64Array, values: Float64Array, from: number, to: number): void {
  let other = sums[sumOther] ?? 0;
  for (let row = from; row < to; row++) if ((actuals[row] ?? Number.NaN) <= (values[row] ?? Number.NaN)) other++;
  sums[sumOther] = other;
}

function addLosses(
  sums: Float64Array,
  actuals: Float64Array,
  values: Float64Array,
  tau: number,
  from: number,
  to: number,
): void {
  let sizes = 0;
  let errors = 0;
  for (let row = from; row < to; row++) {
    const error = (actuals[row] ?? Number.NaN) - (values[row] ?? Number.NaN);
    const size = Math.abs(error);
    if (!(size <= Number.MAX_VALUE)) continue;
    sizes += size;
    errors += error;
  }
  // without a look at each sign, which is as good as random: |e| / 2 + (τ − 1/2) e is what is under by τ, over by 1 − τ
  sums[sumOther] = (sums[sumOther] ?? 0) + sizes / 2 + (tau - 0.5) * errors;
}
