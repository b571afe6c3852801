import { bucketStart } from '../../metrics/accuracy/bucket-counts.ts';
import {
  DistributionGatherer,
  type Distribution,
  type DistributionState,
} from '../../metrics/accuracy/distribution.ts';
import type { ValueSteps } from '../../metrics/accuracy/quantile-sketch.ts';
import type { Metric } from '../../metrics/base/metric.ts';
import type { Figure } from '../../metrics/base/summary.ts';
import type { ItemSpread, SpreadBin } from '../base/report.ts';

/** Values that are added up together. */
const block = 1024;
/** Bins that the middle of a distribution gets, about. */
const wantedBins = 20;

/** Gathers how a metric is distributed over items, one value after another, in bounded memory (see `QuantileSketch`). */
export class SpreadGatherer {
  readonly #metric: Metric;
  readonly #gatherer = new DistributionGatherer();
  readonly #values = new Float64Array(block);
  #count = 0;
  #lacking = 0;

  constructor(metric: Metric) {
    this.#metric = metric;
  }

  /** Adds the value of an item; null counts as not defined. */
  add(value: Figure): void {
    if (value === null) {
      this.#lacking++;
      return;
    }
    this.#values[this.#count++] = value + 0; // -0 is 0
    if (this.#count === block) this.#flush();
  }

  export(): DistributionState {
    this.#flush();
    return this.#gatherer.export();
  }

  merge(state: DistributionState): void {
    this.#gatherer.merge(state);
  }

  /** The distribution so far; null where no item has the metric. */
  finish(): ItemSpread | null {
    this.#flush();
    const distribution = this.#gatherer.finish();
    if (distribution.count === 0) return null;
    return { metric: this.#metric.name, distribution, bins: makeBins(this.#gatherer.steps(), distribution) };
  }

  /** The median so far; null where no item has the metric. */
  median(): Figure {
    this.#flush();
    return this.#gatherer.finish().quantiles.p50;
  }

  #flush(): void {
    this.#gatherer.addValues(this.#values, this.#count, this.#lacking);
    this.#count = 0;
    this.#lacking = 0;
  }
}

/**
 * A histogram that can be read although the values are skewed: about 20 to 60 bins of one round width between the fences, which are as
 * far beyond the 10% and the 90% quantile as those are apart; the first and the last bin take what is beyond. Counts are
 * exact: of more than 1,000 values, an inner edge is moved down to the start of its bucket of the sketch, by at most 0.2 %.
 */
function makeBins({ bounds, counts, exact }: ValueSteps, { min, max, quantiles }: Distribution): SpreadBin[] {
  const [least, most] = [min ?? 0, max ?? 0];
  const inner = innerEdges(least, most, quantiles.p10 ?? least, quantiles.p90 ?? most);
  const edges = exact ? inner : [...new Set(inner.map(bucketStart))].filter((edge) => edge > least && edge < most);
  const bins: SpreadBin[] = [];
  for (let index = 0, at = 0; index <= edges.length; index++) {
    const end = edges[index] ?? Number.POSITIVE_INFINITY;
    let items = 0;
    for (; at < bounds.length && (bounds[at] ?? 0) < end; at++) items += counts[at] ?? 0;
    bins.push({ from: edges[index - 1] ?? least, to: edges[index] ?? most, items });
  }
  return bins;
}

/** Between the extremes, rising. */
function innerEdges(min: number, max: number, low: number, high: number): number[] {
  const span = high - low;
  // where most values are the same, there is no middle part to be seen: all of it is shown
  const [from, to] = span > 0 ? [Math.max(min, low - span), Math.min(max, high + span)] : [min, max];
  if (!(to > from) || !Number.isFinite(to - from)) return [];
  const { digit, power } = roundWidth((to - from) / wantedBins);
  // multiplied or divided once, so that an edge is the double of its decimal
  const edgeAt = (step: number): number => (power < 0 ? (step * digit) / 10 ** -power : step * digit * 10 ** power);
  const width = edgeAt(1);
  if (!(Math.max(Math.abs(from), Math.abs(to)) / width < 2 ** 50)) return []; // steps that doubles cannot count
  const edges: number[] = [];
  for (let step = Math.floor(from / width) + 1; edges.length < 3 * wantedBins; step++) {
    const edge = edgeAt(step);
    if (!(edge < to)) break;
    if (edge > from) edges.push(edge);
  }
  return edges;
}

/** The round width (1, 2 or 5 times a power of ten) at or below the one wanted. */
function roundWidth(wanted: number): { readonly digit: number; readonly power: number } {
  const power = Math.floor(Math.log10(wanted));
  const scaled = wanted / 10 ** power;
  return { digit: scaled >= 5 ? 5 : scaled >= 2 ? 2 : 1, power };
}
