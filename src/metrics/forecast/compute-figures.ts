import { exactMeanOf } from '../base/exact-sum.ts';
import { numberOfReason, type Figures, type FiguresPlan } from './figures.ts';
import { map } from './kernel/map.generated.ts';
import { typeCount } from './record-shape.ts';

/**
 * What a ratio to actuals that add up to 0 is: the numerator alone, as the service has it for a window over all items,
 * or nothing, since an error in units is not a ratio.
 */
export type ZeroRule = 'numerator' | 'nothing';

/** A ratio beyond this is noted: the actuals add up to less than a thousandth of the errors. */
const largestUsualRatio = 1000;

const noActuals = numberOfReason('NO_ACTUALS');
const noForecasts = numberOfReason('NO_FORECASTS');
const noQuantiles = numberOfReason('NO_QUANTILES');
const noPoint = numberOfReason('NO_POINT_FORECAST');
const allZero = numberOfReason('ALL_ACTUALS_ZERO');
const overflow = numberOfReason('FIGURE_OVERFLOW');
const sumZero = numberOfReason('ACTUALS_SUM_ZERO');
const sumNearZero = numberOfReason('ACTUALS_SUM_NEAR_ZERO');
const noRatio = numberOfReason('NO_RATIO');

/**
 * Writes the figures of one record, from its counts and rounded sums as {@link RecordShape} numbers them. The
 * definitions are those of FORMAT.md (the service's public documentation) and `Metrics`; each figure takes one to four
 * roundings after the exact sums. 1 − τ is computed in doubles, as every script on the same file would. Allocates nothing.
 */
export function computeFigures(
  plan: FiguresPlan,
  counts: Float64Array,
  sums: Float64Array,
  zero: ZeroRule,
  figures: Figures,
): void {
  const { shape, quantiles, places } = plan;
  const actuals = counts[map.ACTUALS] ?? 0;
  const none = actuals === 0 ? noActuals : 0;
  writeQuantileLosses(plan, counts, sums, none, zero, figures);
  writePointMetrics(plan, counts, sums, none, zero, figures);
  for (let index = 0; index < quantiles.length; index++) {
    const type = quantiles[index] ?? 0;
    const pairs = actuals - (counts[typeCount(type, map.EXCLUDED)] ?? 0);
    const covered = counts[typeCount(type, map.COVERED)] ?? 0;
    put(figures, places.coverage[index], covered / pairs, none || whyNoPairs(pairs));
  }
  for (let interval = 0; interval < shape.intervals.length; interval++) {
    const at = typeCount(shape.types.length, interval * map.COUNTS_PER_INTERVAL);
    const pairs = actuals - (counts[at + map.INTERVAL_EXCLUDED] ?? 0);
    const reason = none || whyNoPairs(pairs);
    put(figures, places.intervalCoverage[interval], (counts[at + map.INSIDE] ?? 0) / pairs, reason);
    put(figures, places.intervalWidth[interval], (sums[shape.widths + interval] ?? 0) / pairs, reason);
  }
}

function writeQuantileLosses(
  { shape, quantiles, taus, places }: FiguresPlan,
  counts: Float64Array,
  sums: Float64Array,
  none: number,
  zero: ZeroRule,
  figures: Figures,
): void {
  const average = places.averageWQL[0];
  if (losses.length < quantiles.length) losses = new Float64Array(2 * quantiles.length);
  let missing = -1;
  let noted = 0;
  for (let index = 0; index < quantiles.length; index++) {
    const type = quantiles[index] ?? 0;
    const tau = taus[index] ?? 0;
    const place = places.wQL[index] ?? 0;
    const pairs = (counts[map.ACTUALS] ?? 0) - (counts[typeCount(type, map.EXCLUDED)] ?? 0);
    const loss = 2 * (tau * (sums[1 + 2 * type] ?? 0) + (1 - tau) * (sums[2 + 2 * type] ?? 0));
    putRatio(figures, place, loss, sums[shape.denominators + type] ?? 0, none || whyNoPairs(pairs), zero);
    const value = figures.values[place] ?? Number.NaN;
    losses[index] = value;
    noted ||= figures.reasons[place] ?? 0;
    if (missing < 0 && Number.isNaN(value)) missing = place;
  }
  if (quantiles.length === 0) put(figures, average, Number.NaN, noQuantiles);
  else if (missing >= 0) put(figures, average, Number.NaN, figures.reasons[missing] ?? 0);
  else putNoted(figures, average, exactMeanOf(losses, quantiles.length), noted);
}

/** The losses of the quantiles, for their mean. */
let losses = new Float64Array(8);

function writePointMetrics(
  { shape, metrics, places }: FiguresPlan,
  counts: Float64Array,
  sums: Float64Array,
  none: number,
  zero: ZeroRule,
  figures: Figures,
): void {
  if (shape.point < 0) {
    for (const [place, { of }] of metrics.entries()) if (of === 'point') put(figures, place, Number.NaN, noPoint);
    return;
  }
  const pairs = (counts[map.ACTUALS] ?? 0) - (counts[typeCount(shape.point, map.EXCLUDED)] ?? 0);
  const reason = none || whyNoPairs(pairs);
  const total = sums[shape.denominators + shape.point] ?? 0;
  const absolute = sums[shape.absolute] ?? 0;
  putRatio(figures, places.WAPE[0], absolute, total, reason, zero);
  put(figures, places.WAPESum[0], absolute, reason);
  put(figures, places.RMSE[0], Math.sqrt((sums[shape.squares] ?? 0) / pairs), reason);
  put(figures, places.MAPE[0], (sums[shape.shares] ?? 0) / pairs, reason || (total === 0 ? allZero : 0));
  put(figures, places.MAE[0], absolute / pairs, reason);
  put(figures, places.bias[0], (sums[shape.signed] ?? 0) / pairs, reason);
}

function whyNoPairs(pairs: number): number {
  return pairs === 0 ? noForecasts : 0;
}

/** Sets a figure; one with a reason is null, and so is one that overflowed. */
function put({ values, reasons }: Figures, place: number | undefined, value: number, reason: number): void {
  if (place === undefined) return;
  const why = reason || (Number.isFinite(value) ? 0 : overflow);
  values[place] = why === 0 ? value : Number.NaN;
  reasons[place] = why;
}

/** Sets a figure that has a value and may have a note. */
function putNoted(figures: Figures, place: number | undefined, value: number, note: number): void {
  put(figures, place, value, 0);
  if (place !== undefined) figures.reasons[place] ||= note;
}

/** Sets numerator / total, by the zero rule where the total is 0. */
function putRatio(
  figures: Figures,
  place: number | undefined,
  numerator: number,
  total: number,
  reason: number,
  zero: ZeroRule,
): void {
  const ratio = numerator / total;
  if (reason !== 0) put(figures, place, Number.NaN, reason);
  else if (total !== 0) putNoted(figures, place, ratio, ratio > largestUsualRatio ? sumNearZero : 0);
  else if (zero === 'numerator') putNoted(figures, place, numerator, sumZero);
  else put(figures, place, Number.NaN, noRatio);
}
