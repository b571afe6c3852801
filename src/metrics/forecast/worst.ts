import { BacktestExportError, quoteText } from '../../errors.ts';
import type { Metric } from '../base/metric.ts';
import type { FiguresPlan } from './figures.ts';
import { nameList } from '../../quote-text.ts';
import type { Worst } from '../base/summary.ts';

/** The error of the values of figures by the requested metric, larger is worse; NaN where it is null. */
export type Badness = (values: Float64Array) => number;

/** Checks the choice; throws `OPTION_INVALID` naming the available metrics. */
export function planWorst(plan: FiguresPlan, worst: Worst): Badness {
  if (!Number.isSafeInteger(worst.count) || worst.count < 1) {
    throw new BacktestExportError(
      'OPTION_INVALID',
      `expected worst.count to be a whole number from 1, found ${worst.count}`,
    );
  }
  const known = plan.metrics.filter((metric) => isRankable(metric) && whyLacking(metric, plan) === undefined);
  const place = plan.metrics.findIndex(({ name }) => name === worst.metric);
  const metric = plan.metrics[place];
  if (metric === undefined || !known.includes(metric)) {
    const names = nameList(known.map(({ name }) => name));
    const problem = `expected worst.metric to be one of ${names}, found ${quoteText(worst.metric)}`;
    const reason = metric === undefined ? undefined : whyLacking(metric, plan);
    throw new BacktestExportError('OPTION_INVALID', reason === undefined ? problem : `${problem}: ${reason}`);
  }
  return (values) => metric.errorOf(values[place] ?? Number.NaN);
}

/** Whether groups can be ranked by a metric. */
export function isRankable({ of }: Metric): boolean {
  return of !== 'interval';
}

/** Why an export does not have a metric; undefined where it does. */
function whyLacking({ of }: Metric, { quantiles, shape }: FiguresPlan): string | undefined {
  if (of === 'quantiles' && quantiles.length === 0) return 'the export has no quantile column';
  if (of !== 'point' || shape.point >= 0) return undefined;
  return 'the export has neither a mean nor a p50 column, and no other was chosen';
}
