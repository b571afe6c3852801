import type { JudgeContext } from '../judge/judge-context.ts';
import type { VerificationPlan } from '../base/plan.ts';

/** Notes what cannot be checked for the export as a whole. */
export function noteUnchecked(plan: VerificationPlan, context: JudgeContext): void {
  const { forecasts, metrics, columns, hasMean, notChecked, wape, season } = context;
  if ((forecasts.exists && !forecasts.whole) || (metrics.exists && !metrics.whole))
    notChecked.add('PARTS_INCOMPLETE', 0);
  if (forecasts.exists && plan.frequency === null) notChecked.add('FREQUENCY_UNKNOWN', 0);
  if (!forecasts.exists || !metrics.exists) notChecked.add('TABLE_ABSENT', 0);
  if (wape?.meaning === 'unknown') notChecked.add('WAPE_AMBIGUOUS', 0);
  if (!forecasts.exists) return;
  if (!hasMean && columns.some(({ metric }) => ofMean.has(metric))) notChecked.add('NO_MEAN_COLUMN', 0);
  if (hasMean && columns.some(({ metric }) => metric === 'MASE')) {
    if (plan.options.history === undefined) notChecked.add('MASE_NEEDS_HISTORY', 0);
    else if (season === undefined) notChecked.add('SEASON_UNKNOWN', 0);
  }
  const absent = columns.filter(({ metric, quantile }) =>
    metric.endsWith('WQL') || metric === 'wQL' ? quantile < 0 : false,
  );
  if (absent.length > 0) notChecked.add('QUANTILE_ABSENT', absent.length);
}

const ofMean: ReadonlySet<string> = new Set(['RMSE', 'WAPE', 'MAPE', 'MASE']);
