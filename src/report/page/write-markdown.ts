import { escapeMarkdown } from '../../show/values/escape-markdown.ts';
import { showExport } from '../../show/values/show-value.ts';
import type { Report } from '../base/report.ts';
import { checkPage, type PageOptions } from './page-options.ts';

/** What `reportToMarkdown` does. */
export async function writeMarkdown(report: Report, options: PageOptions): Promise<string> {
  await checkPage('reportToMarkdown', report, options);
  return `# ${escapeMarkdown(showExport(report.export, report.export.location))}\n`;
}
