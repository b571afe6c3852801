import { isCount, isInstant, refuseState } from '../base/state-fault.ts';
import type { BucketState } from './bucket-counts.ts';
import { mostDense, octave } from './bucket-counts.ts';
import type { DistributionState } from './distribution.ts';
import type { AccuracyDistributionState, ScopeState } from './item-distributions.ts';
import { exactLimit, type SketchState } from './quantile-sketch.ts';
import { triedCount, type Tally } from './wape-meaning.ts';

/** A state of distributions as doubles, which hold infinities too: the mirror of {@link fromDoubles}. */
export function toDoubles(state: AccuracyDistributionState): Float64Array<ArrayBuffer> {
  const all: number[] = [state.rowsWithoutWindow, state.rowsOfOtherKind];
  for (const { rows, canBeSum } of [state.wape.known, state.wape.others, ...state.wape.tried]) all.push(rows, canBeSum);
  writeScope(all, state.summary);
  all.push(state.windows.length);
  for (const { start, end, scope } of state.windows) {
    all.push(start, end);
    writeScope(all, scope);
  }
  return Float64Array.from(all);
}

function writeScope(all: number[], { rows, metrics }: ScopeState): void {
  all.push(rows);
  for (const { counts, extent, sum, sketch } of metrics) {
    for (const number of [...counts, ...extent, sum.turns]) all.push(number);
    writeList(all, sum.partials);
    if ('values' in sketch) {
      all.push(0);
      writeList(all, sketch.values);
      continue;
    }
    const { zeros, low, dense, strays } = sketch.buckets;
    all.push(1, zeros, low);
    writeList(all, dense);
    writeList(all, strays.buckets);
    writeList(all, strays.counts);
  }
}

function writeList(all: number[], list: ArrayLike<number>): void {
  all.push(list.length);
  for (let index = 0; index < list.length; index++) all.push(list[index] ?? 0);
}

/**
 * The state of distributions of so many metrics, checked as if it were a file: every count, bucket and length, and that the
 * counts of each metric are those of its rows. Returns how many rows are in it, too.
 * @throws `StateFault`
 */
export function fromDoubles(
  doubles: Float64Array,
  metrics: number,
): { readonly state: AccuracyDistributionState; readonly rows: number } {
  const reader = new DoubleReader(doubles);
  const [rowsWithoutWindow, rowsOfOtherKind] = [reader.count(), reader.count()];
  const [known, others] = [readTally(reader), readTally(reader)];
  const tried = Array.from({ length: triedCount }, () => readTally(reader));
  const summary = readScope(reader, metrics);
  let rows = rowsWithoutWindow + rowsOfOtherKind + summary.rows;
  const windows = Array.from({ length: reader.length(2) }, () => {
    const [start, end] = [reader.next(), reader.next()];
    if (!isInstant(start) || !isInstant(end)) refuseState('expected windows in milliseconds, found other numbers');
    const scope = readScope(reader, metrics);
    rows += scope.rows;
    return { start, end, scope };
  });
  reader.end();
  if (!isCount(rows)) refuseState('expected fewer rows');
  return { state: { summary, windows, wape: { known, others, tried }, rowsWithoutWindow, rowsOfOtherKind }, rows };
}

function readTally(reader: DoubleReader): Tally {
  const [rows, canBeSum] = [reader.count(), reader.count()];
  if (canBeSum > rows) refuseState('expected fewer sums than rows');
  return { rows, canBeSum };
}

function readScope(reader: DoubleReader, metrics: number): ScopeState {
  const rows = reader.count();
  return { rows, metrics: Array.from({ length: metrics }, () => readDistribution(reader, rows)) };
}

function readDistribution(reader: DoubleReader, rows: number): DistributionState {
  const counts = [reader.count(), reader.count(), reader.count()] as const;
  const extent = [reader.next(), reader.next()] as const;
  const turns = reader.next();
  const partials = Array.from(reader.list(mostPartials));
  if (!Number.isInteger(turns) || Math.abs(turns) > rows || !partials.every(Number.isFinite)) {
    refuseState('expected a sum of finite numbers, found another');
  }
  const { sketch, count } = readSketch(reader);
  if (counts.reduce((sum, some) => sum + some, count) !== rows)
    refuseState('expected a value or its absence in each row');
  const isEmpty = extent[0] === Number.POSITIVE_INFINITY && extent[1] === Number.NEGATIVE_INFINITY;
  const isRange = Number.isFinite(extent[0]) && Number.isFinite(extent[1]) && extent[0] <= extent[1];
  if (count === 0 ? !isEmpty : !isRange) refuseState('expected the least and the largest of the values');
  return { counts, extent, sum: { partials, turns }, sketch };
}

/** More than an expansion of doubles that do not overlap can have. */
const mostPartials = 64;

function readSketch(reader: DoubleReader): { readonly sketch: SketchState; readonly count: number } {
  const kind = reader.next();
  if (kind === 0) {
    const values = reader.list(exactLimit);
    if (!values.every(Number.isFinite)) refuseState('expected finite values');
    return { sketch: { values }, count: values.length };
  }
  if (kind !== 1) refuseState('expected values or a histogram');
  const buckets = readBuckets(reader);
  const counted = [buckets.zeros, ...buckets.dense, ...buckets.strays.counts];
  return { sketch: { buckets }, count: counted.reduce((sum, some) => sum + some, 0) };
}

/** Beyond the buckets of finite doubles, as `BucketCounts` numbers them. */
const bucketEnd = 2047 * octave;

function readBuckets(reader: DoubleReader): BucketState {
  const zeros = reader.count();
  const low = reader.next();
  const dense = reader.list(mostDense);
  const isPlaced = Number.isInteger(low) && low >= octave && low + dense.length <= bucketEnd;
  if (!isPlaced || low % octave !== 0 || dense.length % octave !== 0)
    refuseState('expected a histogram of whole octaves');
  const [buckets, counts] = [reader.list(2 * bucketEnd), reader.list(2 * bucketEnd)];
  const isBucket = (bucket: number): boolean => Math.abs(bucket) >= octave && Math.abs(bucket) < bucketEnd;
  if (!buckets.every((bucket) => Number.isInteger(bucket) && isBucket(bucket)) || buckets.length !== counts.length) {
    refuseState('expected buckets of finite numbers');
  }
  if (!dense.every(isCount) || !counts.every(isCount)) refuseState('expected counts of values in buckets');
  return { zeros, low, dense, strays: { buckets: Int32Array.from(buckets), counts } };
}

/** Reads doubles one after another, and none beyond the last. */
class DoubleReader {
  readonly #doubles: Float64Array;
  #at = 0;

  constructor(doubles: Float64Array) {
    this.#doubles = doubles;
  }

  next(): number {
    const value = this.#doubles[this.#at++];
    return value ?? refuseState('the state ends early');
  }

  count(): number {
    const value = this.next();
    return isCount(value) ? value : refuseState('expected a count of rows, found another number');
  }

  /** A number of things that take at least so many doubles each. */
  length(doubles = 1, most = Number.POSITIVE_INFINITY): number {
    const value = this.count();
    if (value > most || value * doubles > this.#doubles.length - this.#at) refuseState('the state ends early');
    return value;
  }

  list(most: number): Float64Array<ArrayBuffer> {
    const length = this.length(1, most);
    this.#at += length;
    return this.#doubles.slice(this.#at - length, this.#at);
  }

  end(): void {
    if (this.#at !== this.#doubles.length) refuseState('expected the end of the state, found more');
  }
}
