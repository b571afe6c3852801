/**
 * The figures of one record, from its counts and rounded sums. The definitions are those of FORMAT.md (the service's public
 * documentation) and `Metrics`; each figure takes one to four roundings after the exact sums. 1 - τ is computed in doubles,
 * as every script on the same file would.
 */
import { addToMean, beginMean, meanOf, MEAN_BYTES } from './means';
import {
  ACTUALS, COMMON_COUNTS, COUNTS, COUNTS_PER_INTERVAL, COUNTS_PER_TYPE, COVERED, EXCLUDED, INSIDE, INTERVAL_EXCLUDED,
} from './map';
import {
  allZero, averageLoss, bias, coverages, figures, intervalCoverages, intervalWidths, losses, mae, mape, noActuals,
  noForecasts, noPoint, noQuantiles, noRatio, overflow, quantiles, rmse, sumNearZero, sumZero, taus, wape, wapeSum,
} from './plan';
import { finishGroup } from './round';
import { compactSums, hasPoint, intervals, mean, point, squareSum, types } from './settings';

const LARGEST_USUAL_RATIO: f64 = 1000; // beyond, the actuals add up to less than a thousandth of the errors

let values: u32 = 0; // f64 by place; NaN is null
let reasons: u32 = 0; // u8 by place: why it is null or not what its name says; 0 where there is nothing to say
let numeratorOnly: bool = false; // what a ratio to actuals that sum to 0 is: the numerator alone, or null

/** Writes the figures of a group's record and their reasons; `sums` has room for its rounded sums, and one mean behind. */
export function writeFigures(group: u32, sums: u32, valuesAt: u32, reasonsAt: u32, numerator: bool): void {
  finishGroup(group, sums);
  values = valuesAt;
  reasons = reasonsAt;
  numeratorOnly = numerator;
  const counts = group + COUNTS;
  const actuals = load<f64>(counts + (ACTUALS << 3));
  const none = actuals == 0 ? noActuals : 0;
  writeLosses(counts, sums, actuals, none);
  if (hasPoint) writePoint(counts, sums, actuals, none);
  else writeNoPoint();
  for (let quantile: u32 = 0; quantile < quantiles(); quantile++) {
    const pairs = pairsOf(counts, actuals, mean + quantile);
    const covered = load<f64>(typeCounts(counts, mean + quantile) + (COVERED << 3));
    put(load<u32>(coverages + (quantile << 2)), covered / pairs, none ? none : whyNoPairs(pairs));
  }
  const widths = sums + ((1 + 2 * types) << 3);
  for (let interval: u32 = 0; interval < intervals; interval++) {
    const at = typeCounts(counts, types) + ((interval * COUNTS_PER_INTERVAL) << 3);
    const pairs = actuals - load<f64>(at + (INTERVAL_EXCLUDED << 3));
    const reason = none ? none : whyNoPairs(pairs);
    put(load<u32>(intervalCoverages + (interval << 2)), load<f64>(at + (INSIDE << 3)) / pairs, reason);
    put(load<u32>(intervalWidths + (interval << 2)), load<f64>(widths + (interval << 3)) / pairs, reason);
  }
}

function writeLosses(counts: u32, sums: u32, actuals: f64, none: u32): void {
  const average = sumsEnd(sums);
  beginMean(average);
  let missing: i32 = -1;
  let noted: u32 = 0;
  for (let quantile: u32 = 0; quantile < quantiles(); quantile++) {
    const type = mean + quantile;
    const tau = load<f64>(taus + (quantile << 3));
    const place = load<u32>(losses + (quantile << 2));
    const pairs = pairsOf(counts, actuals, type);
    const under = load<f64>(sums + ((1 + 2 * type) << 3));
    const over = load<f64>(sums + ((2 + 2 * type) << 3));
    const total = load<f64>(sums + ((compactSums + type) << 3));
    putRatio(place, 2 * (tau * under + (1 - tau) * over), total, none ? none : whyNoPairs(pairs));
    const value = load<f64>(values + (place << 3));
    if (!noted) noted = load<u8>(reasons + place);
    if (value == value) addToMean(average, value);
    else if (missing < 0) missing = place;
  }
  if (quantiles() == 0) put(averageLoss, NaN, noQuantiles);
  else if (missing >= 0) put(averageLoss, NaN, load<u8>(reasons + <u32>missing));
  else putNoted(averageLoss, meanOf(average, losses, quantiles(), values), noted);
}

