import type { Distribution } from '../../metrics/accuracy/distribution.ts';
import type { WapeMeaning } from '../../metrics/accuracy/wape-meaning.ts';
import { findMetric } from '../../metrics/base/metric.ts';
import type { ExportSummary } from '../../metrics/summarize.ts';
import type { Section } from '../print/document.ts';
import { showCount, showFigure } from '../print/show-value.ts';
import { right, whole, type TableColumn } from '../print/table.ts';

const wapeTexts: Readonly<Record<WapeMeaning, string>> = {
  sum: "WAPE in this file is the plain sum of an item's errors, not the ratio of the forecasts' WAPE.",
  ratio: 'WAPE in this file is the ratio of errors to actuals.',
  unknown: 'WAPE in this file may be the plain sum of errors or the ratio: the file does not say which.',
};

/** How the metrics of accuracy-metrics-values spread over items, by its Summary rows. The windows are in JSON only. */
export function itemSpread({ accuracyMetrics }: ExportSummary): Section[] {
  if (accuracyMetrics === null || accuracyMetrics.summary.rows === 0) return [];
  const { summary, wapeMeaning, quantileError } = accuracyMetrics;
  return [
    {
      title: `Accuracy metrics over items (${showCount(summary.rows, 'Summary row')} of accuracy-metrics-values)`,
      columns,
      rows: Object.entries(summary.metrics).map(([name, distribution]) => metricTexts(name, distribution)),
      notes: [
        ...(summary.metrics['WAPE'] === undefined ? [] : [wapeTexts[wapeMeaning]]),
        ...(quantileError === 0 ? [] : ['p10, p50 and p90 are within 0.1 % of the exact quantiles.']),
      ],
    },
  ];
}

const columns: readonly TableColumn[] = [
  whole('metric'),
  right('count', { drop: 2 }),
  right('not defined', { drop: 3 }),
  right('mean', { drop: 1 }),
  ...['p10', 'p50', 'p90', 'max'].map((header) => right(header)),
];

function metricTexts(name: string, { count, notDefined, mean, max, quantiles }: Distribution): string[] {
  const figures = [mean, quantiles.p10, quantiles.p50, quantiles.p90, max].map(showFigure);
  return [findMetric(name)?.title ?? name, String(count), String(notDefined), ...figures];
}
