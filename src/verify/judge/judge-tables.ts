import type { CheckedParts } from '../scan/check-parts.ts';
import type { FindingBook } from '../base/finding-book.ts';
import type { Duplicates } from '../base/duplicates.ts';
import type { JudgeContext } from './judge-context.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { FindingCode } from '../base/rules.ts';
import { findOverlaps, type WindowList } from '../base/window-list.ts';

/** Judges what concerns whole tables, once every series has been judged. */
export function judgeTables(plan: VerificationPlan, checked: CheckedParts, context: JudgeContext): void {
  const { book, forecasts, metrics, duplicateForecasts, duplicateMetrics } = context;
  const { windows } = forecasts.exists ? forecasts : metrics;
  for (const place of findOverlaps(windows.list())) book.add('WINDOWS_OVERLAP', place);
  if (forecasts.exists && metrics.whole) addAbsent('WINDOW_WITHOUT_METRICS', forecasts.windows, metrics.windows, book);
  if (metrics.exists && forecasts.whole) {
    addAbsent('WINDOW_WITHOUT_FORECASTS', checked.definedWindows, forecasts.windows, book);
  }
  addHeaders(checked, context);
  addDuplicates(plan, duplicateForecasts, 'forecasted-values', book);
  addDuplicates(plan, duplicateMetrics, 'accuracy-metrics-values', book);
}

function addAbsent(code: FindingCode, present: WindowList, other: WindowList, book: FindingBook): void {
  for (const { start, end, place } of present.list()) if (!other.has(start, end)) book.add(code, place);
}

function addHeaders(
  { headers, notes }: CheckedParts,
  { book, duplicateForecasts, duplicateMetrics }: JudgeContext,
): void {
  const repeated = duplicateForecasts.afterHeaders + duplicateMetrics.afterHeaders;
  const detail =
    repeated === 0 ? {} : { detail: `rows after repeated headers that duplicate rows before them: ${repeated}` };
  for (const [file, records] of headers) {
    for (const [header, before] of records.entries()) {
      book.add('HEADER_REPEATED', { file, record: before + 1, header, order: header, ...(header === 0 ? detail : {}) });
    }
  }
  const reported = [...headers.values()].reduce((sum, records) => sum + records.length, 0);
  const all = notes.reduce((sum, note) => sum + note.repeatedHeaders, 0);
  book.addCount('HEADER_REPEATED', reported === 0 ? 0 : Math.max(0, all - reported));
}

/** A table with every key equally often is several exports in one; its duplicates are not reported one by one. */
function addDuplicates({ parts }: VerificationPlan, duplicates: Duplicates, table: string, book: FindingBook): void {
  const { merged } = duplicates;
  if (merged === 1) return book.merge(duplicates.book.export());
  const file = parts.findIndex(({ name }) => name === table);
  book.add('EXPORTS_MERGED', { file, record: 0, detail: `every row of ${table} appears ${merged} times` });
}
