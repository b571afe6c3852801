import type { ExportSummary } from '../../metrics/summarize.ts';
import type { OverallSummary } from '../../metrics/base/summary.ts';
import type { Section } from '../print/document.ts';
import { noFigure, showCount, showFigure, showShare } from '../print/show-value.ts';
import { left, right } from '../print/table.ts';
import { quantilesOf } from './shown-figures.ts';

/** The figures of all windows together: metrics, quantiles and intervals, as far as there are any. */
export function overallTables(result: ExportSummary): Section[] {
  const sections = [overallTable(result.summary)];
  if (quantilesOf(result).length > 0) sections.push(quantileTable(result));
  if (result.summary.metrics.intervals.length > 0) sections.push(intervalTable(result.summary));
  return sections;
}

function overallTable({ metrics, counts, windowCount, itemCount, count }: OverallSummary): Section {
  const windows = windowCount === 1 ? '1 window' : `mean of ${windowCount} windows`;
  const sum = windowCount === 1 ? 'sum of errors' : "mean of the windows' sums of errors";
  const rows = [
    ['Average wQL', metrics.averageWQL, 'mean of the quantiles'],
    ['WAPE', metrics.WAPE, 'sum of errors / sum of actuals'],
    ['RMSE', metrics.RMSE, 'root mean squared error'],
    ['MAPE', metrics.MAPE, `${counts.zeroActuals} of ${showCount(counts.actuals, 'actual')} are 0 and add nothing`],
    ['MASE', metrics.MASE, 'needs the training history'],
    ['MAE', metrics.MAE, 'mean absolute error'],
    ['Bias', metrics.bias, 'mean of forecast - actual'],
    ['WAPE (sum)', metrics.WAPESum, `${sum}, as in accuracy-metrics-values`],
  ] as const;
  return {
    title: `Overall (${windows}, ${showCount(itemCount, 'item')}, ${showCount(count, 'actual')})`,
    columns: [left('metric'), right('value'), left('', { drop: 1 })],
    rows: rows.map(([name, figure, text]) => [name, showFigure(figure), text]),
  };
}

function quantileTable(result: ExportSummary): Section {
  const { metrics, counts } = result.summary;
  return {
    title: 'Quantiles (coverage: share of actuals at or below)',
    columns: [
      right('quantile'),
      right('wQL'),
      right('coverage'),
      right('off by', { drop: 2 }),
      right('below 0', { drop: 1 }),
    ],
    rows: quantilesOf(result).map((type) => {
      const coverage = metrics.coverage[type] ?? null;
      const off = coverage === null ? noFigure : showSigned(coverage - Number(type));
      const negative = String(counts.negativeForecasts[type] ?? 0);
      return [type, showFigure(metrics.wQL[type] ?? null), showShare(coverage), off, negative];
    }),
  };
}

function showSigned(value: number): string {
  return `${value >= 0 ? '+' : ''}${showShare(value)}`;
}

function intervalTable({ metrics: { intervals } }: OverallSummary): Section {
  return {
    title: 'Intervals (coverage: share of actuals inside)',
    columns: ['interval', 'nominal', 'coverage', 'mean width'].map((header) => right(header)),
    rows: intervals.map(({ lower, upper, nominal, coverage, meanWidth }) => [
      `${lower} to ${upper}`,
      showShare(nominal),
      showShare(coverage),
      showFigure(meanWidth),
    ]),
  };
}
