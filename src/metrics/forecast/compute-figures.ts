import { exactMean } from '../base/exact-sum.ts';
import type { NoteCode } from '../base/notes.ts';
import type { Figures, FiguresPlan } from './figures.ts';
import { map } from './kernel/map.generated.ts';
import { typeCount } from './record-shape.ts';

/**
 * What a ratio to actuals that add up to 0 is: the numerator alone, as the service has it for a window over all items,
 * or nothing, since an error in units is not a ratio.
 */
export type ZeroRule = 'numerator' | 'nothing';

/** A ratio beyond this is noted: the actuals add up to less than a thousandth of the errors. */
const largestUsualRatio = 1000;

/**
 * The figures of one record, from its counts and rounded sums as {@link RecordShape} numbers them. The
 * definitions are those of FORMAT.md (the service's public documentation) and `Metrics`; each figure takes one to four
 * roundings after the exact sums. 1 − τ is computed in doubles, as every script on the same file would.
 */
export function computeFigures(plan: FiguresPlan, counts: Float64Array, sums: Float64Array, zero: ZeroRule): Figures {
  const { shape, quantiles, placeOf } = plan;
  const writer = new FiguresWriter(plan.metrics.length, zero);
  const actuals = counts[map.ACTUALS] ?? 0;
  const none: NoteCode | undefined = actuals === 0 ? 'NO_ACTUALS' : undefined;
  const pairsOf = (type: number): number => actuals - (counts[typeCount(type, map.EXCLUDED)] ?? 0);
  writeQuantileLosses(writer, plan, sums, none, pairsOf);
  writePointMetrics(writer, plan, sums, none, pairsOf);
  for (const [index, type] of quantiles.entries()) {
    const pairs = pairsOf(type);
    const covered = counts[typeCount(type, map.COVERED)] ?? 0;
    writer.put(placeOf('coverage', index), covered / pairs, none ?? whyNoPairs(pairs));
  }
  for (const interval of shape.intervals.keys()) {
    const at = typeCount(shape.types.length, interval * map.COUNTS_PER_INTERVAL);
    const pairs = actuals - (counts[at + map.INTERVAL_EXCLUDED] ?? 0);
    const reason = none ?? whyNoPairs(pairs);
    writer.put(placeOf('intervalCoverage', interval), (counts[at + map.INSIDE] ?? 0) / pairs, reason);
    writer.put(placeOf('intervalWidth', interval), (sums[shape.widths + interval] ?? 0) / pairs, reason);
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
  const { shape, quantiles, placeOf } = plan;
  const losses: number[] = [];
  const reasons: Figures['reasons'] = [];
  for (const [index, type] of quantiles.entries()) {
    const tau = Number(shape.types[type]);
    const under = sums[1 + 2 * type] ?? 0;
    const over = sums[2 + 2 * type] ?? 0;
    const total = sums[shape.denominators + type] ?? 0;
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
  { shape, metrics, placeOf }: FiguresPlan,
  sums: Float64Array,
  none: NoteCode | undefined,
  pairsOf: (type: number) => number,
): void {
  if (shape.point < 0) {
    for (const [place, { of }] of metrics.entries())
      if (of === 'point') writer.put(place, Number.NaN, 'NO_POINT_FORECAST');
    return;
  }
  const pairs = pairsOf(shape.point);
  const reason = none ?? whyNoPairs(pairs);
  const total = sums[shape.denominators + shape.point] ?? 0;
  const absolute = sums[shape.absolute] ?? 0;
  writer.putRatio(placeOf('WAPE'), absolute, total, reason);
  writer.put(placeOf('WAPESum'), absolute, reason);
  writer.put(placeOf('RMSE'), Math.sqrt((sums[shape.squares] ?? 0) / pairs), reason);
  writer.put(
    placeOf('MAPE'),
    (sums[shape.shares] ?? 0) / pairs,
    reason ?? (total === 0 ? 'ALL_ACTUALS_ZERO' : undefined),
  );
  writer.put(placeOf('MAE'), absolute / pairs, reason);
  writer.put(placeOf('bias'), (sums[shape.signed] ?? 0) / pairs, reason);
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
