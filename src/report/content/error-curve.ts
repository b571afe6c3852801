import { ExactSum, type ExactSumState } from '../../metrics/base/exact-sum.ts';
import type { ParetoPoint } from '../base/report.ts';

/** Errors that are kept one by one; beyond that they are counted and added up in bins. */
const mostKept = 1000;
/** Points of a curve at most, besides its ends. */
const mostPoints = 98;

/** A curve as plain data. */
export interface ErrorCurveState {
  /** One by one, while they are few. */
  readonly kept: readonly number[];
  readonly bins: readonly { readonly key: number; readonly count: number; readonly sum: ExactSumState }[];
}

/** Errors of a similar size: less than 1/16 apart. */
interface Bin {
  count: number;
  readonly sum: ExactSum;
}

/**
 * What share of the items, largest errors first, has what share of the total error: a Pareto curve, in one pass and in bounded
 * memory. Every point of it is exact, as the items of a bin all come before those of the next one. Up to 1,000 errors any item
 * can be a point; beyond that, the ends of bins, 16 for each factor of two. The order of adding does not matter.
 */
export class ErrorCurve {
  #kept: number[] | undefined = [];
  /** By the upper bits of their errors. */
  readonly #bins = new Map<number, Bin>();

  /** Adds the error of an item: finite, from 0. */
  add(error: number): void {
    if (this.#kept === undefined) {
      this.#count(error);
      return;
    }
    this.#kept.push(error);
    if (this.#kept.length > mostKept) this.#countKept();
  }

  export(): ErrorCurveState {
    return {
      kept: this.#kept ?? [],
      bins: Array.from(this.#bins, ([key, { count, sum }]) => ({ key, count, sum: sum.export() })),
    };
  }

  merge({ kept, bins }: ErrorCurveState): void {
    if (bins.length > 0) this.#countKept();
    for (const { key, count, sum } of bins) {
      const bin = this.#binOf(key);
      bin.count += count;
      bin.sum.merge(sum);
    }
    for (const error of kept) this.add(error);
  }

  /** From (0, 0) to (1, 1), at most 100 points; empty where there is no error, or their sum overflows. */
  points(): ParetoPoint[] {
    const steps = this.#steps();
    const all = new ExactSum();
    let items = 0;
    for (const { count, parts } of steps) {
      items += count;
      for (const part of parts) all.add(part);
    }
    const total = all.round();
    if (!(total > 0) || !Number.isFinite(total)) return [];
    return thin(accumulate(steps, items, total));
  }

  #countKept(): void {
    for (const kept of this.#kept ?? []) this.#count(kept);
    this.#kept = undefined;
  }

  #count(error: number): void {
    const bin = this.#binOf(upperBits(error));
    bin.count++;
    bin.sum.add(error);
  }

  #binOf(key: number): Bin {
    let bin = this.#bins.get(key);
    if (bin === undefined) this.#bins.set(key, (bin = { count: 0, sum: new ExactSum() }));
    return bin;
  }

  /** Largest errors first. */
  #steps(): Step[] {
    if (this.#kept !== undefined) {
      return Array.from(Float64Array.from(this.#kept).sort().reverse(), (error) => ({ count: 1, parts: [error] }));
    }
    return [...this.#bins]
      .sort(([a], [b]) => b - a)
      .map(([, { count, sum }]) => ({ count, parts: sum.export().partials }));
  }
}

/** Items of similar errors, whose sum is that of `parts`. */
interface Step {
  readonly count: number;
  readonly parts: readonly number[];
}

function accumulate(steps: readonly Step[], items: number, total: number): ParetoPoint[] {
  const sum = new ExactSum();
  let seen = 0;
  return steps.map(({ count, parts }) => {
    seen += count;
    for (const part of parts) sum.add(part);
    return { items: seen / items, error: sum.round() / total };
  });
}

/** Leaves out points that are close to the one before: the way to (1, 1) by the two axes is 2 long. */
function thin(points: readonly ParetoPoint[]): ParetoPoint[] {
  let last: ParetoPoint = { items: 0, error: 0 };
  const kept = [last];
  const few = points.length <= mostPoints;
  for (const [index, point] of points.entries()) {
    const way = point.items - last.items + point.error - last.error;
    if (index < points.length - 1 && !few && way < 2 / mostPoints) continue;
    kept.push(point);
    last = point;
  }
  return kept;
}

const view = new DataView(new ArrayBuffer(8));

/** Exponent and first 4 bits of the mantissa: a number that rises with the error. */
function upperBits(error: number): number {
  view.setFloat64(0, error);
  return view.getUint32(0) >>> 16;
}
