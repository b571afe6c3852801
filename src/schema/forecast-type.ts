import type { ForecastType, MetricName } from './schema.ts';

/** The forecast type of a column of forecasted-values: `mean` is `mean`, `p10` is `0.1`; undefined for another name. */
export function quantileOfColumn(name: string): ForecastType | undefined {
  if (/^mean$/i.test(name)) return 'mean';
  const match = /^p([1-9]\d?)$/i.exec(name);
  return match === null ? undefined : String(Number(match[1]) / 100);
}

/** The column of a forecast type in forecasted-values: `0.1` is `p10`. The mirror of {@link quantileOfColumn}. */
export function columnOfForecastType(type: ForecastType): string {
  return type === 'mean' ? 'mean' : `p${Math.round(Number(type) * 100)}`;
}

/**
 * Metric (and for wQL the quantile) of a column of accuracy-metrics-values, as Forecast names it (`wQL[0.1]`) or as catalogs
 * take it (`wql_0_1`); undefined for another name.
 */
export function metricOf(name: string): { metric: MetricName; forecastType?: ForecastType } | undefined {
  const quantile = /^wQL(?:\[0?\.(\d{1,2})0*\]|_0_(\d{1,2})0*)$/i.exec(name);
  if (quantile !== null) return { metric: 'wQL', forecastType: String(Number(`0.${quantile[1] ?? quantile[2]}`)) };
  if (/^average[ _]?wQL$/i.test(name) || /^AverageWeightedQuantileLoss$/i.test(name)) return { metric: 'averageWQL' };
  const plain = name.toUpperCase();
  return plain === 'RMSE' || plain === 'WAPE' || plain === 'MAPE' || plain === 'MASE' ? { metric: plain } : undefined;
}

/** `mean` first, then quantiles rising. */
export function sortForecastTypes(types: readonly ForecastType[]): ForecastType[] {
  const rank = (type: ForecastType): number => (type === 'mean' ? -1 : Number(type));
  return [...types].sort((a, b) => rank(a) - rank(b));
}

/** The forecast types without `mean`, in the same order. */
export function quantilesOf(types: readonly ForecastType[]): ForecastType[] {
  return types.filter((type) => type !== 'mean');
}
