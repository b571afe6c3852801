import { pointMetrics, type Figures, type FiguresPlan } from './figures.ts';
import { commonCounts, countsPerType, type GroupLayout } from './group-layout.ts';
import type { Counts, Figure, IntervalMetrics, Metrics } from '../base/summary.ts';

/** The flat figures as the metrics of a result. */
export function toMetrics(plan: FiguresPlan, figures: Figures): Metrics {
  const { layout, quantiles } = plan;
  let at = 0;
  const next = (): Figure => {
    const value = figures.values[at++] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
  const byQuantile = (): Record<string, Figure> =>
    Object.fromEntries(quantiles.map((type) => [layout.types[type] ?? '', next()]));
  const wQL = byQuantile();
  const averageWQL = next();
  const fixed = new Map(pointMetrics.map((metric) => [metric, next()]));
  const coverage = byQuantile();
  const intervals = layout.intervals.map(({ lower, upper }): IntervalMetrics => {
    const [low = '', high = ''] = [layout.types[lower], layout.types[upper]];
    const nominal = (Math.round(Number(high) * 100) - Math.round(Number(low) * 100)) / 100;
    return { lower: low, upper: high, nominal, coverage: next(), meanWidth: next() };
  });
  return {
    wQL,
    averageWQL,
    WAPE: fixed.get('WAPE') ?? null,
    WAPESum: fixed.get('WAPESum') ?? null,
    RMSE: fixed.get('RMSE') ?? null,
    MAPE: fixed.get('MAPE') ?? null,
    MASE: null,
    MAE: fixed.get('MAE') ?? null,
    bias: fixed.get('bias') ?? null,
    coverage,
    intervals,
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
