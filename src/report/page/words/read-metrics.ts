import { findMetric } from '../../../metrics/base/metric.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import type { WindowSummary } from '../../../metrics/base/summary.ts';
import type { Report } from '../../base/report.ts';
import { isFigure, itemWords, sentence, showPercent, showWhole, typeName } from './measures.ts';
import { readNoRatios } from './ratios.ts';

/** How large the errors are, by the ratio that the export has; undefined without any. */
export function readAccuracy(report: Report): string | undefined {
  const { WAPE, averageWQL } = report.summary.metrics;
  const noRatios = readNoRatios(report);
  const caution = noRatios === undefined ? '' : `: ${noRatios}`;
  if (isFigure(WAPE) && report.point !== null) {
    const over = overWindows(report, ({ metrics }) => metrics.WAPE);
    const meaning =
      noRatios === undefined
        ? `: errors of the ${pointWord(report)} add up to ${showPercent(WAPE)} of actuals${over}`
        : `${over}${caution}`;
    return sentence(`WAPE is ${showFigure(WAPE)}${meaning}`);
  }
  if (!isFigure(averageWQL)) return undefined;
  const over = overWindows(report, ({ metrics }) => metrics.averageWQL);
  return sentence(`the average wQL is ${showFigure(averageWQL)}${over}${caution}`);
}

/** Windows without a figure, as those without actuals, are not in the mean. */
function overWindows({ windows }: Report, read: (window: WindowSummary) => number | null): string {
  const count = windows.filter((window) => isFigure(read(window))).length;
  return count > 1 ? `, on average over ${count} windows` : '';
}

/** `mean forecast`, `p50 forecast`. */
export function pointWord({ point }: Pick<Report, 'point'>): string {
  return point === null ? 'point forecast' : `${typeName(point)} forecast`;
}

/** What the `WAPE` column of the other table means beside the ratio that is shown. */
export function readWapeMeaning(report: Report): string {
  const { accuracyMetrics, verification } = report;
  const meaning = accuracyMetrics?.wapeMeaning ?? verification.wapeMeaning;
  const hasColumn = accuracyMetrics === null ? meaning !== null : hasWape(accuracyMetrics);
  const own = isFigure(report.summary.metrics.WAPE) ? 'Here WAPE is the ratio Σ|y−m| / Σ|y|. ' : '';
  if (!hasColumn || meaning === null) return `${own}The export has no WAPE column of its own.`;
  const column = `${own}The WAPE column of accuracy-metrics-values holds`;
  if (meaning === 'sum') return `${column} the plain sum Σ|y−m| instead: never compare it with a ratio.`;
  if (meaning === 'ratio') return `${column} this ratio, Σ|y−m| / Σ|y|, as well.`;
  return `${column} either the ratio Σ|y−m| / Σ|y| or the plain sum Σ|y−m|; its data does not show which.`;
}

function hasWape({ summary, windows }: NonNullable<Report['accuracyMetrics']>): boolean {
  return [summary, ...windows].some(({ metrics }) => metrics['WAPE'] !== undefined);
}

/** How the metric that items are ranked by is spread; undefined where it is not known. */
export function readSpread(report: Report): string | undefined {
  const { spread, rankedBy } = report.items;
  const ranked = spread.find(({ metric }) => metric === rankedBy) ?? spread[0];
  if (ranked === undefined) return undefined;
  const { count, quantiles } = ranked.distribution;
  if (!isFigure(quantiles.p50) || !isFigure(quantiles.p90) || count < 2) return undefined;
  const [, many] = itemWords(report);
  const [half, most] = [showFigure(quantiles.p50), showFigure(quantiles.p90)];
  const title = findMetric(ranked.metric)?.title ?? ranked.metric;
  const whose = count === report.items.count ? many : `${showWhole(count)} ${many} that have it`;
  return `For half of the ${whose}, ${title} is at most ${half}; for nine in ten, at most ${most}.`;
}
