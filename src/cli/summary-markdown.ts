import type { ExportSummary } from '../metrics/summarize.ts';
import { accuracyTable } from './accuracy-rows.ts';
import { describeNotes } from './summary-notes.ts';
import { keyColumns, quantilesOf, summaryRows, type SummaryRow } from './summary-rows.ts';
import { showFigure, showText, showTime } from './show-value.ts';

/** A summary as a Markdown table of rounded figures, the overall row first, one of accuracy metrics, and its notes. */
export function* markdownPieces(result: ExportSummary): Generator<string, void, undefined> {
  const keys = keyColumns(result);
  const quantiles = quantilesOf(result);
  const figures = ['Average wQL', ...quantiles.map((type) => `wQL[${type}]`), 'WAPE', 'RMSE', 'MAPE', 'MAE', 'Bias'];
  yield markdownLine(['scope', ...keys, 'Count', ...figures]);
  yield `| --- |${keys.map(() => ' --- |').join('')} ---: |${figures.map(() => ' ---: |').join('')}\n`;
  for (const row of summaryRows(result)) {
    yield markdownLine([
      row.scope,
      ...keys.map((name) => keyText(row, name)),
      String(row.count),
      ...figureTexts(row, quantiles),
    ]);
  }
  yield* accuracyPieces(result);
  const notes = describeNotes(result);
  if (notes.length > 0) yield '\n';
  for (const note of notes) yield `- ${escapeMarkdown(note)}\n`;
}

function* accuracyPieces(result: ExportSummary): Generator<string, void, undefined> {
  const table = accuracyTable(result);
  if (table === undefined) return;
  yield `\n${escapeMarkdown(table.title)}\n\n`;
  yield markdownLine(table.columns);
  yield `| --- |${table.columns
    .slice(1)
    .map(() => ' ---: |')
    .join('')}\n`;
  for (const row of table.rows) yield markdownLine(row);
  for (const remark of table.remarks) yield `\n${escapeMarkdown(remark)}\n`;
}

function figureTexts({ metrics }: SummaryRow, quantiles: readonly string[]): string[] {
  const { averageWQL, wQL, WAPE, RMSE, MAPE, MAE, bias } = metrics;
  return [averageWQL, ...quantiles.map((type) => wQL[type] ?? null), WAPE, RMSE, MAPE, MAE, bias].map(showFigure);
}

function keyText(row: SummaryRow, name: string): string {
  const value = row.key.get(name);
  if (typeof value === 'number') return String(value);
  if (value === undefined || value === null) return '';
  return name.startsWith('window_') ? showTime(value) : value;
}

/** A row of a Markdown table. */
export function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
}

/** Text that Markdown shows as it is. */
export function escapeMarkdown(text: string): string {
  return showText(text).replace(/[\\`*_[\]<>|]/g, String.raw`\$&`);
}
