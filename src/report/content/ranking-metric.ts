import { BacktestExportError, quoteText } from '../../errors.ts';
import { listMetrics, type Metric } from '../../metrics/base/metric.ts';
import { nameList } from '../../quote-text.ts';
import type { ForecastType } from '../../schema/schema.ts';

/**
 * The metric that items are ranked by: the one asked for, else WAPE, or the average wQL where there is no point forecast; null
 * where there is neither.
 * @throws `OPTION_INVALID` for one that the export does not have
 */
export function rankingMetric(
  asked: string | undefined,
  forecastTypes: readonly ForecastType[],
  point: ForecastType | null,
): Metric | null {
  const hasQuantiles = forecastTypes.some((type) => type !== 'mean');
  const known = listMetrics(forecastTypes).filter(
    ({ of }) => of !== 'history' && (of !== 'point' || point !== null) && (of !== 'quantiles' || hasQuantiles),
  );
  if (asked === undefined) {
    return known.find(({ kind }) => kind === 'WAPE') ?? known.find(({ kind }) => kind === 'averageWQL') ?? null;
  }
  const metric = known.find(({ name }) => name === asked);
  if (metric !== undefined) return metric;
  const names = nameList(known.map(({ name }) => name));
  const problem = `createReport.rankBy: expected one of ${names}, found ${quoteText(asked)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}
