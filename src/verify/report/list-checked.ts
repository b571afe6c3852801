import { exportFolderRules, folderRules } from '../scan/folder-findings.ts';
import { ofMean } from '../judge/arithmetic.ts';
import type { JudgeContext } from '../judge/judge-context.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { MetricCheck, VerificationReport } from '../base/report.ts';
import { findingCodes, type FindingCode } from '../base/rules.ts';

const forecastRules: readonly FindingCode[] = [
  'TIME_OUTSIDE_WINDOW',
  'TIME_OFF_FREQUENCY',
  'STEP_MISSING',
  'ACTUAL_MISSING',
  'FORECAST_MISSING',
  'FORECAST_NEGATIVE',
  'QUANTILES_CROSSED',
];

const metricRules: readonly FindingCode[] = [
  'WINDOW_KIND_UNKNOWN',
  'METRIC_MISSING',
  'NOT_DEFINED_PARTLY',
  'SUMMARY_ABSENT',
  'COMPUTED_ABSENT',
  'SUMMARY_SPAN',
];

/** Rules across the tables: the first need every part of accuracy-metrics-values, the second of forecasted-values. */
const needMetrics: readonly FindingCode[] = ['WINDOW_WITHOUT_METRICS', 'SERIES_WITHOUT_METRICS', 'METRICS_ABSENT'];
const needForecasts: readonly FindingCode[] = [
  'WINDOW_WITHOUT_FORECASTS',
  'SERIES_WITHOUT_FORECASTS',
  'FORECASTS_ABSENT',
];

/** The columns that were recomputed. */
export type MetricChecks = Pick<VerificationReport, 'computed' | 'summary'>;

/** The rules that were checked: those that are not off and had something to check, in their order. */
export function listChecked(
  plan: VerificationPlan,
  { forecasts, metrics }: JudgeContext,
  { computed, summary }: MetricChecks,
): FindingCode[] {
  const { bx } = plan;
  const { layout } = bx.catalog;
  const found = new Set<string>(bx.warnings.map(({ code }) => code));
  const both = forecasts.exists && metrics.exists;
  const wereChecked = (checks: readonly MetricCheck[]): boolean => checks.some(({ checked }) => checked > 0);
  const left = new Set<FindingCode>([
    // a swap beside a single file is reported where there is one
    ...(layout === 'single-file' ? folderRules.filter((code) => code !== 'SWAP_UNFINISHED' || !found.has(code)) : []),
    ...(layout === 'export-folder' ? [] : exportFolderRules),
    ...(forecasts.exists ? [] : forecastRules),
    ...(metrics.exists ? [] : metricRules),
    ...(plan.bx.format === 'CSV' ? [] : (['HEADER_REPEATED'] as const)),
    ...(plan.frequency === null ? (['TIME_OFF_FREQUENCY', 'STEP_MISSING'] as const) : []),
    ...(both && metrics.whole ? [] : needMetrics),
    ...(both && forecasts.whole ? [] : needForecasts),
    ...(both ? [] : (['NOT_DEFINED_WITH_FORECASTS'] as const)),
    ...(wereChecked(computed) ? [] : (['COMPUTED_DIFFERS'] as const)),
    ...(wereChecked(summary) ? [] : (['SUMMARY_DIFFERS'] as const)),
  ]);
  return findingCodes.filter((code) => plan.options.rules?.[code] !== 'off' && !left.has(code));
}

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
  const absent = columns.filter(({ metric, quantile }) => !ofMean.has(metric) && quantile < 0);
  if (absent.length > 0) notChecked.add('QUANTILE_ABSENT', absent.length);
}
