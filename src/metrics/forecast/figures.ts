import { exactMean } from './exact-mean.ts';
import { commonCounts, countsPerInterval, countsPerType, type GroupLayout } from './group-layout.ts';
import type { NoteCode } from '../base/notes.ts';

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
  /** `wQL[0.1]` …, `averageWQL`, `WAPE`, … as in {@link pointMetrics}, `coverage[0.1]` …, `interval[0.1,0.9].coverage` … */
  readonly names: readonly string[];
}

/** Metrics that need a point forecast, in the order in which they stand after `averageWQL`. */
export const pointMetrics = ['WAPE', 'WAPESum', 'RMSE', 'MAPE', 'MAE', 'bias'] as const;

/**
 * What a ratio to actuals that add up to 0 is: the numerator alone, as the service has it for a window over all items,
 * or nothing, since errors in units are no ratio.
 */
export type ZeroRule = 'numerator' | 'nothing';

/** A ratio beyond this is noted: the actuals add up to less than a thousandth of the errors. */
export const largestUsualRatio = 1000;

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
    ...pointMetrics,
    ...quantiles.map((type) => `coverage[${nameOf(type)}]`),
    ...intervals,
  ];
  return { layout, quantiles, names };
}

/** Names of the figures that an export with these forecast types can have, those of intervals left out. */
export function rankableNames({ names, quantiles, layout }: FiguresPlan): string[] {
  const lacking = new Set<string>([
    ...(quantiles.length === 0 ? ['averageWQL'] : []),
    ...(layout.point < 0 ? pointMetrics : []),
  ]);
  return names.filter((name) => !lacking.has(name) && !name.startsWith('interval'));
}

/**
 * The figures of one record, from its counts and rounded sums as {@link GroupLayout} places them. The
 * definitions are those of FORMAT.md (the service's public documentation) and `Metrics`; each figure takes one to four
 * roundings after the exact sums. 1 − τ is computed in doubles, as every script on the same file would.
 */
export function computeFigures(plan: FiguresPlan, counts: Float64Array, sums: Float64Array, zero: ZeroRule): Figures {
  const writer = new FiguresWriter(plan.names.length, zero);
  const actuals = counts[1] ?? 0;
  const none: NoteCode | undefined = actuals === 0 ? 'NO_ACTUALS' : undefined;
  const pairsOf = (type: number): number => actuals - (counts[commonCounts + type * countsPerType + 4] ?? 0);
  writeQuantileLosses(writer, plan, sums, none, pairsOf);
  writePointMetrics(writer, plan.layout, sums, none, pairsOf);
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
  const { reasons } = writer.figures;
  const missing = losses.findIndex((loss) => Number.isNaN(loss));
  if (losses.length === 0) writer.push(Number.NaN, 'NO_QUANTILES');
  else if (missing >= 0) writer.push(Number.NaN, reasons[missing]);
  else
    writer.pushNoted(
      exactMean(losses),
      reasons.slice(0, losses.length).find((reason) => reason !== undefined),
    );
}

function writePointMetrics(
  writer: FiguresWriter,
  layout: GroupLayout,
  sums: Float64Array,
  none: NoteCode | undefined,
  pairsOf: (type: number) => number,
): void {
  if (layout.point < 0) {
    for (const _ of pointMetrics) writer.push(Number.NaN, 'NO_POINT_FORECAST');
    return;
  }
  const pairs = pairsOf(layout.point);
  const reason = none ?? whyNoPairs(pairs);
  const total = sums[layout.denominators + layout.point] ?? 0;
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

let template: undefined[] = [];

/** A copy of one array: made for each figure set, it must be quick. */
function nothingToSay(length: number): Figures['reasons'] {
  if (template.length !== length) template = Array.from({ length }, () => undefined);
  return template.slice();
}

class FiguresWriter {
  readonly figures: Figures;
  readonly #zero: ZeroRule;
  #at = 0;

  constructor(length: number, zero: ZeroRule) {
    this.#zero = zero;
    this.figures = { values: new Float64Array(length), reasons: nothingToSay(length) };
  }

  /** Adds a figure; one with a reason is null, and so is one that overflowed. */
  push(value: number, reason: NoteCode | undefined): void {
    const why = reason ?? (Number.isFinite(value) ? undefined : 'FIGURE_OVERFLOW');
    this.figures.values[this.#at] = why === undefined ? value : Number.NaN;
    this.figures.reasons[this.#at++] = why;
  }

  /** Adds a figure that something must be said of, though it is one. */
  pushNoted(value: number, note: NoteCode | undefined): void {
    this.push(value, undefined);
    this.figures.reasons[this.#at - 1] ??= note;
  }

  /** Adds numerator / total, where the total is 0 by the rule for that. Answers what was added. */
  pushRatio(numerator: number, total: number, reason: NoteCode | undefined): number {
    const ratio = numerator / total;
    if (reason !== undefined) this.push(Number.NaN, reason);
    else if (total !== 0) this.pushNoted(ratio, ratio > largestUsualRatio ? 'ACTUALS_SUM_NEAR_ZERO' : undefined);
    else if (this.#zero === 'numerator') this.pushNoted(numerator, 'ACTUALS_SUM_ZERO');
    else this.push(Number.NaN, 'NO_RATIO');
    return this.figures.values[this.#at - 1] ?? Number.NaN;
  }
}
