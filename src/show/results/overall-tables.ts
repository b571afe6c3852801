import type { ShownSummary } from './shown-summary.ts';
import type { OverallSummary } from '../../metrics/base/summary.ts';
import { quantilesOf } from '../../schema/forecast-type.ts';
import { drawnTable, type DrawnSection, type Section } from '../layout/document.ts';
import { noFigure, showCount, showFigure, showShare } from '../values/show-value.ts';
import { drawn, left, right } from '../layout/table.ts';

/** The figures of all windows together: metrics, quantiles and intervals, as far as there are any. */
export function overallTables(result: ShownSummary): DrawnSection[] {
  const sections: DrawnSection[] = [overallTable(result.summary)];
  if (quantilesOf(result.forecastTypes).length > 0) sections.push(quantileTable(result));
  if (result.summary.metrics.intervals.length > 0) sections.push(intervalTable(result.summary));
  return sections;
}

/** A share beside the one that it should be. */
const gauge = drawn(10, 25);

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

function quantileTable(result: ShownSummary): DrawnSection {
  const { metrics, counts } = result.summary;
  const coverageOf = (type: string): number | null => metrics.coverage[type] ?? null;
  return {
    title: 'Quantiles (coverage: share of actuals at or below)',
    ...drawnTable(quantilesOf(result.forecastTypes), [
      [right('quantile'), (type) => type],
      [right('wQL'), (type) => showFigure(metrics.wQL[type] ?? null)],
      [right('coverage'), (type) => showShare(coverageOf(type))],
      [gauge, (type) => ({ kind: 'gauge', value: coverageOf(type), target: Number(type) })],
      [right('off by', { drop: 2 }), (type) => showOff(coverageOf(type), Number(type))],
      [right('below 0', { drop: 1 }), (type) => String(counts.negativeForecasts[type] ?? 0)],
    ]),
  };
}

function showOff(coverage: number | null, nominal: number): string {
  if (coverage === null) return noFigure;
  return `${coverage >= nominal ? '+' : ''}${showShare(coverage - nominal)}`;
}

function intervalTable({ metrics: { intervals } }: OverallSummary): DrawnSection {
  return {
    title: 'Intervals (coverage: share of actuals inside)',
    ...drawnTable(intervals, [
      [right('interval'), ({ lower, upper }) => `${lower} to ${upper}`],
      [right('nominal'), ({ nominal }) => showShare(nominal)],
      [right('coverage'), ({ coverage }) => showShare(coverage)],
      [gauge, ({ coverage, nominal }) => ({ kind: 'gauge', value: coverage, target: nominal })],
      [right('mean width'), ({ meanWidth }) => showFigure(meanWidth)],
    ]),
  };
}
