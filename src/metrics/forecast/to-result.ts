import { nominalShare, type MetricKind } from '../base/metric.ts';
import type { Figures, FiguresPlan } from './figures.ts';
import { map } from './kernel/map.generated.ts';
import { typeCount, type RecordShape } from './record-shape.ts';
import type { Counts, Figure, IntervalMetrics, Metrics } from '../base/summary.ts';

/** The flat figures as the metrics of a result. */
export function toMetrics({ shape, quantiles, placeOf }: FiguresPlan, { values }: Figures): Metrics {
  const figure = (kind: MetricKind, index?: number): Figure => {
    const value = values[placeOf(kind, index)] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
  const byQuantile = (kind: MetricKind): Record<string, Figure> =>
    Object.fromEntries(quantiles.map((type, index) => [shape.types[type] ?? '', figure(kind, index)]));
  return {
    wQL: byQuantile('wQL'),
    averageWQL: figure('averageWQL'),
    WAPE: figure('WAPE'),
    WAPESum: figure('WAPESum'),
    RMSE: figure('RMSE'),
    MAPE: figure('MAPE'),
    MASE: null,
    MAE: figure('MAE'),
    bias: figure('bias'),
    coverage: byQuantile('coverage'),
    intervals: shape.intervals.map((interval, index): IntervalMetrics => {
      const [lower = '', upper = ''] = [shape.types[interval.lower], shape.types[interval.upper]];
      const nominal = nominalShare([lower, upper]);
      return {
        lower,
        upper,
        nominal,
        coverage: figure('intervalCoverage', index),
        meanWidth: figure('intervalWidth', index),
      };
    }),
  };
}

/** The counts of a record, or of several added up. */
export function toCounts(shape: RecordShape, counts: Float64Array): Counts {
  const byType = (count: number): Record<string, number> =>
    Object.fromEntries(shape.types.map((name, type) => [name, counts[typeCount(type, count)] ?? 0]));
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
