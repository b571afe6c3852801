import { exactMean } from '../base/exact-sum.ts';
import { listMetrics, type Metric, type MetricKind } from '../base/metric.ts';
import { commonCounts, countsPerInterval, countsPerType, type GroupLayout } from './group-layout.ts';
import type { NoteCode } from '../base/notes.ts';

/** The figures of a window or group as one flat array, so that they can be averaged, ranked and noted alike. */
export interface Figures {
  /** By place in the plan's metrics; NaN means null. */
  readonly values: Float64Array;
  /** By place: why a figure is null or not what its name says; undefined where there is nothing to say. */
  readonly reasons: (NoteCode | undefined)[];
}

/** Which figures an export has, and the place of each. */
export interface FiguresPlan {
  readonly layout: GroupLayout;
  /** Numbers of the layout's quantile types. */
  readonly quantiles: readonly number[];
  /** By place: those of the table but MASE, which is never computed. */
  readonly metrics: readonly Metric[];
  /** The place of a line of the table: of its `index`-th quantile or interval, 0 for a line that has neither. */
  readonly placeOf: (kind: MetricKind, index?: number) => number;
}

/**
 * What a ratio to actuals that add up to 0 is: the numerator alone, as the service has it for a window over all items,
 * or nothing, since errors in units are no ratio.
 */
export type ZeroRule = 'numerator' | 'nothing';

/** A ratio beyond this is noted: the actuals add up to less than a thousandth of the errors. */
export const largestUsualRatio = 1000;

/** Plans every figure of an export. */
export function planFigures(layout: GroupLayout): FiguresPlan {
  const quantiles = layout.types.map((_, type) => type).slice(layout.hasMean ? 1 : 0);
  const intervals = layout.intervals.map(({ lower, upper }) => ({
    lower: layout.types[lower] ?? '',
    upper: layout.types[upper] ?? '',
  }));
  const metrics = listMetrics(layout.types, intervals).filter(({ of }) => of !== 'history');
  const places = new Map<MetricKind, number[]>();
  for (const [place, { kind }] of metrics.entries()) places.set(kind, [...(places.get(kind) ?? []), place]);
  return { layout, quantiles, metrics, placeOf: (kind, index = 0) => places.get(kind)?.[index] ?? -1 };
}

/**
 * The figures of one record, from its counts and rounded sums as {@link GroupLayout} places them. The
 * definitions are those of FORMAT.md (the service's public documentation) and `Metrics`; each figure takes one to four
 * roundings after the exact sums. 1 − τ is computed in doubles, as every script on the same file would.
 */
export function computeFigures(plan: FiguresPlan, counts: Float64Array, sums: Float64Array, zero: ZeroRule): Figures {
  const { layout, quantiles, placeOf } = plan;
  const writer = new FiguresWriter(plan.metrics.length, zero);
  const actuals = counts[1] ?? 0;
  const none: NoteCode | undefined = actuals === 0 ? 'NO_ACTUALS' : undefined;
  const pairsOf = (type: number): number => actuals - (counts[commonCounts + type * countsPerType + 4] ?? 0);
  writeQuantileLosses(writer, plan, sums, none, pairsOf);
  writePointMetrics(writer, plan, sums, none, pairsOf);
  for (const [index, type] of quantiles.entries()) {
    const pairs = pairsOf(type);
    writer.put(
      placeOf('coverage', index),
      (counts[commonCounts + type * countsPerType + 1] ?? 0) / pairs,
      none ?? whyNoPairs(pairs),
    );
  }
  const intervalCounts = commonCounts + layout.types.length * countsPerType;
  for (const interval of layout.intervals.keys()) {
    const at = intervalCounts + interval * countsPerInterval;
    const pairs = actuals - (counts[at + 1] ?? 0);
    const reason = none ?? whyNoPairs(pairs);
    writer.put(placeOf('intervalCoverage', interval), (counts[at] ?? 0) / pairs, reason);
    writer.put(placeOf('intervalWidth', interval), (sums[1 + 2 * layout.types.length + interval] ?? 0) / pairs, reason);
  }
  return writer.figures;
}

