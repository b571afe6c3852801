import { exactMean } from './exact-mean.ts';
import { commonCounts, countsPerInterval, countsPerType, type GroupLayout } from './group-layout.ts';
import type { NoteCode } from './notes.ts';

/** The figures of a window or group as one flat array, so that they can be averaged, ranked and noted alike. */
export interface Figures {
  /** By the plan's names; NaN stands for null. */
  readonly values: Float64Array;
  /** By the plan's names: why a figure is null or not what its name says; undefined where there is nothing to say. */
  readonly reasons: (NoteCode | undefined)[];
}

/** Where each figure stands. */
export interface FiguresPlan {
  readonly layout: GroupLayout;
  /** Numbers of the layout's quantile types. */
  readonly quantiles: readonly number[];
  /** `wQL[0.1]` …, `averageWQL`, `WAPE`, … as in {@link fixedNames}, `coverage[0.1]` …, `interval[0.1,0.9].coverage` … */
  readonly names: readonly string[];
}

/** Metrics that need the mean, in the order in which they stand after `averageWQL`. */
export const meanMetrics = ['WAPE', 'WAPESum', 'RMSE', 'MAPE', 'MAE', 'bias'] as const;

/** Names every figure of an export. */
export function planFigures(layout: GroupLayout): FiguresPlan {
  const quantiles = layout.types.map((_, type) => type).slice(layout.hasMean ? 1 : 0);
  const nameOf = (type: number): string => layout.types[type] ?? '';
  const intervals = layout.intervals.flatMap(({ lower, upper }) => {
    const name = `interval[${nameOf(lower)},${nameOf(upper)}]`;
    return [`${name}.coverage`, `${name}.meanWidth`];
  });
  const names = [
    ...quantiles.map((type) => `wQL[${nameOf(type)}]`),
    'averageWQL',
    ...meanMetrics,
    ...quantiles.map((type) => `coverage[${nameOf(type)}]`),
    ...intervals,
  ];
  return { layout, quantiles, names };
}

/**
 * The figures of one group of one window, from its counts and rounded sums as {@link GroupLayout} places them. The
 * definitions are those of FORMAT.md (the service's public documentation) and `Metrics`; each figure takes one to four
 * roundings after the exact sums. 1 − τ is computed in doubles, as every script on the same file would.
 */
export function computeFigures(plan: FiguresPlan, counts: Float64Array, sums: Float64Array): Figures {
  const writer = new FiguresWriter(plan.names.length);
  const actuals = counts[1] ?? 0;
  const none: NoteCode | undefined = actuals === 0 ? 'NO_ACTUALS' : undefined;
  const pairsOf = (type: number): number => actuals - (counts[commonCounts + type * countsPerType + 4] ?? 0);
  writeQuantileLosses(writer, plan, sums, none, pairsOf);
  writeMeanMetrics(writer, plan.layout, sums, none, pairsOf);
  for (const type of plan.quantiles) {
    const pairs = pairsOf(type);
    writer.push((counts[commonCounts + type * countsPerType + 1] ?? 0) / pairs, none ?? whyNoPairs(pairs));
  }
  const intervalCounts = commonCounts + plan.layout.types.length * countsPerType;
  for (const interval of plan.layout.intervals.keys()) {
    const at = intervalCounts + interval * countsPerInterval;
    const pairs = actuals - (counts[at + 1] ?? 0);
    const reason = none ?? whyNoPairs(pairs);
    writer.push((counts[at] ?? 0) / pairs, reason);
    writer.push((sums[1 + 2 * plan.layout.types.length + interval] ?? 0) / pairs, reason);
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
  const losses: number[] = [];
  for (const type of plan.quantiles) {
    const tau = Number(plan.layout.types[type]);
    const under = sums[1 + 2 * type] ?? 0;
    const over = sums[2 + 2 * type] ?? 0;
    const total = sums[plan.layout.denominators + type] ?? 0;
    const reason = none ?? whyNoPairs(pairsOf(type));
    losses.push(writer.pushRatio(2 * (tau * under + (1 - tau) * over), total, reason));
  }
  const missing = losses.findIndex((loss) => Number.isNaN(loss));
  if (losses.length === 0) writer.push(Number.NaN, 'NO_QUANTILES');
  else
    writer.push(
      missing >= 0 ? Number.NaN : exactMean(losses),
      missing >= 0 ? writer.figures.reasons[missing] : undefined,
    );
}

function writeMeanMetrics(
  writer: FiguresWriter,
  layout: GroupLayout,
  sums: Float64Array,
  none: NoteCode | undefined,
  pairsOf: (type: number) => number,
): void {
  if (!layout.hasMean) {
    for (const _ of meanMetrics) writer.push(Number.NaN, 'NO_MEAN_COLUMN');
    return;
  }
  const pairs = pairsOf(0);
  const reason = none ?? whyNoPairs(pairs);
  const total = sums[layout.denominators] ?? 0;
  const absolute = sums[layout.absolute] ?? 0;
  writer.pushRatio(absolute, total, reason);
  writer.push(absolute, reason);
  writer.push(Math.sqrt((sums[layout.squares] ?? 0) / pairs), reason);
  writer.push((sums[layout.shares] ?? 0) / pairs, reason ?? (total === 0 ? 'ALL_ACTUALS_ZERO' : undefined));
  writer.push(absolute / pairs, reason);
  writer.push((sums[layout.signed] ?? 0) / pairs, reason);
}

function whyNoPairs(pairs: number): NoteCode | undefined {
  return pairs === 0 ? 'NO_FORECASTS' : undefined;
}

class FiguresWriter {
  readonly figures: Figures;
  #at = 0;

  constructor(length: number) {
    this.figures = { values: new Float64Array(length), reasons: Array.from({ length }, () => undefined) };
  }

  /** Adds a figure; one with a reason is null, and so is one that overflowed. */
  push(value: number, reason: NoteCode | undefined): void {
    const why = reason ?? (Number.isFinite(value) ? undefined : 'FIGURE_OVERFLOW');
    this.figures.values[this.#at] = why === undefined ? value : Number.NaN;
    this.figures.reasons[this.#at++] = why;
  }

  /** Adds numerator / total; the numerator alone where the total is 0, as the service does. Answers what was added. */
  pushRatio(numerator: number, total: number, reason: NoteCode | undefined): number {
    this.push(total === 0 ? numerator : numerator / total, reason);
    const at = this.#at - 1;
    if (total === 0) this.figures.reasons[at] ??= 'ACTUALS_SUM_ZERO';
    return this.figures.values[at] ?? Number.NaN;
  }
}

/**
 * The mean over windows of each figure. Windows where a figure is null do not enter its mean (`WINDOW_LEFT_OUT`); where
 * it is null in all, so is the mean, for the reason of the first.
 */
export function averageFigures(plan: FiguresPlan, windows: readonly Figures[]): Figures {
  const [first] = windows;
  if (windows.length === 1 && first !== undefined) return first;
  const values = new Float64Array(plan.names.length).fill(Number.NaN);
  const reasons = plan.names.map((_, index): NoteCode | undefined => {
    if (first === undefined) return 'NO_ROWS';
    const defined = windows
      .map((figures) => figures.values[index] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    if (defined.length === 0) return first.reasons[index];
    const mean = exactMean(defined);
    if (!Number.isFinite(mean)) return 'FIGURE_OVERFLOW';
    values[index] = mean;
    if (defined.length < windows.length) return 'WINDOW_LEFT_OUT';
    return windows.find((figures) => figures.reasons[index] !== undefined)?.reasons[index];
  });
  return { values, reasons };
}
