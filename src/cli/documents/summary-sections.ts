import type { ExportSummary } from '../../metrics/summarize.ts';
import { metricValue } from '../../metrics/base/metric.ts';
import type { OverallSummary } from '../../metrics/base/summary.ts';
import { accuracyTable } from './accuracy-rows.ts';
import { factsSection, joinNames, listSection, tableSection } from '../print/sections.ts';
import { noFigure, showBytes, showCount, showFigure, showShare, showText, showTime } from '../print/show-value.ts';
import type { Style } from '../print/style.ts';
import { describePoint, groupFigures, readingTexts, shownValue, type ShownFigure } from './summary-figures.ts';
import { describeNotes, lacksForecasts } from './summary-notes.ts';
import { groupKey, hasTwoReadings, keyColumns, quantilesOf } from './summary-rows.ts';
import type { TableColumn } from '../print/table.ts';

/** A summary for people: the export's facts, the figures from coarse to fine, the notes at the end. */
export function* summarySections(result: ExportSummary, style: Style): Generator<string, void, undefined> {
  const forecasts = lacksForecasts(result)
    ? []
    : [
        overallSection(result, style),
        quantileSection(result, style),
        intervalSection(result, style),
        windowSection(result, style),
        groupSection(result, style),
      ];
  const sections = [
    headSection(result, style),
    ...forecasts,
    accuracySection(result, style),
    notesSection(result, style),
  ].filter((section) => section !== '');
  let separator = '';
  for (const section of sections) {
    yield separator + section;
    separator = '\n';
  }
}

function headSection(result: ExportSummary, style: Style): string {
  const { jobName, exportedAt, format, complete, itemColumn, dimensions, parts, bytes, rows, location } = result.export;
  const title = jobName === null ? showText(location) : `${showText(jobName)}, exported ${showTime(exportedAt ?? '')}`;
  const accuracy = result.accuracyMetrics;
  const sizes = [
    ...(parts === 0 ? [] : [describeSize('', rows, parts, bytes, format)]),
    ...(accuracy === null
      ? []
      : [describeSize(' of accuracy metrics', accuracy.rows, accuracy.parts, accuracy.bytes, format)]),
  ];
  const facts: [string, string][] = [
    ['location', showText(location)],
    ['read', sizes.join('; ')],
    ['item column', showText(itemColumn)],
    ['dimensions', joinNames(dimensions.map(showText))],
    ['forecast types', joinNames(result.forecastTypes)],
  ];
  if (!lacksForecasts(result)) facts.push(['point forecast', describePoint(result)]);
  if (result.frequency !== null) facts.push(['frequency', result.frequency.text]);
  if (!complete) facts.push(['complete', 'unknown: no _SUCCESS marker']);
  if (result.skippedParts.length > 0) facts.push(['left out', showCount(result.skippedParts.length, 'bad part')]);
  return factsSection(title, facts, style);
}

function describeSize(of: string, rows: number, parts: number, bytes: number, format: string): string {
  return `${showCount(rows, 'row')}${of} in ${showCount(parts, `${format} part`)}, ${showBytes(bytes)}`;
}

function overallSection({ summary }: ExportSummary, style: Style): string {
  const { metrics, counts } = summary;
  const rows: [string, string, string][] = [
    ['Average wQL', showFigure(metrics.averageWQL), 'mean of the quantiles'],
    ['WAPE', showFigure(metrics.WAPE), 'sum of errors / sum of actuals'],
    ['RMSE', showFigure(metrics.RMSE), 'root mean squared error'],
    [
      'MAPE',
      showFigure(metrics.MAPE),
      `${counts.zeroActuals} of ${showCount(counts.actuals, 'actual')} are 0 and add nothing`,
    ],
    ['MASE', showFigure(metrics.MASE), 'needs the training history'],
    ['MAE', showFigure(metrics.MAE), 'mean absolute error'],
    ['Bias', showFigure(metrics.bias), 'mean of forecast - actual'],
    [
      'WAPE (sum)',
      showFigure(metrics.WAPESum),
      summary.windowCount === 1
        ? 'sum of errors, as in accuracy-metrics-values'
        : "mean of the windows' sums of errors, as in accuracy-metrics-values",
    ],
  ];
  const columns: TableColumn[] = [{ header: 'metric' }, { header: 'value', align: 'right' }, { header: '', drop: 1 }];
  return tableSection(overallTitle(summary), columns, rows, style);
}

function overallTitle({ windowCount, itemCount, count }: OverallSummary): string {
  const scope = `${showCount(itemCount, 'item')}, ${showCount(count, 'actual')}`;
  return windowCount === 1 ? `Overall (1 window, ${scope})` : `Overall (mean of ${windowCount} windows, ${scope})`;
}

function quantileSection(result: ExportSummary, style: Style): string {
  const { metrics, counts } = result.summary;
  const quantiles = quantilesOf(result);
  if (quantiles.length === 0) return '';
  const columns: TableColumn[] = [
    { header: 'quantile', align: 'right' },
    { header: 'wQL', align: 'right' },
    { header: 'coverage', align: 'right' },
    { header: 'off by', align: 'right', drop: 2 },
    { header: 'below 0', align: 'right', drop: 1 },
  ];
  const rows = quantiles.map((type) => {
    const coverage = metrics.coverage[type] ?? null;
    const off = coverage === null ? null : coverage - Number(type);
    const negative = String(counts.negativeForecasts[type] ?? 0);
    return [type, showFigure(metrics.wQL[type] ?? null), showShare(coverage), showSigned(off), negative];
  });
  return tableSection('Quantiles (coverage: share of actuals at or below)', columns, rows, style);
}

