import type { DistributionState } from '../../metrics/accuracy/distribution.ts';
import { ExactSum, type ExactSumState } from '../../metrics/base/exact-sum.ts';
import { listMetrics, type Metric } from '../../metrics/base/metric.ts';
import type { Figure, GroupSummary, IntervalMetrics } from '../../metrics/base/summary.ts';
import type { ForecastType } from '../../schema/schema.ts';
import type { ReportedItem, ReportedItems, SeriesReason } from '../base/report.ts';
import { ErrorCurve, type ErrorCurveState } from './error-curve.ts';
import { FirstFew } from './first-few.ts';
import { hashSeries } from './series-hash.ts';
import {
  compareSeries,
  drawnBest,
  drawnCostliest,
  drawnWorst,
  mostDrawn,
  mostSampled,
  seriesName,
  type DrawnItem,
} from './series-plan.ts';
import { SpreadGatherer } from './spread.ts';

/** How items are ranked. */
export interface RankingOptions {
  readonly forecastTypes: readonly ForecastType[];
  /** As `seriesDimensions` gives them: the groups are by item, then these. */
  readonly dimensions: readonly string[];
  /** As `rankingMetric` gives it. */
  readonly metric: Metric | null;
  /** Items in each list, at least 1. */
  readonly items: number;
  /** Ids of items to show, and to draw. */
  readonly chosen: readonly string[];
}

/** What {@link ItemRanking} found. */
export interface RankedItems {
  readonly items: ReportedItems;
  /** The two costliest, the two worst, the median, the best, then the chosen ones; each once, at most {@link mostDrawn}. */
  readonly drawn: readonly DrawnItem[];
}

/** Series of chosen items that are listed at most. */
const mostChosen = 1000;

/** A group, and what it is ranked by. */
interface Ranked {
  readonly group: GroupSummary;
  readonly item: string;
  readonly dimensions: readonly string[];
  readonly absoluteActuals: Figure;
  /** Σ|y−m|; 0 where unknown. */
  readonly error: number;
  /** By the metric, smaller is better. */
  readonly badness: number;
  readonly hash: number;
  /** Its place among the chosen ids. */
  readonly place: number;
}

/** A ranking as plain data. */
export interface RankingState {
  readonly count: number;
  /** Of the first group; the others have the same. */
  readonly intervals: readonly Pick<IntervalMetrics, 'lower' | 'upper'>[];
  readonly lists: Readonly<Record<ListName, readonly Ranked[]>>;
  readonly found: readonly string[];
  readonly chosenSeries: number;
  readonly badness: DistributionState | undefined;
  /** By metric. */
  readonly spread: readonly DistributionState[];
  readonly curve: ErrorCurveState;
  readonly errors: ExactSumState;
  readonly actuals: ExactSumState;
}

const listNames = ['costliest', 'worst', 'best', 'sample', 'chosen'] as const;
type ListName = (typeof listNames)[number];

/**
 * Takes the groups of a summary by item and dimensions, one after another in any order, and keeps what a report shows of
 * them. Memory: three lists of as many groups as asked for, 32 more, the chosen ones, and the bins of distributions; it
 * does not grow with the number of groups. Ties go by key, so that the result is that of any order.
 */
export class ItemRanking {
  readonly #options: RankingOptions;
  readonly #lists: Readonly<Record<ListName, FirstFew<Ranked>>>;
  /** Of chosen ids. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #found = new Set<string>();
  #chosenSeries = 0;
  readonly #badness: SpreadGatherer | undefined;
  #intervals: RankingState['intervals'] = [];
  /** Made with the first group, which knows the intervals. */
  #spread: readonly { readonly metric: Metric; readonly gatherer: SpreadGatherer }[] = [];
  readonly #curve = new ErrorCurve();
  readonly #errors = new ExactSum();
  readonly #actuals = new ExactSum();
  #count = 0;

