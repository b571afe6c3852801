import type { Distribution } from '../../metrics/accuracy/distribution.ts';
import type { ExportSummary } from '../../metrics/summarize.ts';
import type { WapeMeaning } from '../../metrics/accuracy/wape-meaning.ts';
import { showCount, showFigure } from '../print/show-value.ts';

/** The metrics of accuracy-metrics-values over items, as people read them. */
export interface AccuracyTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** Texts of each metric, its name first. */
  readonly rows: readonly (readonly string[])[];
  /** What must be known to read it. */
  readonly remarks: readonly string[];
}

const wapeTexts: Readonly<Record<WapeMeaning, string>> = {
  sum: "WAPE in this file is the plain sum of an item's errors, not the ratio of the forecasts' WAPE.",
  ratio: 'WAPE in this file is the ratio of errors to actuals.',
  unknown: 'WAPE in this file may be the plain sum of errors or the ratio: it does not tell.',
};

/** The distributions of the Summary rows; undefined where there are none. The windows are in JSON only. */
export function accuracyTable({ accuracyMetrics }: ExportSummary): AccuracyTable | undefined {
  if (accuracyMetrics === null || accuracyMetrics.summary.rows === 0) return undefined;
  const { summary, wapeMeaning, quantileError } = accuracyMetrics;
  return {
    title: `Accuracy metrics over items (${showCount(summary.rows, 'Summary row')} of accuracy-metrics-values)`,
    columns: ['metric', 'count', 'not defined', 'mean', 'p10', 'p50', 'p90', 'max'],
    rows: Object.entries(summary.metrics).map(([name, distribution]) => metricTexts(name, distribution)),
    remarks: [
      ...(summary.metrics['WAPE'] === undefined ? [] : [wapeTexts[wapeMeaning]]),
      ...(quantileError === 0 ? [] : ['p10, p50 and p90 are within 0.1 % of the exact quantiles.']),
    ],
  };
}

function metricTexts(name: string, { count, notDefined, mean, max, quantiles }: Distribution): string[] {
  const figures = [mean, quantiles.p10, quantiles.p50, quantiles.p90, max].map(showFigure);
  return [name === 'averageWQL' ? 'Average wQL' : name, String(count), String(notDefined), ...figures];
}
