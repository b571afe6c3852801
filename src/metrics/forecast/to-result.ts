import type { FiguresPlan } from './figures.ts';
import { map } from './kernel/map.generated.ts';
import { typeCount, type RecordShape } from './record-shape.ts';
import type { Counts, Figure, IntervalMetrics, Metrics } from '../base/summary.ts';

/** The values of figures as the metrics of a result. */
export function toMetrics({ shape, quantiles, places }: FiguresPlan, values: Float64Array): Metrics {
  return {
    wQL: byQuantile(shape, quantiles, places.wQL, values),
    averageWQL: figureAt(values, places.averageWQL[0]),
    WAPE: figureAt(values, places.WAPE[0]),
    WAPESum: figureAt(values, places.WAPESum[0]),
    RMSE: figureAt(values, places.RMSE[0]),
    MAPE: figureAt(values, places.MAPE[0]),
    MASE: null,
    MAE: figureAt(values, places.MAE[0]),
    bias: figureAt(values, places.bias[0]),
    coverage: byQuantile(shape, quantiles, places.coverage, values),
    intervals: shape.intervals.map((interval, index): IntervalMetrics => {
      const { nominal, lower, upper } = interval;
      return {
        lower: shape.types[lower] ?? '',
        upper: shape.types[upper] ?? '',
        nominal,
        coverage: figureAt(values, places.intervalCoverage[index]),
        meanWidth: figureAt(values, places.intervalWidth[index]),
      };
    }),
  };
}

function figureAt(values: Float64Array, place: number | undefined): Figure {
  const value = values[place ?? -1] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

function byQuantile(
  { types }: RecordShape,
  quantiles: readonly number[],
  places: Int32Array,
  values: Float64Array,
): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (let index = 0; index < quantiles.length; index++) {
    figures[types[quantiles[index] ?? 0] ?? ''] = figureAt(values, places[index]);
  }
  return figures;
}

/** The counts of a record, or of several added up. */
export function toCounts(shape: RecordShape, counts: Float64Array | Uint32Array): Counts {
  const byType = (count: number): Record<string, number> => {
    const found: Record<string, number> = {};
    for (let type = 0; type < shape.types.length; type++) {
      found[shape.types[type] ?? ''] = counts[typeCount(type, count)] ?? 0;
    }
    return found;
  };
  return {
    rows: counts[map.ROWS] ?? 0,
    actuals: counts[map.ACTUALS] ?? 0,
    missingActuals: counts[map.MISSING] ?? 0,
    nonFiniteActuals: counts[map.NON_FINITE] ?? 0,
    zeroActuals: counts[map.ZERO] ?? 0,
    crossedQuantiles: counts[map.CROSSED] ?? 0,
    negativeForecasts: byType(map.NEGATIVE),
    missingForecasts: byType(map.TYPE_MISSING),
    nonFiniteForecasts: byType(map.TYPE_NON_FINITE),
  };
}
