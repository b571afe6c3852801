import { nominalShare, type MetricKind } from '../base/metric.ts';
import type { Figures, FiguresPlan } from './figures.ts';
import { commonCounts, countsPerType, type GroupLayout } from './group-layout.ts';
import type { Counts, Figure, IntervalMetrics, Metrics } from '../base/summary.ts';

/** The flat figures as the metrics of a result. */
export function toMetrics({ layout, quantiles, placeOf }: FiguresPlan, { values }: Figures): Metrics {
  const figure = (kind: MetricKind, index?: number): Figure => {
    const value = values[placeOf(kind, index)] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
  const byQuantile = (kind: MetricKind): Record<string, Figure> =>
    Object.fromEntries(quantiles.map((type, index) => [layout.types[type] ?? '', figure(kind, index)]));
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
    intervals: layout.intervals.map((interval, index): IntervalMetrics => {
      const [lower = '', upper = ''] = [layout.types[interval.lower], layout.types[interval.upper]];
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
export function toCounts(layout: GroupLayout, counts: Float64Array): Counts {
  const byType = (index: number): Record<string, number> =>
    Object.fromEntries(
      layout.types.map((name, type) => [name, counts[commonCounts + type * countsPerType + index] ?? 0]),
    );
  return {
    rows: counts[0] ?? 0,
    actuals: counts[1] ?? 0,
    missingActuals: counts[2] ?? 0,
    nonFiniteActuals: counts[3] ?? 0,
    zeroActuals: counts[4] ?? 0,
    crossedQuantiles: counts[5] ?? 0,
    negativeForecasts: byType(0),
    missingForecasts: byType(2),
    nonFiniteForecasts: byType(3),
  };
}