function writeQuantileLosses(
  writer: FiguresWriter,
  plan: FiguresPlan,
  sums: Float64Array,
  none: NoteCode | undefined,
  pairsOf: (type: number) => number,
): void {
  const { layout, quantiles, placeOf } = plan;
  const losses: number[] = [];
  const reasons: Figures['reasons'] = [];
  for (const [index, type] of quantiles.entries()) {
    const tau = Number(layout.types[type]);
    const under = sums[1 + 2 * type] ?? 0;
    const over = sums[2 + 2 * type] ?? 0;
    const total = sums[layout.denominators + type] ?? 0;
    const reason = none ?? whyNoPairs(pairsOf(type));
    losses.push(writer.putRatio(placeOf('wQL', index), 2 * (tau * under + (1 - tau) * over), total, reason));
    reasons.push(writer.figures.reasons[placeOf('wQL', index)]);
  }
  const missing = losses.findIndex((loss) => Number.isNaN(loss));
  if (losses.length === 0) writer.put(placeOf('averageWQL'), Number.NaN, 'NO_QUANTILES');
  else if (missing >= 0) writer.put(placeOf('averageWQL'), Number.NaN, reasons[missing]);
  else
    writer.putNoted(
      placeOf('averageWQL'),
      exactMean(losses),
      reasons.find((reason) => reason !== undefined),
    );
}

function writePointMetrics(
  writer: FiguresWriter,
  { layout, metrics, placeOf }: FiguresPlan,
  sums: Float64Array,
  none: NoteCode | undefined,
  pairsOf: (type: number) => number,
): void {
  if (layout.point < 0) {
    for (const [place, { of }] of metrics.entries())
      if (of === 'point') writer.put(place, Number.NaN, 'NO_POINT_FORECAST');
    return;
  }
  const pairs = pairsOf(layout.point);
  const reason = none ?? whyNoPairs(pairs);
  const total = sums[layout.denominators + layout.point] ?? 0;
  const absolute = sums[layout.absolute] ?? 0;
  writer.putRatio(placeOf('WAPE'), absolute, total, reason);
  writer.put(placeOf('WAPESum'), absolute, reason);
  writer.put(placeOf('RMSE'), Math.sqrt((sums[layout.squares] ?? 0) / pairs), reason);
  writer.put(
    placeOf('MAPE'),
    (sums[layout.shares] ?? 0) / pairs,
    reason ?? (total === 0 ? 'ALL_ACTUALS_ZERO' : undefined),
  );
  writer.put(placeOf('MAE'), absolute / pairs, reason);
  writer.put(placeOf('bias'), (sums[layout.signed] ?? 0) / pairs, reason);
}

function whyNoPairs(pairs: number): NoteCode | undefined {
  return pairs === 0 ? 'NO_FORECASTS' : undefined;
}

let template: undefined[] = [];

/** A copy of one array: made for each figure set, it must be quick. */
function nothingToSay(length: number): Figures['reasons'] {
  if (template.length !== length) template = Array.from({ length }, () => undefined);
  return template.slice();
}

class FiguresWriter {
  readonly figures: Figures;
  readonly #zero: ZeroRule;

  constructor(length: number, zero: ZeroRule) {
    this.#zero = zero;
    this.figures = { values: new Float64Array(length), reasons: nothingToSay(length) };
  }

  /** Sets a figure; one with a reason is null, and so is one that overflowed. */
  put(place: number, value: number, reason: NoteCode | undefined): void {
    const why = reason ?? (Number.isFinite(value) ? undefined : 'FIGURE_OVERFLOW');
    this.figures.values[place] = why === undefined ? value : Number.NaN;
    this.figures.reasons[place] = why;
  }

  /** Sets a figure that has a value and may have a note. */
  putNoted(place: number, value: number, note: NoteCode | undefined): void {
    this.put(place, value, undefined);
    this.figures.reasons[place] ??= note;
  }

  /** Sets numerator / total, by the zero rule where the total is 0. Returns what was set. */
  putRatio(place: number, numerator: number, total: number, reason: NoteCode | undefined): number {
    const ratio = numerator / total;
    if (reason !== undefined) this.put(place, Number.NaN, reason);
    else if (total !== 0) this.putNoted(place, ratio, ratio > largestUsualRatio ? 'ACTUALS_SUM_NEAR_ZERO' : undefined);
    else if (this.#zero === 'numerator') this.putNoted(place, numerator, 'ACTUALS_SUM_ZERO');
    else this.put(place, Number.NaN, 'NO_RATIO');
    return this.figures.values[place] ?? Number.NaN;
  }
}