function showSigned(value: number | null): string {
  if (value === null) return noFigure;
  return `${value >= 0 ? '+' : ''}${showShare(value)}`;
}

function intervalSection({ summary }: ExportSummary, style: Style): string {
  const { intervals } = summary.metrics;
  if (intervals.length === 0) return '';
  const columns: TableColumn[] = [
    { header: 'interval', align: 'right' },
    { header: 'nominal', align: 'right' },
    { header: 'coverage', align: 'right' },
    { header: 'mean width', align: 'right' },
  ];
  const rows = intervals.map(({ lower, upper, nominal, coverage, meanWidth }) => [
    `${lower} to ${upper}`,
    showShare(nominal),
    showShare(coverage),
    showFigure(meanWidth),
  ]);
  return tableSection('Intervals (coverage: share of actuals inside)', columns, rows, style);
}

function windowSection(result: ExportSummary, style: Style): string {
  const quantiles = quantilesOf(result);
  const columns: TableColumn[] = [
    { header: 'start', whole: true },
    { header: 'end', whole: true, drop: 60, extra: true },
    { header: 'items', align: 'right', drop: 30, extra: true },
    { header: 'actuals', align: 'right', drop: 31, extra: true },
    ...usualFigures(quantiles).map((metric) => figureColumn({ metric, ranked: false })),
  ];
  const rows = result.windows.map((window) => [
    showTime(window.start),
    showTime(window.end),
    String(window.itemCount),
    String(window.count),
    ...usualFigures(quantiles).map((metric) => showFigure(metricValue(window.metrics, metric))),
  ]);
  return tableSection(`Backtest windows (${result.windows.length})`, columns, rows, style);
}

function groupSection(result: ExportSummary, style: Style): string {
  if (result.by.length === 0) return '';
  const figures = groupFigures(result, usualFigures(quantilesOf(result)));
  const keys = keyColumns(result);
  const columns: TableColumn[] = [
    ...keys.map((name): TableColumn => ({
      header: showText(name),
      align: name === 'step' ? 'right' : 'left',
      whole: name.startsWith('window_'),
      ...(name === 'window_end' ? { drop: 60, extra: true } : {}),
    })),
    { header: 'actuals', align: 'right', drop: 31, extra: true },
    ...figures.map(figureColumn),
  ];
  const rows = result.groups.map((group) => {
    const key = groupKey(group.key);
    return [
      ...keys.map((name) => showKey(name, key.get(name))),
      String(group.count),
      ...figures.map((figure) => showFigure(shownValue(figure, group, result.reading))),
    ];
  });
  const title = `By ${joinNames(result.by.map(showText))} (${describeChoice(result)})`;
  return tableSection(title, columns, rows, style);
}

/** `10 groups`, `the worst 3 of 10 groups by WAPE; pooled over windows`. */
function describeChoice(result: ExportSummary): string {
  const { groups, groupCount, worst, reading } = result;
  const all = showCount(groupCount, 'group');
  const read = hasTwoReadings(result) ? `; ${readingTexts[reading]}` : '';
  if (worst === null) return all + read;
  const metric = showText(worst.metric);
  return groups.length === groupCount
    ? `${all}, worst ${metric} first${read}`
    : `the worst ${groups.length} of ${all} by ${metric}${read}`;
}

function showKey(name: string, value: string | number | null | undefined): string {
  if (value === null || value === undefined) return noFigure;
  if (typeof value === 'number') return String(value);
  return name.startsWith('window_') ? showTime(value) : showText(value);
}

/** The figures of a line. */
function usualFigures(quantiles: readonly string[]): string[] {
  return ['averageWQL', 'WAPE', 'RMSE', 'MAPE', 'bias', ...quantiles.map((type) => `wQL[${type}]`)];
}

/** Single quantiles and the other reading leave first when the terminal is narrow; what groups are ranked by stays. */
function figureColumn({ metric, reading, ranked }: ShownFigure): TableColumn {
  const header = metric === 'averageWQL' ? 'avg wQL' : showText(metric);
  if (reading !== undefined) return { header: `${header} ${reading}`, align: 'right', drop: 40, extra: true };
  if (ranked) return { header, align: 'right', keep: true };
  const drop = ['averageWQL', 'WAPE', 'RMSE', 'MAPE', 'bias'].indexOf(metric);
  return { header, align: 'right', ...(drop < 0 ? { drop: 50, extra: true } : { drop: 10 + drop }) };
}

function accuracySection(result: ExportSummary, style: Style): string {
  const table = accuracyTable(result);
  if (table === undefined) return '';
  const drops = new Map([
    ['not defined', 3],
    ['count', 2],
    ['mean', 1],
  ]);
  const columns = table.columns.map((header, index): TableColumn => {
    const drop = drops.get(header);
    return {
      header,
      align: index === 0 ? 'left' : 'right',
      whole: index === 0,
      ...(drop === undefined ? {} : { drop }),
    };
  });
  return tableSection(table.title, columns, table.rows, style, table.remarks);
}

function notesSection(result: ExportSummary, style: Style): string {
  const texts = describeNotes(result);
  return texts.length === 0 ? '' : listSection('Notes', texts, style);
}
