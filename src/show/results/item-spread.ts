import type { Distribution } from '../../metrics/accuracy/distribution.ts';
import type { WapeMeaning } from '../../metrics/accuracy/wape-meaning.ts';
import { findMetric } from '../../metrics/base/metric.ts';
import type { ShownSummary } from './shown-summary.ts';
import { drawnTable, type DrawnField, type DrawnSection } from '../layout/document.ts';
import { showCount, showFigure } from '../values/show-value.ts';
import { drawn, right, whole } from '../layout/table.ts';

const wapeTexts: Readonly<Record<WapeMeaning, string>> = {
  sum: "WAPE in this file is the plain sum of an item's errors, not the ratio of the forecasts' WAPE.",
  ratio: 'WAPE in this file is the ratio of errors to actuals.',
  unknown: 'WAPE in this file may be the plain sum of errors or the ratio: the file does not say which.',
};

/** How the metrics of accuracy-metrics-values spread over items, by its Summary rows. The windows are in JSON only. */
export function itemSpread({ accuracyMetrics }: ShownSummary): DrawnSection[] {
  if (accuracyMetrics === null || accuracyMetrics.summary.rows === 0) return [];
  const { summary, wapeMeaning, quantileError } = accuracyMetrics;
  return [
    {
      title: `Accuracy metrics over items (${showCount(summary.rows, 'Summary row')} of accuracy-metrics-values)`,
      ...drawnTable(Object.entries(summary.metrics), fields),
      notes: [
        ...(summary.metrics['WAPE'] === undefined ? [] : [wapeTexts[wapeMeaning]]),
        ...(quantileError === 0 ? [] : ['p10, p50 and p90 are within 0.1 % of the exact quantiles.']),
      ],
    },
  ];
}

const fields: readonly DrawnField<readonly [string, Distribution]>[] = [
  [whole('metric'), ([name]) => findMetric(name)?.title ?? name],
  [right('count', { drop: 2 }), ([, { count }]) => String(count)],
  [right('not defined', { drop: 3 }), ([, { notDefined }]) => String(notDefined)],
  [right('mean', { drop: 1 }), ([, { mean }]) => showFigure(mean)],
  [right('p10'), ([, { quantiles }]) => showFigure(quantiles.p10)],
  [right('p50'), ([, { quantiles }]) => showFigure(quantiles.p50)],
  [right('p90'), ([, { quantiles }]) => showFigure(quantiles.p90)],
  [right('max'), ([, { max }]) => showFigure(max)],
  [
    drawn(10, 25),
    ([
      ,
      {
        min,
        max,
        quantiles: { p10, p50, p90 },
      },
    ]) => ({
      kind: 'box',
      least: min,
      low: p10,
      middle: p50,
      high: p90,
      greatest: max,
    }),
  ],
];
