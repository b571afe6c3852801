import type { FiguresPlan } from './figures.ts';
import { map } from './kernel/map.generated.ts';
import { typeCount, type RecordShape } from './record-shape.ts';
import type { Counts, Figure, IntervalMetrics, Metrics } from '../base/summary.ts';

/** The values of figures, from `at` on, as the metrics of a result. */
export function toMetrics({ shape, quantiles, places }: FiguresPlan, values: Float64Array, at = 0): Metrics {
  return {
    wQL: byQuantile(shape, quantiles, places.wQL, values, at),
    averageWQL: figureAt(values, at, places.averageWQL[0]),
    WAPE: figureAt(values, at, places.WAPE[0]),
    WAPESum: figureAt(values, at, places.WAPESum[0]),
    RMSE: figureAt(values, at, places.RMSE[0]),
    MAPE: figureAt(values, at, places.MAPE[0]),
    MASE: null,
    MAE: figureAt(values, at, places.MAE[0]),
    bias: figureAt(values, at, places.bias[0]),
    coverage: byQuantile(shape, quantiles, places.coverage, values, at),
    intervals: listIntervals(shape, places, values, at),
  };
}

function figureAt(values: Float64Array, at: number, place: number | undefined): Figure {
  const value = values[at + (place ?? -1)] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

function byQuantile(
  { types }: RecordShape,
  quantiles: readonly number[],
  places: Int32Array,
  values: Float64Array,
  at: number,
): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (let index = 0; index < quantiles.length; index++) {
    figures[types[quantiles[index] ?? 0] ?? ''] = figureAt(values, at, places[index]);
  }
  return figures;
}

function listIntervals(
  { types, intervals }: RecordShape,
  { intervalCoverage, intervalWidth }: FiguresPlan['places'],
  values: Float64Array,
  at: number,
): IntervalMetrics[] {
  // not by `push`, which makes room for 17 elements
  return intervals.map(({ lower, upper, nominal }, index): IntervalMetrics => ({
    lower: types[lower] ?? '',
    upper: types[upper] ?? '',
    nominal,
    coverage: figureAt(values, at, intervalCoverage[index]),
    meanWidth: figureAt(values, at, intervalWidth[index]),
  }));
}

/** The counts of a record, or of several added up, from `at` on. */
export function toCounts(shape: RecordShape, counts: Float64Array | Uint32Array, at = 0): Counts {
  return {
    rows: counts[at + map.ROWS] ?? 0,
    actuals: counts[at + map.ACTUALS] ?? 0,
    missingActuals: counts[at + map.MISSING] ?? 0,
    nonFiniteActuals: counts[at + map.NON_FINITE] ?? 0,
    zeroActuals: counts[at + map.ZERO] ?? 0,
    crossedQuantiles: counts[at + map.CROSSED] ?? 0,
    negativeForecasts: byType(shape, counts, at, map.NEGATIVE),
    missingForecasts: byType(shape, counts, at, map.TYPE_MISSING),
    nonFiniteForecasts: byType(shape, counts, at, map.TYPE_NON_FINITE),
  };
}

function byType(
  { types }: RecordShape,
  counts: Float64Array | Uint32Array,
  at: number,
  count: number,
): Record<string, number> {
  const found: Record<string, number> = {};
  for (let type = 0; type < types.length; type++) {
    found[types[type] ?? ''] = counts[at + typeCount(type, count)] ?? 0;
  }
  return found;
}
