import type { ExportSource } from '../export/open-source.ts';
import type { Report } from './base/report.ts';
import type { ReportOptions } from './base/report-options.ts';

/**
 * Gathers what a report shows of an export: its figures as `summarize` computes them, what `verifyExport` says, its horizon
 * steps, its items, as far as they are shown, and forecasts to be drawn. Header lines inside the data are skipped. Parts that
 * cannot be read are findings of the verification, and are left out of the figures. Of the exports to compare with,
 * every part must be readable.
 *
 * @throws what `openExport` throws, but for what `verifyExport` tolerates; failures to read a file; `WRITE_FAILED`;
 * `OPTION_INVALID`; `SCHEMA_CONFLICT` and `TABLE_NOT_FOUND` for exports that cannot be compared; the signal's reason
 */
export async function createReport(source: ExportSource, options: ReportOptions = {}): Promise<Report> {
  // whoever imports the library does not load this before a report is asked for
  const { makeReport } = await import('./reporting.ts');
  return makeReport(source, options);
}
