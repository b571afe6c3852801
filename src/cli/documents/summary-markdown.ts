import type { ExportSummary } from '../../metrics/summarize.ts';
import { accuracyTable } from './accuracy-rows.ts';
import { escapeMarkdownLine, markdownLine } from '../print/escape-markdown.ts';
import { describeNotes, lacksForecasts } from './summary-notes.ts';
import { metricValue } from '../../metrics/base/metric.ts';
import { describePoint, groupFigures, readingTexts, type ShownFigure } from './summary-figures.ts';
import { hasTwoReadings, keyColumns, metricsOf, quantilesOf, summaryRows, type SummaryRow } from './summary-rows.ts';
import { showFigure, showText, showTime } from '../print/show-value.ts';

/** A summary as a Markdown table of rounded figures, the overall row first, one of accuracy metrics, and its notes. */
export function* markdownPieces(result: ExportSummary): Generator<string, void, undefined> {
  const keys = keyColumns(result);
  const quantiles = quantilesOf(result).map((type) => `wQL[${type}]`);
  const figures = groupFigures(result, ['averageWQL', ...quantiles, 'WAPE', 'RMSE', 'MAPE', 'MAE', 'bias']);
  yield markdownLine(['scope', ...keys, 'Count', ...figures.map(figureName)]);
  yield `| --- |${keys.map(() => ' --- |').join('')} ---: |${figures.map(() => ' ---: |').join('')}\n`;
  for (const row of summaryRows(result)) {
    yield markdownLine([
      row.scope,
      ...keys.map((name) => keyText(row, name)),
      String(row.count),
      ...figures.map((figure) => figureText(figure, row, result)),
    ]);
  }
  yield* accuracyPieces(result);
  const notes = [...describeReading(result), ...describeNotes(result)];
  if (notes.length > 0) yield '\n';
  for (const note of notes) yield `- ${escapeMarkdownLine(note)}\n`;
}

function* accuracyPieces(result: ExportSummary): Generator<string, void, undefined> {
  const table = accuracyTable(result);
  if (table === undefined) return;
  yield `\n${escapeMarkdownLine(table.title)}\n\n`;
  yield markdownLine(table.columns);
  yield `| --- |${table.columns
    .slice(1)
    .map(() => ' ---: |')
    .join('')}\n`;
  for (const row of table.rows) yield markdownLine(row);
  for (const remark of table.remarks) yield `\n${escapeMarkdownLine(remark)}\n`;
}

const spelled: Readonly<Record<string, string>> = { averageWQL: 'Average wQL', bias: 'Bias' };

function figureName({ metric, reading }: ShownFigure): string {
  const name = spelled[metric] ?? metric;
  return reading === undefined ? name : `${name} ${reading}`;
}

/** The other reading is of groups alone. */
function figureText({ metric, reading }: ShownFigure, row: SummaryRow, result: ExportSummary): string {
  if (reading !== undefined && row.scope !== 'group') return '';
  return showFigure(metricValue(metricsOf(row, reading ?? result.reading), metric));
}

/** What the figures are of, and how those of groups are read. */
function describeReading(result: ExportSummary): string[] {
  return [
    ...(lacksForecasts(result) ? [] : [`point forecast: ${describePoint(result)}`]),
    ...(hasTwoReadings(result)
      ? [`groups are ${readingTexts[result.reading]}, overall is the mean of the windows`]
      : []),
  ];
}

function keyText(row: SummaryRow, name: string): string {
  const value = row.key.get(name);
  if (typeof value === 'number') return String(value);
  if (value === undefined || value === null) return '';
  return name.startsWith('window_') ? showTime(value) : showText(value);
}