function writePoint(counts: u32, sums: u32, actuals: f64, none: u32): void {
  const pairs = pairsOf(counts, actuals, point);
  const reason = none ? none : whyNoPairs(pairs);
  const total = load<f64>(sums + ((compactSums + point) << 3));
  const absolute = load<f64>(sums + ((compactSums + types) << 3));
  const signed = load<f64>(sums + ((compactSums + types + 1) << 3));
  putRatio(wape, absolute, total, reason);
  put(wapeSum, absolute, reason);
  put(rmse, sqrt(load<f64>(sums + (squareSum << 3)) / pairs), reason);
  put(mape, load<f64>(sums + ((squareSum + 1) << 3)) / pairs, reason ? reason : total == 0 ? allZero : 0);
  put(mae, absolute / pairs, reason);
  put(bias, signed / pairs, reason);
}

function writeNoPoint(): void {
  put(wape, NaN, noPoint);
  put(wapeSum, NaN, noPoint);
  put(rmse, NaN, noPoint);
  put(mape, NaN, noPoint);
  put(mae, NaN, noPoint);
  put(bias, NaN, noPoint);
}

/** Behind the sums of a record: room for one mean. */
@inline
function sumsEnd(sums: u32): u32 {
  return sums + ((compactSums + types + (hasPoint ? 2 : 0)) << 3);
}

@inline
function typeCounts(counts: u32, type: u32): u32 {
  return counts + ((COMMON_COUNTS + type * COUNTS_PER_TYPE) << 3);
}

@inline
function pairsOf(counts: u32, actuals: f64, type: u32): f64 {
  return actuals - load<f64>(typeCounts(counts, type) + (EXCLUDED << 3));
}

@inline
function whyNoPairs(pairs: f64): u32 {
  return pairs == 0 ? noForecasts : 0;
}

/** Sets a figure; one with a reason is null, and so is one that overflowed. */
@inline
function put(place: u32, value: f64, reason: u32): void {
  const why = reason ? reason : value - value == 0 ? 0 : overflow;
  store<f64>(values + (place << 3), why ? NaN : value);
  store<u8>(reasons + place, why);
}

/** Sets a figure that has a value and may have a note. */
@inline
function putNoted(place: u32, value: f64, note: u32): void {
  put(place, value, 0);
  if (load<u8>(reasons + place) == 0) store<u8>(reasons + place, note);
}

/** Sets numerator / total, by the rule where the total is 0. */
function putRatio(place: u32, numerator: f64, total: f64, reason: u32): void {
  if (reason) {
    put(place, NaN, reason);
  } else if (total != 0) {
    const ratio = numerator / total;
    putNoted(place, ratio, ratio > LARGEST_USUAL_RATIO ? sumNearZero : 0);
  } else if (numeratorOnly) {
    putNoted(place, numerator, sumZero);
  } else {
    put(place, NaN, noRatio);
  }
}

/** Bytes of the rounded sums of a record, as `finishGroup` writes them. */
@inline
export function roundedBytes(): u32 {
  return sumsEnd(0);
}

/** Bytes of the sums and of the mean behind them. */
export function sumsBytes(): u32 {
  return sumsEnd(0) + MEAN_BYTES;
}

/** Bytes of figures with their reasons, in whole words. */
export function figuresBytes(): u32 {
  return (figures << 3) + ((figures + 7) & ~7);
}