  constructor(options: RankingOptions) {
    const most = Math.max(options.items, drawnCostliest, drawnWorst);
    this.#options = options;
    this.#lists = {
      costliest: new FirstFew(most, (a, b) => b.error - a.error || compareSeries(a, b)),
      worst: new FirstFew(most, (a, b) => compare(b.badness, a.badness) || compareSeries(a, b)),
      best: new FirstFew(most, byBadness),
      sample: new FirstFew(mostSampled, (a, b) => a.hash - b.hash || compareSeries(a, b)),
      chosen: new FirstFew(mostChosen, (a, b) => a.place - b.place || compareSeries(a, b)),
    };
    this.#places = new Map([...new Set(options.chosen)].map((id, place) => [id, place]));
    this.#badness = options.metric === null ? undefined : new SpreadGatherer(options.metric);
  }

  /** Adds a group and Σ|y| of its rows (see `GroupList.forEach`). About 1 µs for each ten metrics. */
  add(group: GroupSummary, absoluteActuals: Figure): void {
    const lists = this.#lists;
    const ranked = this.#rank(group, absoluteActuals);
    if (this.#count === 0) this.#planSpread(group.pooled.intervals);
    this.#count++;
    this.#addSums(ranked);
    if (ranked.error > 0) lists.costliest.add(ranked);
    if (!Number.isNaN(ranked.badness)) {
      this.#badness?.add(ranked.badness);
      lists.worst.add(ranked);
      lists.best.add(ranked);
      lists.sample.add(ranked);
    }
    if (ranked.place < 0) return;
    this.#chosenSeries++;
    this.#found.add(ranked.item);
    lists.chosen.add(ranked);
  }

  /** Everything, as plain data. */
  export(): RankingState {
    const { costliest, worst, best, sample, chosen } = this.#lists;
    return {
      count: this.#count,
      intervals: this.#intervals,
      lists: {
        costliest: costliest.list(),
        worst: worst.list(),
        best: best.list(),
        sample: sample.list(),
        chosen: chosen.list(),
      },
      found: [...this.#found],
      chosenSeries: this.#chosenSeries,
      badness: this.#badness?.export(),
      spread: this.#spread.map(({ gatherer }) => gatherer.export()),
      curve: this.#curve.export(),
      errors: this.#errors.export(),
      actuals: this.#actuals.export(),
    };
  }

  /** Adds what another ranking with the same options has taken. */
  merge(state: RankingState): void {
    if (state.count === 0) return;
    if (this.#count === 0) this.#planSpread(state.intervals);
    this.#count += state.count;
    for (const name of listNames) for (const ranked of state.lists[name]) this.#lists[name].add(ranked);
    for (const id of state.found) this.#found.add(id);
    this.#chosenSeries += state.chosenSeries;
    if (state.badness !== undefined) this.#badness?.merge(state.badness);
    for (const [index, spread] of state.spread.entries()) this.#spread[index]?.gatherer.merge(spread);
    this.#curve.merge(state.curve);
    this.#errors.merge(state.errors);
    this.#actuals.merge(state.actuals);
  }

  /** What was added so far. */
  finish(): RankedItems {
    const { items: most, chosen, metric } = this.#options;
    const lists = this.#lists;
    const show = this.#reporter();
    const [costliest, worst, best] = [lists.costliest.list(), lists.worst.list(), lists.best.list()];
    const asked = lists.chosen.list();
    const median = this.#findMedian();
    const items: ReportedItems = {
      count: this.#count,
      rankedBy: worst.length === 0 ? null : (metric?.name ?? null),
      costliest: costliest.slice(0, most).map(show),
      worst: worst.slice(0, most).map(show),
      best: best.slice(0, most).map(show),
      median: median === undefined ? null : show(median),
      chosen: asked.map(show),
      chosenLeftOut: this.#chosenSeries - asked.length,
      notFound: [...new Set(chosen)].filter((id) => !this.#found.has(id)),
      spread: this.#spread.flatMap(({ gatherer }) => gatherer.finish() ?? []),
      pareto: this.#curve.points(),
    };
    const drawn = new Map<string, { readonly ranked: Ranked; readonly reasons: SeriesReason[] }>();
    const draw = (list: readonly Ranked[], reason: SeriesReason): void => {
      for (const ranked of list) {
        const key = seriesName(ranked);
        const known = drawn.get(key);
        if (known === undefined && drawn.size < mostDrawn) drawn.set(key, { ranked, reasons: [reason] });
        else known?.reasons.push(reason);
      }
    };
    draw(costliest.slice(0, drawnCostliest), 'costliest');
    draw(worst.slice(0, drawnWorst), 'worst');
    draw(median === undefined ? [] : [median], 'median');
    draw(best.slice(0, drawnBest), 'best');
    draw(asked, 'chosen');
    return {
      items,
      drawn: Array.from(drawn.values(), ({ ranked, reasons }) => {
        return { item: show(ranked), reasons, rows: ranked.group.counts.rows };
      }),
    };
  }

  #rank(group: GroupSummary, absoluteActuals: Figure): Ranked {
    const { metric, dimensions: names } = this.#options;
    const item = textOf(group, 'item');
    const dimensions = names.map((name) => textOf(group, name));
    const value = metric?.read(group.pooled) ?? null;
    return {
      group,
      item,
      dimensions,
      absoluteActuals,
      error: group.pooled.WAPESum ?? 0,
      badness: value === null || metric === null ? Number.NaN : metric.errorOf(value),
      hash: hashSeries({ item, dimensions }),
      place: this.#places.get(item) ?? -1,
    };
  }

  #planSpread(intervals: RankingState['intervals']): void {
    this.#intervals = intervals.map(({ lower, upper }) => ({ lower, upper }));
    const metrics = listMetrics(this.#options.forecastTypes, intervals);
    this.#spread = metrics.map((metric) => ({ metric, gatherer: new SpreadGatherer(metric) }));
  }

  #addSums({ group, absoluteActuals }: Ranked): void {
    const { pooled } = group;
    if (pooled.WAPESum !== null) {
      this.#errors.add(pooled.WAPESum);
      this.#curve.add(pooled.WAPESum);
    }
    if (absoluteActuals !== null) this.#actuals.add(absoluteActuals);
    for (const { metric, gatherer } of this.#spread) gatherer.add(metric.read(pooled));
  }

  /** The one of the sample that is nearest to the median of all; among a sample that has all, the one in the middle. */
  #findMedian(): Ranked | undefined {
    const sample = this.#lists.sample.list().toSorted(byBadness);
    const median = this.#badness?.median() ?? null;
    if (median === null) return undefined;
    if (sample.length < mostSampled) return sample[Math.ceil(sample.length / 2) - 1];
    const away = ({ badness }: Ranked): number => Math.abs(badness - median);
    return sample.reduce((nearest, ranked) => (away(ranked) < away(nearest) ? ranked : nearest));
  }

  #reporter(): (ranked: Ranked) => ReportedItem {
    const [errors, actuals] = [this.#errors.round(), this.#actuals.round()];
    return ({ group, item, dimensions, absoluteActuals }) => ({
      item,
      dimensions: Object.fromEntries(this.#options.dimensions.map((name, at) => [name, dimensions[at] ?? ''])),
      windowCount: group.windowCount,
      count: group.count,
      metrics: group.pooled,
      errorShare: shareOf(group.pooled.WAPESum, errors),
      actualShare: shareOf(absoluteActuals, actuals),
    });
  }
}

function shareOf(part: Figure, total: number): Figure {
  return part === null || !(total > 0) || !Number.isFinite(total) ? null : part / total;
}

/** An own member, also where a dimension is called as one of every object. */
function textOf({ key }: GroupSummary, name: string): string {
  return Object.hasOwn(key, name) ? String(key[name] ?? '') : '';
}

/** Best first. */
function byBadness(a: Ranked, b: Ranked): number {
  return compare(a.badness, b.badness) || compareSeries(a, b);
}

/** Not a difference: that of two infinities is NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
